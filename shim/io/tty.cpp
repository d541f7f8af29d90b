#include <shim/io/tty.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <shim/io/error.hpp>
#include <shim/io/poll_timeout.hpp>
#include <shim/io/pty.hpp>

namespace shim::io {
namespace {

constexpr int open_flags = O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK;

// sshtty.c enter_raw_mode, bit for bit.
termios made_raw(termios t) {
  t.c_iflag |= IGNPAR;
  t.c_iflag &=
      ~static_cast<tcflag_t>(ISTRIP | INLCR | IGNCR | ICRNL | IXON | IXANY | IXOFF | IUCLC);
  t.c_lflag &= ~static_cast<tcflag_t>(ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHONL | IEXTEN);
  t.c_oflag &= ~static_cast<tcflag_t>(OPOST);
  t.c_cc[VMIN] = 1;
  t.c_cc[VTIME] = 0;
  return t;
}

bool same_settings(const termios& a, const termios& b) {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_lflag == b.c_lflag &&
         a.c_cflag == b.c_cflag && std::ranges::equal(a.c_cc, b.c_cc);
}

// tcsetattr(3) may be cut short by a signal.
bool set(int fd, const termios& t) {
  int done = -1;
  do {
    done = ::tcsetattr(fd, TCSANOW, &t);
  } while (done != 0 && errno == EINTR);
  return done == 0;
}

}  // namespace

namespace {

unique_fd open_anew() {
  unique_fd controlling(::open("/dev/tty", open_flags));
  if (controlling && same_terminal(controlling.get(), STDIN_FILENO)) return controlling;
  return unique_fd(::open("/proc/self/fd/0", open_flags));
}

}  // namespace

bool same_terminal(int a, int b) {
  unsigned device_a = 0;
  unsigned device_b = 0;
  return ::ioctl(a, TIOCGDEV, &device_a) == 0 && ::ioctl(b, TIOCGDEV, &device_b) == 0 &&
         device_a == device_b;
}

tty::tty(std::error_code& error) : tty(open_anew(), error) {}

tty::tty(unique_fd terminal, std::error_code& error) : fd_(std::move(terminal)) {
  if (!fd_ || ::tcgetattr(fd_.get(), &original_) != 0) error = last_error();
}

window_size tty::size() const { return window_size_of(fd_.get()); }

std::error_code tty::enter_raw() {
  if (is_raw_ && is_ours()) return {};
  // A background job stops here, as ssh does, and not after it took a shell's settings for ours.
  if (!in_foreground()) ::raise(SIGTTOU);
  if (::tcgetattr(fd_.get(), &original_) != 0) return last_error();
  if (!set(fd_.get(), made_raw(original_))) return last_error();
  // Read back: a driver may not have taken all of it, and is_ours() compares with what holds.
  ::tcgetattr(fd_.get(), &raw_);
  is_raw_ = true;
  return {};
}

void tty::restore() {
  if (!is_raw_) return;
  is_raw_ = false;
  if (in_foreground()) set(fd_.get(), original_);
}

void tty::write(std::string_view bytes, std::chrono::milliseconds within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  while (!bytes.empty() && in_foreground()) {
    const auto put = ::write(fd_.get(), bytes.data(), bytes.size());
    if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
    if (put >= 0 || errno == EINTR) continue;
    const int left = poll_timeout(deadline);
    pollfd watched{fd_.get(), POLLOUT, 0};
    if (errno != EAGAIN || left == 0) return;
    ::poll(&watched, 1, left);
  }
}

bool tty::is_alive() const {
  pollfd watched{fd_.get(), 0, 0};
  return ::poll(&watched, 1, 0) == 0;
}

bool tty::is_ours() const {
  termios now{};
  return is_raw_ && ::tcgetattr(fd_.get(), &now) == 0 && same_settings(now, raw_);
}

// A terminal that is not our controlling one knows no foreground for us; then there is no other
// job.
bool tty::in_foreground() const {
  const pid_t group = ::tcgetpgrp(fd_.get());
  return group < 0 || group == ::getpgrp();
}

}  // namespace shim::io
