// A process that is not our child, held so that its number cannot come to mean another one
// (pidfd_open(2)).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <span>

#include <shim/io/unique_fd.hpp>

namespace shim::io {

class process_handle {
 public:
  // The process that has the number now: the caller looks again whether it is the one that is
  // meant.
  explicit process_handle(pid_t pid);

  bool ended() const;  // also if there was none
  void signal(int number) const;
  int fd() const { return fd_.get(); }

 private:
  unique_fd fd_;
};

// Until all of them have ended, or the time is over.
void wait_for_ends(std::span<const process_handle> processes,
                   std::chrono::steady_clock::time_point deadline);

}  // namespace shim::io
