#include <shim/io/process_handle.hpp>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <shim/io/poll_timeout.hpp>

namespace shim::io {

process_handle::process_handle(pid_t pid)
    : fd_(pid > 0 ? static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)) : -1) {}

bool process_handle::ended() const {
  pollfd watched{fd_.get(), POLLIN, 0};
  return !fd_ || ::poll(&watched, 1, 0) > 0;
}

void process_handle::signal(int number) const {
  if (fd_) ::syscall(SYS_pidfd_send_signal, fd_.get(), number, nullptr, 0);
}

void wait_for_ends(std::span<const process_handle> processes,
                   std::chrono::steady_clock::time_point deadline) {
  for (const auto& each : processes) {
    pollfd watched{each.fd(), POLLIN, 0};
    if (!each.ended()) ::poll(&watched, 1, poll_timeout(deadline));
  }
}

}  // namespace shim::io
