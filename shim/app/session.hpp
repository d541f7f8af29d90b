// One session in this terminal: ssh on a pty, relayed until it ends.
#pragma once

#include <string>
#include <vector>

#include <shim/core/exit_status.hpp>
#include <shim/core/relay.hpp>

namespace shim::app {

struct session_request {
  std::string ssh;                // absolute
  std::vector<std::string> argv;  // argv[0] included
  relay_options relay;
};

// Runs it to its end; the terminal is as it was then, and what is left to say was said. What cannot
// be set up is reported and gives 255, with the terminal untouched.
child_status run_session(session_request request);

// Ends this process as the child ended: with its status, or by its signal.
[[noreturn]] void end_like(child_status end);

}  // namespace shim::app
