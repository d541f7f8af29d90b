#include <shim/io/pty.hpp>

#include <tests/catch.hpp>
#include <tests/support/terminal.hpp>

namespace {

shim::io::pty opened(const termios& like, shim::window_size size = {}) {
  std::error_code error;
  auto pty = shim::io::pty::open(like, size, error);
  if (error) throw std::system_error(error);
  return pty;
}

termios modes_of(int fd) {
  termios modes{};
  ::tcgetattr(fd, &modes);
  return modes;
}

void set(int fd, tcflag_t off, tcflag_t on) {
  auto modes = modes_of(fd);
  modes.c_lflag &= ~off;
  modes.c_lflag |= on;
  ::tcsetattr(fd, TCSANOW, &modes);
}

}  // namespace

TEST_CASE("a pty is made like the terminal it stands for, in modes and in pixels") {
  test::terminal user;
  auto like = user.modes();
  like.c_cc[VINTR] = 0x18;
  like.c_iflag |= IUTF8;
  const auto pty = opened(like, {33, 101, 909, 660});
  CHECK(test::same_modes(modes_of(pty.slave.get()), like));
  CHECK(shim::io::window_size_of(pty.slave.get()) == shim::window_size{33, 101, 909, 660});
}

TEST_CASE("the master shows whether a password is asked for, at once") {
  using shim::line_mode;
  const test::terminal user;
  const auto pty = opened(user.modes());
  const int slave = pty.slave.get();
  const auto mode = [&] { return shim::io::line_mode_of(pty.master.get()); };
  CHECK(mode() == line_mode::cooked);
  set(slave, ECHO, 0);
  CHECK(mode() == line_mode::secret);
  set(slave, ICANON, 0);
  CHECK(mode() == line_mode::raw);
  set(slave, 0, ECHO);
  CHECK(mode() == line_mode::raw);
}
