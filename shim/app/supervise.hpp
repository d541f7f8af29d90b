// Transparent mode with a time limit: ssh as a plain child, no pty, no word of ours, and
// timeout(1)'s part for us.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <shim/core/exit_status.hpp>

namespace shim::app {

struct time_limit {
  std::chrono::milliseconds timeout;
  std::chrono::milliseconds kill_after;  // 0: ask only
};

// Runs ssh in our process group, with our fds, hands on the signals that are sent to us, and ends
// it when its time is up. An ssh that cannot be run is reported and gives 255.
child_status supervise(const std::string& ssh, const std::vector<std::string>& argv,
                       time_limit limit);

}  // namespace shim::app
