#include <shim/io/pty.hpp>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include <shim/io/error.hpp>

namespace shim::io {

pty pty::open(const termios& like, window_size size, std::error_code& error) {
  pty made;
  made.master = unique_fd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (made.master && ::unlockpt(made.master.get()) == 0) {
    // The peer by ioctl, not by name: /dev/pts may be another instance's in a container.
    made.slave = unique_fd(::ioctl(made.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  }
  if (!made.slave || ::tcsetattr(made.slave.get(), TCSANOW, &like) != 0) {
    error = last_error();
    return made;
  }
  set_window_size(made.master.get(), size);
  return made;
}

line_mode line_mode_of(int master) {
  termios now{};
  if (::tcgetattr(master, &now) != 0 || (now.c_lflag & ICANON) == 0) return line_mode::raw;
  return (now.c_lflag & ECHO) != 0 ? line_mode::cooked : line_mode::secret;
}

void set_window_size(int fd, window_size size) {
  const winsize told{size.rows, size.columns, size.x_pixels, size.y_pixels};
  ::ioctl(fd, TIOCSWINSZ, &told);
}

window_size window_size_of(int fd) {
  winsize told{};
  if (::ioctl(fd, TIOCGWINSZ, &told) != 0) return {};
  return {told.ws_row, told.ws_col, told.ws_xpixel, told.ws_ypixel};
}

}  // namespace shim::io
