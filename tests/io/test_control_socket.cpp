#include <shim/io/control_socket.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include <shim/io/unix_socket.hpp>
#include <tests/catch.hpp>
#include <tests/support/file.hpp>
#include <tests/support/temp_dir.hpp>

namespace {

using shim::io::control_socket;
using shim::io::unique_fd;
using state = control_socket::state;

// A directory with a socket in it.
struct socket_place {
  explicit socket_place(int backlog = 4) {
    std::error_code error;
    listener = shim::io::listen_at(fd.get(), "socket", backlog, error);
    REQUIRE_FALSE(error);
  }
  std::string path() const { return dir / "socket"; }

  test::temp_dir dir;
  unique_fd fd{::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  unique_fd listener;
};

}  // namespace

TEST_CASE("a control socket of ours in a directory of ours is used") {
  const socket_place place;
  const control_socket socket(place.path());
  CHECK(socket.found() == state::usable);
  CHECK_FALSE(socket.in_shared_directory());
  CHECK(socket.owner() == ::geteuid());
  std::error_code error;
  CHECK(socket.connect(error));
  CHECK_FALSE(error);
}

TEST_CASE("nothing, or no directory, is no control socket") {
  const test::temp_dir dir;
  for (const auto& path : {dir / "socket", dir / "no/socket", dir.path() + "/", std::string("x")}) {
    CAPTURE(path);
    CHECK(control_socket(path).found() == state::absent);
  }
}

TEST_CASE("a file or a symbolic link in the place of a control socket is left alone") {
  const socket_place place;
  test::write_file(place.dir / "file", "kept");
  std::filesystem::create_symlink("socket", place.dir / "link");
  for (const auto* name : {"file", "link"}) {
    CAPTURE(name);
    control_socket socket(place.dir / name);
    CHECK(socket.found() == state::not_a_socket);
    std::error_code error;
    socket.remove_stale(error);
    CHECK(error);
    CHECK(std::filesystem::exists(std::filesystem::symlink_status(place.dir / name)));
  }
}

TEST_CASE("a directory that others may change makes a control socket unsafe, unless it is sticky") {
  const socket_place place;
  ::chmod(place.dir.path().c_str(), 0777);
  CHECK(control_socket(place.path()).found() == state::exposed);
  ::chmod(place.dir.path().c_str(), 0770);
  CHECK(control_socket(place.path()).found() == state::exposed);
  ::chmod(place.dir.path().c_str(), 01777);
  const control_socket shared(place.path());
  CHECK(shared.found() == state::usable);
  CHECK(shared.in_shared_directory());
}

TEST_CASE("another user's control socket is not used") {
  if (::geteuid() != 0) SHIM_SKIP("only root can give a file away");
  const socket_place place;
  REQUIRE(::chown(place.path().c_str(), 65534, 65534) == 0);
  const control_socket socket(place.path());
  CHECK(socket.found() == state::foreign);
  CHECK(socket.owner() == 65534);
  REQUIRE(::chown(place.path().c_str(), 0, 0) == 0);
  REQUIRE(::chown(place.dir.path().c_str(), 65534, 65534) == 0);
  CHECK(control_socket(place.path()).found() == state::exposed);
}

TEST_CASE("only a control socket that refuses connections is removed") {
  socket_place place;
  control_socket socket(place.path());
  std::error_code error;
  socket.remove_stale(error);
  CHECK(error == std::errc::device_or_resource_busy);
  CHECK(std::filesystem::exists(place.path()));

  place.listener.reset();
  CHECK_FALSE(socket.connect(error));
  CHECK(error == std::errc::connection_refused);
  socket.remove_stale(error);
  CHECK_FALSE(error);
  CHECK_FALSE(std::filesystem::exists(place.path()));
}

TEST_CASE("a control socket whose backlog is full is not waited for, and not removed") {
  const socket_place place(0);
  control_socket socket(place.path());
  std::error_code error;
  std::vector<unique_fd> waiting;
  while (!error && waiting.size() < 16) waiting.push_back(socket.connect(error));
  CHECK(error == std::errc::resource_unavailable_try_again);
  socket.remove_stale(error);
  CHECK(error);
  CHECK(std::filesystem::exists(place.path()));
}
