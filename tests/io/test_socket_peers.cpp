#include <shim/io/socket_peers.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include <shim/io/unique_fd.hpp>
#include <tests/catch.hpp>

namespace {

using shim::io::unique_fd;

struct connected {
  connected() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    one = unique_fd(ends[0]);
    other = unique_fd(ends[1]);
  }
  unique_fd one;
  unique_fd other;
};

std::uint64_t inode(const unique_fd& of) {
  struct stat status {};
  REQUIRE(::fstat(of.get(), &status) == 0);
  return status.st_ino;
}

}  // namespace

TEST_CASE("each end of a connection leads to the other one") {
  if (shim::io::socket_peers_kind() != "named") SHIM_SKIP("built without libmnl");
  const connected pair;
  const auto peers = shim::io::socket_peers();
  CHECK(peers.at(inode(pair.one)) == inode(pair.other));
  CHECK(peers.at(inode(pair.other)) == inode(pair.one));
}

TEST_CASE("a process has the sockets that it has open") {
  auto pair = std::make_unique<connected>();
  const auto number = inode(pair->one);
  const auto has = [](std::uint64_t inode) {
    return std::ranges::count(shim::io::process_sockets(::getpid()), inode) == 1;
  };
  CHECK(has(number));
  pair.reset();
  CHECK_FALSE(has(number));
}
