// Calls that must not be the test's own, in a process forked from it.
#pragma once

#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include <tests/support/spawn.hpp>

namespace test {

inline end_status reaped(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status_of(status);
}

// The process that does this and ends with what it gives; with the test, if that dies.
inline pid_t start_fork(const std::function<int()>& call) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::_exit(call());
}

// How it ends.
inline end_status forked(const std::function<int()>& call) { return reaped(start_fork(call)); }

// From then on this process is one of a user who owns nothing. It can look at itself in /proc as
// before, which setresuid(2) takes away. False: only root can.
inline bool become_nobody() {
  constexpr uid_t nobody = 65534;
  return ::setresgid(nobody, nobody, nobody) == 0 && ::setresuid(nobody, nobody, nobody) == 0 &&
         ::prctl(PR_SET_DUMPABLE, 1) == 0;
}

}  // namespace test
