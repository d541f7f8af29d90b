// The pty that ssh runs on: made like the user's terminal, watched from the master's side.
#pragma once

#include <termios.h>

#include <system_error>

#include <shim/core/relay.hpp>
#include <shim/core/window_size.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::io {

struct pty {
  unique_fd master;  // does not block
  unique_fd slave;   // for the child; close it once the child has it

  // Both ends close on exec.
  static pty open(const termios& like, window_size size, std::error_code& error);
};

// What the program on the slave has its terminal set to: tcgetattr(3) on the master shows it.
line_mode line_mode_of(int master);

// Errors are not told: a window has no size to lose.
void set_window_size(int fd, window_size size);
window_size window_size_of(int fd);

}  // namespace shim::io
