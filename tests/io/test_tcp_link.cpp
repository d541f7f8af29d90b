#include <shim/io/tcp_link.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include <shim/io/socket_peers.hpp>
#include <shim/io/unique_fd.hpp>
#include <tests/catch.hpp>
#include <tests/support/deadline.hpp>
#include <tests/support/tcp.hpp>

using namespace std::chrono_literals;
using shim::io::tcp_link_of;
using shim::io::unique_fd;

namespace {

bool is_told() { return shim::io::socket_peers_kind() == "named"; }

// A connection over loopback, both ends ours.
struct connection {
  connection() {
    const auto listener = test::listen_on_loopback();
    one = test::connect_to_loopback(test::port_of(listener));
    other = unique_fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(other);
  }
  test::owned_fd one;
  unique_fd other;
};

}  // namespace

TEST_CASE("a connection over which something has just come is not silent, and waits for nothing") {
  if (!is_told()) SHIM_SKIP("built without libmnl");
  const connection pair;
  REQUIRE(::send(pair.one.get(), "x", 1, 0) == 1);
  std::array<char, 1> byte{};
  REQUIRE(::recv(pair.other.get(), byte.data(), 1, 0) == 1);
  const auto link = tcp_link_of(::getpid());
  REQUIRE(link);
  CHECK(link->silent_for < test::patience);
  CHECK_FALSE(link->waits);
}

TEST_CASE("a connection whose other end reads nothing has something that waits") {
  if (!is_told()) SHIM_SKIP("built without libmnl");
  const connection pair;
  const std::array<char, 65536> bytes{};
  while (::send(pair.one.get(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
  }
  const auto link = tcp_link_of(::getpid());
  REQUIRE(link);
  CHECK(link->waits);
}

TEST_CASE("who has no connection is told of by its child's") {
  if (!is_told()) SHIM_SKIP("built without libmnl");
  CHECK_FALSE(tcp_link_of(::getpid()));
  std::array<int, 2> ready{};
  REQUIRE(::pipe2(ready.data(), O_CLOEXEC) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const connection pair;
    [[maybe_unused]] const auto told = ::write(ready[1], "", 1);
    for (;;) ::pause();
  }
  const unique_fd from_child(ready[0]);
  const unique_fd to_us(ready[1]);
  char byte = 0;
  REQUIRE(::read(from_child.get(), &byte, 1) == 1);
  CHECK(tcp_link_of(::getpid()));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK_FALSE(tcp_link_of(::getpid()));
}
