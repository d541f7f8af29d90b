#include <shim/app/supervise.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include <shim/app/talk.hpp>
#include <shim/core/kill_ladder.hpp>
#include <shim/io/argv.hpp>
#include <shim/io/child.hpp>
#include <shim/io/error.hpp>
#include <shim/io/poll_timeout.hpp>

namespace shim::app {
namespace {

using std::chrono::steady_clock;

// What timeout(1) hands on; the stop signals reach ssh by themselves, as it is in our process
// group.
sigset_t handed_on() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2})
    ::sigaddset(&set, number);
  return set;
}

int wait_time(const std::optional<steady_time>& until) {
  return until ? io::poll_timeout(*until) : -1;
}

// What the terminal sends (^C) reaches ssh too; what a process sends to us alone does not.
void hand_on(int signals, pid_t ssh) {
  signalfd_siginfo told{};
  if (::read(signals, &told, sizeof told) != sizeof told) return;
  if (told.ssi_code <= 0) ::kill(ssh, static_cast<int>(told.ssi_signo));
}

class supervision {
 public:
  supervision(pid_t ssh, time_limit limit)
      : ssh_(ssh), limit_(limit), timeout_at_(steady_clock::now() + limit.timeout) {}

  child_status run(int signals) {
    const io::unique_fd ended(static_cast<int>(::syscall(SYS_pidfd_open, ssh_, 0)));
    pollfd watched[] = {{ended.get(), POLLIN, 0}, {signals, POLLIN, 0}};
    while (watched[0].revents == 0) {
      ::poll(watched, 2, wait_time(ladder_.begun() ? ladder_.deadline() : timeout_at_));
      if (watched[1].revents != 0) hand_on(signals, ssh_);
      if (watched[0].revents == 0) check_time();
    }
    const auto cause = ladder_.begun() ? end_cause::timed_out : end_cause::ssh_ended;
    return plan_exit({cause, io::wait_for(ssh_)});
  }

 private:
  void check_time() {
    const auto now = steady_clock::now();
    if (!ladder_.begun() && now >= *timeout_at_) {
      ladder_.begin(now, limit_.kill_after);
      ::kill(ssh_, SIGTERM);
      ::kill(ssh_, SIGCONT);
    } else if (ladder_.expired(now) == kill_ladder::step::kill) {
      ::kill(ssh_, SIGKILL);
    }
  }

  pid_t ssh_;
  time_limit limit_;
  std::optional<steady_time> timeout_at_;
  kill_ladder ladder_;
};

}  // namespace

child_status supervise(const std::string& ssh, const std::vector<std::string>& argv,
                       time_limit limit) {
  const io::argv_array words(argv);
  const io::sigchld_guard sigchld;
  const sigset_t set = handed_on();
  sigset_t before;
  ::sigprocmask(SIG_BLOCK, &set, &before);
  const io::unique_fd signals(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    if (sigchld.was_ignored()) ::signal(SIGCHLD, SIG_IGN);
    ::execv(ssh.c_str(), words.get());
    cannot("run " + ssh, io::last_error().message());
    ::_exit(exit_failure);
  }
  if (pid > 0) return supervision(pid, limit).run(signals.get());
  cannot("start ssh", io::last_error().message());
  return {child_status::how::exited, exit_failure};
}

}  // namespace shim::app
