#include <shim/io/child.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <utility>

#include <shim/io/argv.hpp>
#include <shim/io/error.hpp>

namespace shim::io {
namespace {

// In the child: only what is async-signal-safe. Comes back if something fails, with errno set.
void become(const child::program& what, char* const* argv, int slave) {
  if (::setsid() < 0 || ::ioctl(slave, TIOCSCTTY, 0) != 0) return;
  for (int fd = STDIN_FILENO; fd <= (what.stderr_on_pty ? STDERR_FILENO : STDOUT_FILENO); ++fd)
    if (::dup2(slave, fd) < 0) return;
  if (what.ignore_sigchld) ::signal(SIGCHLD, SIG_IGN);
  ::execv(what.path.c_str(), argv);
}

// The write end closes on exec, so that nothing to read means it worked.
std::error_code exec_error(int from_child) {
  int number = 0;
  ssize_t got = -1;
  do {
    got = ::read(from_child, &number, sizeof number);
  } while (got < 0 && errno == EINTR);
  return got == sizeof number ? std::error_code(number, std::generic_category())
                              : std::error_code();
}

}  // namespace

child::child(const program& what, int slave, std::error_code& error) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    error = last_error();
    return;
  }
  const unique_fd from_child(ends[0]);
  unique_fd to_parent(ends[1]);
  const argv_array argv(what.argv);
  pid_ = ::fork();
  if (pid_ == 0) {
    become(what, argv.get(), slave);
    const int number = errno;
    [[maybe_unused]] const auto written = ::write(to_parent.get(), &number, sizeof number);
    ::_exit(status_of_ssh_failure);
  }
  if (pid_ < 0) {
    error = last_error();
    return;
  }
  to_parent.reset();
  error = exec_error(from_child.get());
  pidfd_ = unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!error && !pidfd_) error = last_error();
}

child::~child() {
  if (pid_ <= 0) return;
  signal(SIGKILL);
  reap();
}

void child::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

void child::signal_group(int number) const {
  if (pid_ > 0) ::kill(-pid_, number);
}

child_status child::reap() { return wait_for(std::exchange(pid_, -1)); }

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
