#include <shim/hold/distant_program.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

}  // namespace

bool distant_program::has_ended() const {
  pollfd watched{pidfd_.get(), POLLIN, 0};
  return ::poll(&watched, 1, 0) != 0;
}

void distant_program::signal(int number) const {
  ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0);
}

// A group has no descriptor. Its number is free only once its leader was reaped, and no group of
// that number is made before another process has it: what is left is the time between two calls.
void distant_program::signal_group(int number) const {
  if (!has_ended()) ::kill(-pid_, number);
}

std::optional<child_status> distant_program::end() {
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
