// A process with the number that another one had: what pid reuse brings about by chance.
#pragma once

#include <sys/types.h>

#include <tests/support/fd.hpp>

namespace test {

// It leads a session and a group of that number, blocks every signal there is to block, and does
// nothing.
class numbered_process {
 public:
  static bool can_be_had();  // by root alone (clone3(2), set_tid)

  explicit numbered_process(pid_t number);  // nobody has it
  numbered_process(const numbered_process&) = delete;
  numbered_process& operator=(const numbered_process&) = delete;
  ~numbered_process();

  // No signal was ever sent to it.
  bool untouched() const;

 private:
  pid_t pid_;
  owned_fd pidfd_;
};

}  // namespace test
