// How the TCP connection of another process does, as the kernel knows it (tcp_info of tcp(7), told
// by sock_diag(7)): nothing is sent for that.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

namespace shim::io {

struct tcp_link {
  // Since anything has come from its other end, if only that it has what it was sent.
  std::chrono::milliseconds silent_for{};
  // The other end's machine has not acknowledged all that it was sent, or there is more to be sent.
  bool waits = false;
};

// Of the first connection that the process has, or else of a child's (ssh's ProxyCommand has it,
// and of several hops it is the first). Nothing where there is none, or the kernel does not tell,
// and in a build without libmnl.
std::optional<tcp_link> tcp_link_of(pid_t pid);

}  // namespace shim::io
