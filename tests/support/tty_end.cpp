// The end of a tty_link (tests/support/tty_link.hpp) that runs in the terminal.
//
//   tty_end PATH    raw mode, then what comes from the terminal to the socket PATH and the reverse,
//                   until one of the two ends

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string_view>

namespace {

int connect_to(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) return -1;
  return fd;
}

bool make_raw() {
  termios modes{};
  if (::tcgetattr(STDIN_FILENO, &modes) < 0) return false;
  ::cfmakeraw(&modes);
  return ::tcsetattr(STDIN_FILENO, TCSANOW, &modes) == 0;
}

// False at the end of either.
bool copy_some(int from, int to) {
  std::array<char, 4096> buffer;
  const ssize_t got = ::read(from, buffer.data(), buffer.size());
  if (got <= 0) return false;
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
  while (!bytes.empty()) {
    const ssize_t written = ::write(to, bytes.data(), bytes.size());
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !make_raw()) return 2;
  ::signal(SIGPIPE, SIG_IGN);
  const int link = connect_to(argv[1]);
  if (link < 0) return 1;
  while (true) {
    std::array<pollfd, 2> inputs{{{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                                  {.fd = link, .events = POLLIN, .revents = 0}}};
    if (::poll(inputs.data(), inputs.size(), -1) < 0) return 1;
    if (inputs[0].revents != 0 && !copy_some(STDIN_FILENO, link)) return 0;
    if (inputs[1].revents != 0 && !copy_some(link, STDOUT_FILENO)) return 0;
  }
}
