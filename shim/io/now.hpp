// The clock of every deadline: core's machines are told the time, and this is where it is read.
#pragma once

#include <chrono>

namespace shim::io {

inline std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

}  // namespace shim::io
