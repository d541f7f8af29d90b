// Catch2's main, in a process of its own: the one above it becomes the parent of what a test leaves
// running (PR_SET_CHILD_SUBREAPER), reaps it, and kills what is still there when the test is over.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

#include <cstdio>
#include <fstream>
#include <string>

namespace {

// Whether there were any that can be killed.
bool kill_children() {
  std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");  // proc(5)
  bool killed = false;
  for (pid_t pid = 0; children >> pid;) killed |= ::kill(pid, SIGKILL) == 0;
  return killed;
}

int reap_until(pid_t tests) {
  for (int status = 0;;) {
    if (::waitpid(-1, &status, 0) != tests) continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}

}  // namespace

int main(int argc, char** argv) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t parent = ::getpid();
  const pid_t tests = ::fork();
  if (tests < 0) return std::perror("cannot fork"), 1;
  if (tests == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) return 1;
    return Catch::Session().run(argc, argv);
  }
  ::signal(SIGINT, SIG_IGN);  // theirs to end by
  const int status = reap_until(tests);
  while (kill_children()) ::waitpid(-1, nullptr, 0);  // whose children are ours then
  return status;
}
