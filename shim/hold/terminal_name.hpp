// Which terminal this is, in words that no other one has: not the next window, which may get the
// same device, either.
#pragma once

#include <string>

namespace shim::hold {

// Of the terminal of fd 0: its device, and the process that leads its session (the shell in the
// window) with its start time. Empty if that is not known.
std::string terminal_name();

}  // namespace shim::hold
