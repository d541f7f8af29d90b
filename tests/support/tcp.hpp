// TCP on loopback.
#pragma once

#include <cstdint>

#include <tests/support/deadline.hpp>
#include <tests/support/fd.hpp>

namespace test {

// Listens on 127.0.0.1; port 0: one that is free.
owned_fd listen_on_loopback(std::uint16_t port = 0);
std::uint16_t port_of(const owned_fd& listening);
owned_fd connect_to_loopback(std::uint16_t port);

// A port that was free just now; another process may take it before its user does.
std::uint16_t free_port();

// A server that accepts and says nothing: ssh hangs in the exchange of banners.
class silent_listener {
 public:
  silent_listener() : listening_(listen_on_loopback()) {}

  std::uint16_t port() const { return port_of(listening_); }
  void wait_for_connection(milliseconds within = patience);  // kept open until the end

 private:
  owned_fd listening_;
  owned_fd connection_;
};

}  // namespace test
