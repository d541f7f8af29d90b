#include <shim/io/child.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>

#include <shim/io/argv.hpp>

namespace shim::io {
namespace {

constexpr long most_fds = 65536;  // that are looked through where there is no close_range(2)

// In the child: only what is async-signal-safe. Comes back if something fails, with errno set.
void become(const child::program& what, char* const* argv, int slave) {
  if (::setsid() < 0 || ::ioctl(slave, TIOCSCTTY, 0) != 0) return;
  for (int fd = STDIN_FILENO; fd <= (what.stderr_on_pty ? STDERR_FILENO : STDOUT_FILENO); ++fd)
    if (::dup2(slave, fd) < 0) return;
  if (what.ignore_sigchld) ::signal(SIGCHLD, SIG_IGN);
  ::execv(what.path.c_str(), argv);
}

// What the user's shell left open must not go on to a process that does not know of it.
void close_on_exec_from(int first) {
  constexpr unsigned cloexec = 4;  // CLOSE_RANGE_CLOEXEC, Linux 5.11
  if (::syscall(SYS_close_range, first, ~0u, cloexec) == 0) return;
  const auto end = static_cast<int>(std::min<long>(::sysconf(_SC_OPEN_MAX), most_fds));
  for (int fd = first; fd < end; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

// First out of the way of the numbers they are to have, then there. `fds` is written to.
bool place_fds(std::span<int> fds) {
  const int first_free = child::first_helper_fd + static_cast<int>(fds.size());
  for (auto& fd : fds) {
    fd = ::fcntl(fd, F_DUPFD_CLOEXEC, first_free);
    if (fd < 0) return false;
  }
  for (int to = child::first_helper_fd; const int fd : fds)
    if (::dup2(fd, to++) < 0) return false;
  close_on_exec_from(first_free);
  return true;
}

void default_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void become(const child::helper& what, char* const* argv, std::span<int> fds) {
  const int null = ::open("/dev/null", O_RDWR);
  if (null < 0 || ::setsid() < 0) return;
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (::dup2(null, fd) < 0) return;
  if (!place_fds(fds)) return;
  default_signals();
  char* const no_environment[] = {nullptr};
  ::execve(what.path.c_str(), argv, no_environment);
}

}  // namespace

child::child(const program& what, int slave, std::error_code& error) {
  const argv_array argv(what.argv);
  process_ = fork_exec([&] { become(what, argv.get(), slave); }, error);
}

child::child(const helper& what, std::error_code& error) {
  const argv_array argv(what.argv);
  auto fds = what.fds;
  process_ = fork_exec([&] { become(what, argv.get(), fds); }, error);
}

child::~child() {
  if (pid() <= 0) return;
  signal(SIGKILL);
  reap();
}

void child::signal(int number) const {
  if (pid() > 0) ::kill(pid(), number);
}

void child::signal_group(int number) const {
  if (pid() > 0) ::kill(-pid(), number);
}

child_status child::reap() { return wait_for(std::exchange(process_.pid, -1)); }

child_status wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) return {child_status::how::signalled, WTERMSIG(status)};
  return {child_status::how::exited, WEXITSTATUS(status)};
}

sigchld_guard::sigchld_guard() : was_ignored_(::signal(SIGCHLD, SIG_DFL) == SIG_IGN) {}

sigchld_guard::~sigchld_guard() {
  if (was_ignored_) ::signal(SIGCHLD, SIG_IGN);
}

}  // namespace shim::io
