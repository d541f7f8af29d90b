#include <tests/support/tcp.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <tests/support/text.hpp>

namespace test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

owned_fd make_socket() {
  owned_fd made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made) throw failure(cannot("make a socket"));
  return made;
}

}  // namespace

owned_fd listen_on_loopback(std::uint16_t port) {
  owned_fd listening = make_socket();
  const sockaddr_in address = loopback(port);
  if (::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
      ::listen(listening.get(), 64) < 0)
    throw failure(cannot("listen on loopback"));
  return listening;
}

std::uint16_t port_of(const owned_fd& listening) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

owned_fd connect_to_loopback(std::uint16_t port) {
  owned_fd connection = make_socket();
  const sockaddr_in address = loopback(port);
  if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
    connection.reset();
  return connection;
}

std::uint16_t free_port() { return port_of(listen_on_loopback()); }

void silent_listener::wait_for_connection(milliseconds within) {
  pollfd comes{.fd = listening_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&comes, 1, static_cast<int>(within.count())) != 1)
    throw failure("nobody connected to the silent listener");
  connection_ = owned_fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

}  // namespace test
