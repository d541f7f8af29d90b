#include "seat.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <tests/support/deadline.hpp>
#include <tests/support/text.hpp>

namespace bench {
namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t longest_mark = 64;

}  // namespace

seat::seat(std::string name, const std::vector<std::string>& argv, const test::environment& env)
    : name_(std::move(name)), buffer_(longest_mark + read_size) {
  int master = -1;
  int slave = -1;
  winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  if (::openpty(&master, &slave, nullptr, nullptr, &size) < 0)
    throw test::failure(test::cannot("make a pty"));
  master_ = test::owned_fd(master);
  const test::owned_fd slave_end(slave);
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  ::fcntl(slave, F_SETFD, FD_CLOEXEC);
  ::fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
  const test::run_options options{.env = env};
  pid_ = test::spawn({argv, options, slave, slave, slave, slave});
}

seat::~seat() {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  reap(0);
}

void seat::type(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::write(master_.get(), bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR && errno != EAGAIN) fail("a terminal that takes what is typed");
    if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

// A mark may come in pieces: the end of what was looked through is kept for the next look.
void seat::wait_for(std::string_view mark, steady::duration within) {
  const auto until = steady::now() + within;
  while (true) {
    const std::string_view seen(buffer_.data(), held_);
    const auto at = seen.find(mark);
    const auto gone = at != seen.npos ? at + mark.size() : held_ - std::min(held_, mark.size() - 1);
    std::copy(seen.begin() + static_cast<std::ptrdiff_t>(gone), seen.end(), buffer_.begin());
    held_ -= gone;
    if (at != seen.npos) return;
    const auto got = read_some(held_, until);
    if (got == 0) fail(mark);
    held_ += got;
  }
}

void seat::take(std::size_t count, steady::duration within) {
  const auto until = steady::now() + within;
  const std::size_t end = taken_ + count;
  held_ = 0;
  while (taken_ < end)
    if (read_some(0, until) == 0) fail("output without end");
}

// On Linux a pty's master gives EIO once nobody has the slave.
void seat::wait_for_end(steady::duration within) {
  const auto until = steady::now() + within;
  while (read_some(0, until) > 0) continue;
  while (!reap(WNOHANG)) {
    if (steady::now() > until) fail("its end");
    ::poll(nullptr, 0, 1);
  }
}

// 0: the time is up, or there is nothing more to come.
std::size_t seat::read_some(std::size_t at, steady::time_point until) {
  while (true) {
    const auto got =
        ::read(master_.get(), buffer_.data() + at, std::min(read_size, buffer_.size() - at));
    if (got > 0) {
      taken_ += static_cast<std::size_t>(got);
      return static_cast<std::size_t>(got);
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) return 0;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now()).count();
    if (left <= 0) return 0;
    pollfd watched{.fd = master_.get(), .events = POLLIN, .revents = 0};
    ::poll(&watched, 1, static_cast<int>(left));
  }
}

bool seat::reap(int options) {
  if (pid_ >= 0 && ::waitpid(pid_, nullptr, options) == pid_) pid_ = -1;
  return pid_ < 0;
}

void seat::fail(std::string_view what) const {
  throw test::failure(name_ + " did not give \"" + test::escaped(what) + "\"; what came last: \"" +
                      test::escaped_tail({buffer_.data(), held_}, 400) + "\"");
}

}  // namespace bench
