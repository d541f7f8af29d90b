// Sockets as a mux master makes them, found in what the kernel itself says of them.
#include <shim/core/unix_sockets.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/fd.hpp>
#include <tests/support/file.hpp>
#include <tests/support/temp_dir.hpp>

namespace {

test::owned_fd made() { return test::owned_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

test::owned_fd listening(const std::string& path) {
  auto fd = made();
  const auto address = address_of(path);
  const auto* const any = reinterpret_cast<const sockaddr*>(&address);
  REQUIRE(::bind(fd.get(), any, sizeof address) == 0);
  REQUIRE(::listen(fd.get(), 8) == 0);
  return fd;
}

test::owned_fd connected(const std::string& path) {
  auto fd = made();
  const auto address = address_of(path);
  REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

test::owned_fd accepted(const test::owned_fd& listener) {
  test::owned_fd fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  REQUIRE(fd);
  return fd;
}

std::uint64_t inode_of(const test::owned_fd& fd) {
  struct stat status {};
  REQUIRE(::fstat(fd.get(), &status) == 0);
  return status.st_ino;
}

}  // namespace

TEST_CASE("a control socket and its clients are found in what the kernel lists") {
  const test::temp_dir dir;
  const auto path = dir / GENERATE("s", "a b", "a\nb", "line\n", " ");
  CAPTURE(path);
  auto listener = listening(path + ".AbCdEfGh01234567");
  const auto first = connected(path + ".AbCdEfGh01234567");
  const auto second = connected(path + ".AbCdEfGh01234567");
  const auto server = accepted(listener);

  auto text = test::read_file("/proc/net/unix");
  auto sockets = shim::parse_unix_sockets(text);
  CHECK(shim::accepted_mux_clients(sockets, path) == 1);
  auto all = shim::control_sockets(sockets);
  const auto ours = [&path](const auto& socket) { return socket.path == path; };
  auto found = std::ranges::find_if(all, ours);
  REQUIRE(found != all.end());
  CHECK(found->is_listening);
  CHECK(found->accepted == 1);
  CHECK(found->pending == 1);
  for (const auto inode : {inode_of(listener), inode_of(first), inode_of(server)})
    CHECK(std::ranges::count(sockets, inode, &shim::unix_socket_entry::inode) == 1);

  // As after -O stop: who is connected stays so, who waits is sent away.
  listener.reset();
  text = test::read_file("/proc/net/unix");
  sockets = shim::parse_unix_sockets(text);
  all = shim::control_sockets(sockets);
  found = std::ranges::find_if(all, ours);
  REQUIRE(found != all.end());
  CHECK_FALSE(found->is_listening);
  CHECK(found->accepted == 1);
  CHECK(found->pending == 0);
}
