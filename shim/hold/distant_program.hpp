// What runs on a pty that another process, the holder, has made: it can be signalled, and its end
// seen, but how it ended is told by its parent.
#pragma once

#include <sys/types.h>

#include <shim/io/child.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::hold {

class distant_program final : public io::pty_program {
 public:
  distant_program(pid_t pid, io::unique_fd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  int pidfd() const override { return pidfd_.get(); }

  // Nothing happens once it has ended.
  void signal(int number) const override;
  void signal_group(int number) const override;

  // What the kernel still knows, where it tells that of processes that are no children of ours
  // (Linux 6.15): nothing before it was reaped.
  std::optional<child_status> end() override;

 private:
  bool has_ended() const;

  pid_t pid_;
  io::unique_fd pidfd_;
};

}  // namespace shim::hold
