// Sessions under test: the ssh behind a shim, and mux masters for them to share.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include <tests/support/sshd.hpp>
#include <tests/support/terminal.hpp>

namespace test {

// The ssh that a shim runs, by way of a holder or without, as long as that has not lost its parent.
pid_t ssh_below(pid_t shim);
pid_t ssh_of(const terminal& user);

// A master of plain ssh's, in the foreground, answering from the start on.
class mux_master {
 public:
  explicit mux_master(const sshd& server);

  // The words of a session through it: {"-S", socket, words...}.
  std::vector<std::string> through(std::vector<std::string> words) const;
  bool running() const;
  pid_t pid() const { return master_.pid(); }

 private:
  const sshd& server_;
  temp_dir dir_;
  process master_;
};

}  // namespace test
