#include <shim/hold/distant_program.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include <shim/io/now.hpp>

namespace shim::hold {
namespace {

// linux/pidfd.h, as of 6.15: the first version with the exit status.
struct pidfd_info {
  std::uint64_t mask;
  std::uint64_t cgroup;
  std::uint32_t ids[11];
  std::int32_t exit_code;
};
constexpr std::uint64_t wants_exit = 1u << 3;

// By then a parent that does not hang has told the end.
constexpr std::chrono::milliseconds told_time{500};

// The same, as of 6.9.
constexpr unsigned to_its_group = 1u << 2;

}  // namespace

bool distant_program::has_ended() const {
  pollfd watched{pidfd_.get(), POLLIN, 0};
  return ::poll(&watched, 1, 0) != 0;
}

// EINVAL: it is in a pid namespace that is not below ours.
void distant_program::signal(int number) const {
  if (send(number, 0) != 0 && errno == EINVAL) tell_(number);
}

// That, or an older kernel, which has no descriptor of a group. The session's number is then asked
// of the pty: what it is in this pid namespace, and 0 if it is not to be seen from here. What is
// left is the time between two calls.
void distant_program::signal_group(int number) const {
  if (has_ended() || send(number, to_its_group) == 0 || errno != EINVAL) return;
  const pid_t session = ::tcgetsid(pty_);
  session > 1 ? void(::kill(-session, number)) : tell_(number);
}

int distant_program::send(int number, unsigned flags) const {
  return static_cast<int>(::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, flags));
}

bool distant_program::is_still_told() {
  if (!asked_at_) asked_at_ = io::now();
  return parent_tells_ && io::now() < *asked_at_ + told_time;
}

std::optional<child_status> distant_program::end() {
  if (is_still_told()) return std::nullopt;
  pidfd_info info{};
  info.mask = wants_exit;
  const auto request = _IOWR(0xff, 11, pidfd_info);
  if (::ioctl(pidfd_.get(), request, &info) != 0 || (info.mask & wants_exit) == 0)
    return std::nullopt;
  const int status = info.exit_code;
  if (WIFSIGNALED(status)) return child_status{child_status::how::signalled, WTERMSIG(status)};
  return child_status{child_status::how::exited, WEXITSTATUS(status)};
}

}  // namespace shim::hold
