// The user's terminal: opened anew, set raw, and given back as it was on every way out.
#pragma once

#include <termios.h>

#include <chrono>
#include <string_view>
#include <system_error>

#include <shim/core/window_size.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::io {

class tty {
 public:
  // The terminal of fd 0 through an open file description of our own, so that our O_NONBLOCK never
  // reaches the shell: /dev/tty if it is the same one, else /proc/self/fd/0 reopened.
  explicit tty(std::error_code& error);
  // Any terminal, for programs that embed us: an open file description of its own, O_NONBLOCK.
  tty(unique_fd terminal, std::error_code& error);
  ~tty() { restore(); }
  tty(const tty&) = delete;
  tty& operator=(const tty&) = delete;

  int fd() const { return fd_.get(); }
  window_size size() const;
  // As it was before enter_raw(), for a pty that shall be like it.
  const termios& original() const { return original_; }

  // As ssh sets it (sshtty.c enter_raw_mode), at once. What it finds is what restore() brings back.
  std::error_code enter_raw();
  // Does nothing if it is not raw by us, or another job has the terminal now.
  void restore();

  // Writes for at most that long: a terminal that does not read keeps nobody waiting. Nothing at
  // all if another job has the terminal now.
  void write(std::string_view bytes, std::chrono::milliseconds within);

  // Whether there still is somebody behind it.
  bool is_alive() const;

  // Whether the settings are those that enter_raw() made. If not, someone else has the terminal (a
  // pinentry, a shell) and nothing may be read from it.
  bool is_ours() const;

 private:
  bool in_foreground() const;

  unique_fd fd_;
  termios original_{};
  termios raw_{};
  bool is_raw_ = false;
};

// Whether both fds are the same terminal (TIOCGDEV; st_rdev of /dev/tty differs).
bool same_terminal(int a, int b);

}  // namespace shim::io
