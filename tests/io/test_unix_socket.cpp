#include <shim/io/unix_socket.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <filesystem>
#include <vector>

#include <shim/io/file_id.hpp>
#include <tests/catch.hpp>
#include <tests/support/forked.hpp>
#include <tests/support/temp_dir.hpp>

namespace {

using shim::io::connect_at;
using shim::io::listen_at;
using shim::io::peer_is_us;
using shim::io::unique_fd;

unique_fd opened(const std::string& directory) {
  return unique_fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

unique_fd accepted(const unique_fd& listener) {
  pollfd watched{listener.get(), POLLIN, 0};
  REQUIRE(::poll(&watched, 1, 10'000) == 1);
  return unique_fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

}  // namespace

TEST_CASE("a socket is found by its directory, however long the path to that is") {
  const test::temp_dir dir;
  auto path = dir.path();
  for (int level = 0; level < 5; ++level) path += "/" + std::string(200, 'x');
  std::filesystem::create_directories(path);
  std::error_code error;
  const auto directory = opened(path);
  const auto listener = listen_at(directory.get(), "socket", 4, error);
  REQUIRE_FALSE(error);
  const auto client = connect_at(directory.get(), "socket", error);
  REQUIRE_FALSE(error);
  const auto served = accepted(listener);
  CHECK(peer_is_us(client.get()));
  CHECK(peer_is_us(served.get()));
  CHECK(::write(client.get(), "x", 1) == 1);
  char got = 0;
  CHECK(::read(served.get(), &got, 1) == 1);
}

TEST_CASE("a socket is this user's alone under any umask, which stays what it was") {
  for (const mode_t mask : {0u, 022u, 0777u}) {
    CAPTURE(mask);
    const test::temp_dir dir;
    const auto before = ::umask(mask);
    std::error_code error;
    const auto listener = listen_at(opened(dir.path()).get(), "socket", 4, error);
    CHECK(::umask(before) == mask);
    REQUIRE_FALSE(error);
    struct stat about {};
    REQUIRE(::stat((dir / "socket").c_str(), &about) == 0);
    CHECK((about.st_mode & 07777) == 0700);
  }
}

TEST_CASE("neither side's socket blocks or goes on to another program") {
  const test::temp_dir dir;
  const auto directory = opened(dir.path());
  std::error_code error;
  const auto listener = listen_at(directory.get(), "socket", 4, error);
  const auto client = connect_at(directory.get(), "socket", error);
  for (const auto* fd : {&listener, &client}) {
    CHECK((::fcntl(fd->get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC) != 0);
  }
}

TEST_CASE("nobody waits for a listener whose backlog is full") {
  const test::temp_dir dir;
  const auto directory = opened(dir.path());
  std::error_code error;
  const auto listener = listen_at(directory.get(), "socket", 2, error);
  std::vector<unique_fd> clients;
  while (!error && clients.size() < 10)
    clients.push_back(connect_at(directory.get(), "socket", error));
  CHECK(error == std::errc::resource_unavailable_try_again);
  CHECK_FALSE(clients.back());
}

TEST_CASE("why there is no listener or no connection is told") {
  const test::temp_dir dir;
  const auto directory = opened(dir.path());
  const auto listening = [&](const std::string& name) {
    std::error_code error;
    CHECK_FALSE(listen_at(directory.get(), name, 4, error));
    return error;
  };
  const auto connecting = [&](const std::string& name) {
    std::error_code error;
    CHECK_FALSE(connect_at(directory.get(), name, error));
    return error;
  };
  CHECK(connecting("socket") == std::errc::no_such_file_or_directory);
  std::error_code error;
  listen_at(directory.get(), "socket", 4, error);  // closed at once
  CHECK(connecting("socket") == std::errc::connection_refused);
  CHECK(listening("socket") == std::errc::address_in_use);
  CHECK(listening(std::string(100, 'x')) == std::errc::filename_too_long);
  CHECK(connecting(std::string(100, 'x')) == std::errc::filename_too_long);
}

TEST_CASE("another user is told from us, on either side") {
  if (::geteuid() != 0) SHIM_SKIP("only root can become another user");
  const test::temp_dir dir;
  ::chmod(dir.path().c_str(), 0777);
  const auto directory = opened(dir.path());
  std::error_code error;
  const auto listener = listen_at(directory.get(), "socket", 4, error);
  ::chmod((dir / "socket").c_str(), 0777);
  CHECK(test::forked([&] {
          if (!test::become_nobody()) return 99;
          const auto client = connect_at(directory.get(), "socket", error);
          return !error && !peer_is_us(client.get()) ? 7 : 8;
        }) == test::exited(7));
  CHECK_FALSE(peer_is_us(accepted(listener).get()));
}

TEST_CASE("who is no peer at all is not us") {
  CHECK_FALSE(peer_is_us(-1));
  const unique_fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK_FALSE(peer_is_us(null.get()));
  const unique_fd unconnected(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK_FALSE(peer_is_us(unconnected.get()));
}

TEST_CASE("a file has one identity by every path, and a link has its own") {
  const test::temp_dir dir;
  const auto directory = opened(dir.path());
  using shim::io::file_id_of;
  std::filesystem::create_directory(dir / "a");
  std::filesystem::create_symlink("a", dir / "link");
  const auto a = opened(dir / "a");
  REQUIRE(file_id_of(a.get()));
  CHECK(file_id_of(a.get()) == file_id_of(directory.get(), "a"));
  CHECK(file_id_of(a.get()) == file_id_of(AT_FDCWD, dir / "a"));
  CHECK(file_id_of(a.get()) != file_id_of(directory.get(), "link"));
  CHECK(file_id_of(a.get()) != file_id_of(directory.get()));
  CHECK_FALSE(file_id_of(directory.get(), "b"));
  CHECK_FALSE(file_id_of(-1));
}
