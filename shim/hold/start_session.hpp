// Starts a session with a holder of its own.
#pragma once

#include <termios.h>

#include <string>
#include <vector>

#include <shim/core/window_size.hpp>
#include <shim/hold/claim.hpp>
#include <shim/hold/holder.hpp>
#include <shim/hold/screen_process.hpp>
#include <shim/io/child.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::hold {

struct session_request {
  std::vector<place_path> places;
  std::string name;
  if_taken taken = if_taken::next_number;
  io::child::program program;
  held_session session;
  screen_settings screen{};
  termios terminal{};  // what the pty is made like
  window_size size{};
};

struct started_session {
  std::string name;
  io::unique_fd holder;  // connected, for the first client
};

// Forks the holder. To be called before this process has an io_context or catches a signal. What
// cannot be run is told to the first client.
started_session start_session(session_request request, place_error& error);

}  // namespace shim::hold
