// A relay on loopback between ssh and its server that can stop forwarding, as a dead link does.
// The kernel on each side still acknowledges, unless it is told to be deaf: else only what is said
// inside ssh goes unanswered.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include <tests/support/fd.hpp>

namespace test {

class tcp_relay {
 public:
  explicit tcp_relay(std::uint16_t to);  // a port on loopback
  tcp_relay(const tcp_relay&) = delete;
  tcp_relay& operator=(const tcp_relay&) = delete;
  ~tcp_relay();

  std::uint16_t port() const { return port_; }

  // In force when they return.
  void freeze() { tell('f'); }  // forwards nothing, accepts nobody
  void thaw() { tell('t'); }
  void cut() { tell('c'); }  // resets all connections
  // Frozen, it does not even acknowledge what ssh sends. False where the kernel does not let us.
  bool deafen() { return tell('d') == 'd'; }

 private:
  char tell(char what);

  std::uint16_t port_ = 0;
  pid_t pid_ = -1;  // a process of its own, so that it needs nothing of the test's
  owned_fd control_;
};

}  // namespace test
