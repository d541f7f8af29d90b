// What the user's terminal gets when a session in it is over, however that comes: by the session's
// end, by leaving it, or by a crash of ours.
#pragma once

#include <shim/core/relay.hpp>
#include <shim/io/crash_guard.hpp>
#include <shim/io/tty.hpp>

namespace shim::hold {

class terminal_care {
 public:
  // Both outlive this. One at a time in a process.
  terminal_care(io::tty& terminal, const relay& session);

  // What undoes all that is on, and the words that are left; then its settings. After the relay has
  // finished.
  void close();

 private:
  io::tty& terminal_;
  const relay& session_;
  io::crash_guard crash_;
};

}  // namespace shim::hold
