// One session in this terminal: ssh on a pty, relayed until it ends or is left.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <shim/core/exit_status.hpp>
#include <shim/core/relay.hpp>
#include <shim/core/session_life.hpp>
#include <shim/hold/claim.hpp>

namespace shim::app {

// What a session needs to outlive its terminal.
struct holding {
  std::string name;
  hold::if_taken taken = hold::if_taken::next_number;
  std::string host;     // the destination as it was given; empty: what runs is no ssh
  std::string command;  // for people
  bool forwards_agent = false;
  session_life_options life;
  std::uint32_t scrollback = 0;  // rows
};

struct session_request {
  std::string program;            // absolute
  std::vector<std::string> argv;  // argv[0] included
  relay_options relay;
  std::optional<holding> held;
};

// Runs it to its end; the terminal is as it was then, and what is left to say was said. What cannot
// be set up is reported and gives 255, with the terminal untouched. One that cannot be held for
// want of a place runs without, and says so.
child_status run_session(session_request request);

// Starts it without a terminal, and prints its name. Gives the status to end with. It is held.
int start_detached(session_request request);

// Takes up a session that is there.
struct attach_request {
  const hold::place& where;
  std::string name;
  relay_options relay;
  std::uint32_t most_history = 0;
  bool take = false;
};
child_status attach_session(attach_request request);

// Ends this process as the child ended: with its status, or by its signal.
[[noreturn]] void end_like(child_status end);

}  // namespace shim::app
