// Children of ours. ssh, on a pty of its own: leader of its session, the pty its controlling
// terminal, all else as this process found it (cwd, umask, limits, signal mask and dispositions,
// fds). And helpers, which get nothing but the fds they are handed.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <shim/core/exit_status.hpp>
#include <shim/io/fork_exec.hpp>

namespace shim::io {

// What runs on a pty, for who relays it: a child of ours, or another process's.
class pty_program {
 public:
  pty_program() = default;
  pty_program(const pty_program&) = delete;
  pty_program& operator=(const pty_program&) = delete;
  virtual ~pty_program() = default;

  virtual int pidfd() const = 0;  // readable once it has ended
  virtual void signal(int number) const = 0;
  virtual void signal_group(int number) const = 0;

  // To be called once, when pidfd() is readable. Nothing: somebody else will tell.
  virtual std::optional<child_status> end() = 0;
};

class child final : public pty_program {
 public:
  struct program {
    std::string path;
    std::vector<std::string> argv;
    bool stderr_on_pty = true;  // else fd 2 stays what it is here
    bool ignore_sigchld = false;
  };

  // Its fds are first_helper_fd and the next ones, in order; 0, 1 and 2 are /dev/null. Leader of a
  // session without a terminal, no environment, all signals at their defaults.
  struct helper {
    std::string path;
    std::vector<std::string> argv;
    std::vector<int> fds;
  };
  static constexpr int first_helper_fd = 3;

  // Starts it with the slave as fd 0, 1 and perhaps 2. To be called before any signal is caught, so
  // that what is inherited is the user's. An execv(2) that fails is an error here.
  child(const program& what, int slave, std::error_code& error);
  child(const helper& what, std::error_code& error);
  // A child not yet reaped is killed: nobody is left to end it.
  ~child() override;
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  pid_t pid() const { return process_.pid; }

  int pidfd() const override { return process_.pidfd.get(); }

  // Nothing happens once it is reaped, so a recycled pid is never hit.
  void signal(int number) const override;
  void signal_group(int number) const override;

  std::optional<child_status> end() override { return reap(); }
  child_status reap();

 private:
  started_process process_;  // pid -1: reaped, or never started
};

// Waits for `pid` as wait(2) does.
child_status wait_for(pid_t pid);

// A parent that ignores SIGCHLD leaves us a kernel that reaps our children itself, and their status
// is lost (wait(2)). While one of these lives that is not so.
class sigchld_guard {
 public:
  sigchld_guard();
  ~sigchld_guard();
  sigchld_guard(const sigchld_guard&) = delete;
  sigchld_guard& operator=(const sigchld_guard&) = delete;

  bool was_ignored() const { return was_ignored_; }

 private:
  bool was_ignored_;
};

}  // namespace shim::io
