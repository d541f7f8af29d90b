// The remote command of tests: what it receives is what got through. Run by sshd, on its pty.
//
//   far_end FILE [END]    raw mode, "far_end: ready", then every byte received into FILE as it
//                         comes; exits 0 after the bytes END (hex; 1d1d71, ^]^]q, if not given),
//                         1 if its input ends before
//   far_end --lines N     N bytes of numbered lines
//   far_end --winsize     "size ROWS COLUMNS XPIXELS YPIXELS" at once and on every SIGWINCH, until
//                         `q` comes
//   far_end --count MS    "number 1", "number 2" and so on, one in so many ms; at the first `q` the
//                         last one with "end of numbers N" behind it; exits 0 at the second
//   far_end --exit N      exits with that status
//   far_end --die N       dies by that signal

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) std::exit(1);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void make_raw() {
  termios modes{};
  if (::tcgetattr(STDIN_FILENO, &modes) < 0) return;  // ssh -T: nothing to make raw
  ::cfmakeraw(&modes);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (; digits.size() >= 2; digits.remove_prefix(2))
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(0, 2)), nullptr, 16));
  return bytes;
}

// Empty at the end of input (EIO: the pty was hung up).
std::string_view read_some() {
  static std::array<char, 65536> buffer;
  const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

int record(const char* path, const std::string& end) {
  const int file = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return 1;
  make_raw();
  write_all(STDOUT_FILENO, "far_end: ready\r\n");
  std::string tail;
  for (std::string_view bytes = read_some(); !bytes.empty(); bytes = read_some()) {
    write_all(file, bytes);
    tail += bytes;
    if (tail.find(end) != std::string::npos) return 0;
    tail.erase(0, tail.size() - std::min(tail.size(), end.size() - 1));
  }
  return 1;
}

int print_lines(std::size_t left) {
  for (unsigned long number = 1; left > 0; ++number) {
    std::array<char, 80> line{};
    std::snprintf(line.data(), line.size(), "%09lu abcdefghijklmnopqrstuvwxyz 0123456789\n",
                  number);
    const std::string_view whole = line.data();
    write_all(STDOUT_FILENO, whole.substr(0, left));
    left -= std::min(left, whole.size());
  }
  return 0;
}

void print_size() {
  winsize size{};
  ::ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
  std::printf("size %d %d %d %d\r\n", size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel);
  std::fflush(stdout);
}

// SIGWINCH is let in only while waiting, so none falls between a look and the wait.
int report_sizes() {
  sigset_t resized;
  sigset_t before;
  ::sigemptyset(&resized);
  ::sigaddset(&resized, SIGWINCH);
  ::sigprocmask(SIG_BLOCK, &resized, &before);
  ::signal(SIGWINCH, [](int) {});
  make_raw();
  print_size();
  while (true) {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::ppoll(&input, 1, nullptr, &before) < 0 && errno == EINTR) {
      print_size();
      continue;
    }
    const std::string_view typed = read_some();
    if (typed.empty() || typed.find('q') != std::string_view::npos) return 0;
  }
}

// True as soon as a `q` comes, or nothing can come any more.
bool told_to_stop(int within) {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (::poll(&input, 1, within) <= 0) return false;
  const std::string_view typed = read_some();
  return typed.empty() || typed.find('q') != std::string_view::npos;
}

int count(int pause) {
  make_raw();
  unsigned long number = 0;
  while (!told_to_stop(pause))
    write_all(STDOUT_FILENO, "number " + std::to_string(++number) + "\r\n");
  write_all(STDOUT_FILENO, "end of numbers " + std::to_string(number) + "\r\n");
  while (!told_to_stop(-1)) {
  }
  return 0;
}

int die(int signal) {
  const rlimit no_core{};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  const std::string value = argc > 2 ? argv[2] : "";
  if (what == "--winsize") return report_sizes();
  if (what == "--lines") return print_lines(std::stoul(value));
  if (what == "--count") return count(std::stoi(value));
  if (what == "--exit") return std::stoi(value);
  if (what == "--die") return die(std::stoi(value));
  if (what.empty()) return 2;
  return record(argv[1], from_hex(value.empty() ? "1d1d71" : value));
}
