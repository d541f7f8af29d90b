#include <tests/support/numbered_process.hpp>

#include <linux/sched.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include <tests/support/deadline.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/spawn.hpp>
#include <tests/support/text.hpp>

namespace test {
namespace {

pid_t fork_as(pid_t number) {
  clone_args how{};
  how.exit_signal = SIGCHLD;
  how.set_tid = reinterpret_cast<std::uintptr_t>(&number);
  how.set_tid_size = 1;
  return static_cast<pid_t>(::syscall(SYS_clone3, &how, sizeof how));
}

// That nobody has, for this moment.
pid_t free_number() {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  ::waitpid(pid, nullptr, 0);
  return pid;
}

[[noreturn]] void do_nothing(int ready) {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setsid();
  ::close(ready);
  while (true) ::pause();
}

}  // namespace

bool numbered_process::can_be_had() {
  const pid_t pid = fork_as(free_number());
  if (pid == 0) ::_exit(0);
  if (pid > 0) ::waitpid(pid, nullptr, 0);
  return pid > 0;
}

numbered_process::numbered_process(pid_t number) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw failure(cannot("make a pipe"));
  const owned_fd told(ends[0]);
  owned_fd tells(ends[1]);
  pid_ = fork_as(number);
  if (pid_ == 0) do_nothing(tells.get());
  if (pid_ < 0) throw failure(cannot("start a process " + std::to_string(number)));
  pidfd_ = open_pidfd(pid_);
  tells.reset();
  char nothing = 0;
  [[maybe_unused]] const auto end = ::read(told.get(), &nothing, 1);
  wait_until_sleeping(pid_);
}

numbered_process::~numbered_process() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool numbered_process::untouched() const {
  pollfd watched{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
  const std::string none = "0000000000000000";
  return ::poll(&watched, 1, 0) == 0 && status_line(pid_, "State").starts_with("S") &&
         status_line(pid_, "SigPnd") == none && status_line(pid_, "ShdPnd") == none;
}

}  // namespace test
