// What runs on a pty that another process, the holder, has made: it can be signalled, and its end
// seen, but how it ended is told by its parent.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include <shim/core/kill_ladder.hpp>
#include <shim/io/child.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::hold {

class distant_program final : public io::pty_program {
 public:
  // `tell` is for signals that cannot be sent from here, as it runs in another pid namespace: its
  // parent can send them. Its number, as that knows it, is nothing to go by: it may be another
  // process's here.
  using teller = std::function<void(int number)>;

  distant_program(int pty_of_its_session, io::unique_fd pidfd, teller tell)
      : pty_(pty_of_its_session), pidfd_(std::move(pidfd)), tell_(std::move(tell)) {}

  int pidfd() const override { return pidfd_.get(); }

  // Nothing happens once it has ended.
  void signal(int number) const override;
  void signal_group(int number) const override;

  // What the kernel still knows, where it tells that of processes that are no children of ours
  // (Linux 6.15): nothing before it was reaped. Its parent tells it, too, and may know better (of a
  // time that was up), so that is given a while to do so.
  std::optional<child_status> end() override;
  void parent_lost() { parent_tells_ = false; }

 private:
  bool has_ended() const;
  bool is_still_told();
  int send(int number, unsigned flags) const;

  int pty_;
  io::unique_fd pidfd_;
  teller tell_;
  bool parent_tells_ = true;
  std::optional<steady_time> asked_at_;  // for its end, the first time
};

}  // namespace shim::hold
