// The end of masters: asked for by the protocol; of one that does not take it by SIGHUP and
// SIGCONT, then SIGKILL. No socket is left.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <shim/app/mux_master.hpp>

namespace shim::app {

// All at the same time. For each the answer is why it is not gone, safe to print; empty if it is.
// What was stale has its socket removed; what is refused is left alone.
std::vector<std::string> end_masters(std::span<const mux_master> masters);

}  // namespace shim::app
