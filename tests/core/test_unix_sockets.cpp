#include <shim/core/unix_sockets.hpp>

#include <string>
#include <vector>

#include <tests/catch.hpp>

namespace {

using use = shim::unix_socket_entry::use;

const std::string heading = "Num       RefCount Protocol Flags    Type St Inode Path\n";
const std::string bind_name = "/home/me/.ssh/you@web:22.AbCdEfGh01234567";

// As Linux 6 prints them, with a space and the path if there is one.
std::string listening(const std::string& path) {
  return "00000000577de9c8: 00000002 00000000 00010000 0001 01 6688901 " + path + "\n";
}
std::string connected(const std::string& path) {
  return "00000000303c4d08: 00000003 00000000 00000000 0001 03 6958335 " + path + "\n";
}
std::string pending(const std::string& path) {
  return "0000000004becb18: 00000003 00000000 00000000 0001 02     0 " + path + "\n";
}
std::string nameless() { return "000000001aeb083d: 00000003 00000000 00000000 0001 03  1513\n"; }

std::vector<std::string> paths(const std::string& text) {
  std::vector<std::string> all;
  for (const auto& socket : shim::parse_unix_sockets(text)) all.emplace_back(socket.path);
  return all;
}

std::size_t clients(const std::string& text, const std::string& path) {
  return shim::accepted_mux_clients(shim::parse_unix_sockets(text), path);
}

}  // namespace

TEST_CASE("a socket's inode, use and path are read") {
  const auto text = heading + nameless() + listening("/tmp/a") + connected("/tmp/a") +
                    pending("/tmp/a") +
                    "00000000c5512853: 00000002 00000000 00000000 0002 01 12345 @abs\n";
  const auto all = shim::parse_unix_sockets(text);
  REQUIRE(all.size() == 5);
  CHECK(all[0].inode == 1513);
  CHECK(all[0].what == use::connected);
  CHECK(all[0].path.empty());
  CHECK(all[1].inode == 6688901);
  CHECK(all[1].what == use::listening);
  CHECK(all[1].path == "/tmp/a");
  CHECK(all[2].what == use::connected);
  CHECK(all[2].path == "/tmp/a");
  CHECK(all[3].inode == 0);
  CHECK(all[3].what == use::pending);
  CHECK(all[4].inode == 12345);
  CHECK(all[4].what == use::other);
  CHECK(all[4].path == "@abs");
}

TEST_CASE("addresses are of either width, and may be hidden") {
  CHECK(paths("577de9c8: 00000002 00000000 00010000 0001 01 66889 /a\n"
              "0000000000000000: 00000002 00000000 00010000 0001 01 66889 /b\n") ==
        std::vector<std::string>{"/a", "/b"});
}

TEST_CASE("a path may hold blanks, colons and line breaks, at its ends too") {
  for (const std::string path :
       {"/tmp/a b", " ", " a ", "/a\nb", "/a\n\nb", "/a\n", "/a\n\n", "\n/a", "\n", "/a: 0001 01 6",
        "/a\n00000000577de9c8: not a socket",
        "/a\n577de9c8: 00000002 00000000 00010000 0001 01 6 "}) {
    CAPTURE(path);
    const auto text = heading + connected(path) + nameless() + listening(path);
    CHECK(paths(text) == std::vector<std::string>{path, "", path});
    CHECK(paths(listening(path)) == std::vector<std::string>{path});
  }
}

TEST_CASE("a socket whose line is the last needs no end of it") {
  auto text = listening("/tmp/a");
  text.pop_back();
  CHECK(paths(text) == std::vector<std::string>{"/tmp/a"});
}

TEST_CASE("what is no list of sockets has none") {
  for (const std::string text : {"", "\n", "\n\n", "Num\n", "x: y\n", "00000000577de9c8:\n"})
    CHECK(shim::parse_unix_sockets(text).empty());
  CHECK(shim::parse_unix_sockets(heading).empty());
}

TEST_CASE("a line that is cut or not of the kernel's widths is none") {
  const auto whole = nameless();
  for (std::size_t size = 0; size + 5 < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(shim::parse_unix_sockets(whole.substr(0, size)).empty());
  }
  for (const std::string line : {"1aeb083d: 3 00000000 00000000 0001 03  1513",
                                 "1aeb083d: 00000003 00000000 00000000 0001 03 1513",
                                 "1aeb083d: 00000003 00000000 00000000 0001 03   1513",
                                 "1aeb083d: 00000003 00000000 00000000 0001 03 12345/a",
                                 "1aeb083d: 00000003 00000000 0000000x 0001 03 12345",
                                 "1aeb083: 00000003 00000000 00000000 0001 03 12345",
                                 "1aeb083d: 00000003 00000000 00000000 0001 03 -1234"}) {
    CAPTURE(line);
    CHECK(shim::parse_unix_sockets(line).empty());
  }
}

TEST_CASE("clients of a control socket are those that its master has accepted") {
  const std::string path = "/home/me/.ssh/you@web:22";
  const auto text = heading + listening(bind_name) + connected(bind_name) + connected(bind_name) +
                    pending(bind_name) + connected(bind_name + "0") + connected(path) + nameless();
  CHECK(clients(text, path) == 2);
  CHECK(clients(text, "/home/me/.ssh/you@web:2") == 0);
  CHECK(clients(text, bind_name) == 0);
  CHECK(clients(text, "") == 0);
}

TEST_CASE("control sockets are found by their bind names") {
  const std::string other = "/tmp/my sock\net.0000000000000000";
  const auto text = heading + listening("/run/dbus/socket") + listening(bind_name) +
                    connected(bind_name) + pending(bind_name) + connected(other) + nameless();
  const auto sockets = shim::parse_unix_sockets(text);
  const auto found = shim::control_sockets(sockets);
  REQUIRE(found.size() == 2);
  CHECK(found[0].bind_name == bind_name);
  CHECK(found[0].path == "/home/me/.ssh/you@web:22");
  CHECK(found[0].is_listening);
  CHECK(found[0].accepted == 1);
  CHECK(found[0].pending == 1);
  CHECK(found[1].path == "/tmp/my sock\net");
  CHECK_FALSE(found[1].is_listening);
  CHECK(found[1].accepted == 1);
  CHECK(found[1].pending == 0);
}

TEST_CASE("a socket that neither listens nor is connected is no control socket") {
  const auto text =
      "00000000c5512853: 00000002 00000000 00000000 0001 01 12345 " + bind_name + "\n";
  const auto sockets = shim::parse_unix_sockets(text);
  REQUIRE(sockets.size() == 1);
  CHECK(shim::control_sockets(sockets).empty());
}

TEST_CASE("a master that has stopped listening is told from the one that took its path") {
  const std::string old_name = "/tmp/s.0123456789abcdef", new_name = "/tmp/s.ghijklmnopqrstuv";
  const auto text =
      connected(old_name) + connected(old_name) + listening(new_name) + connected(new_name);
  const auto sockets = shim::parse_unix_sockets(text);
  const auto found = shim::control_sockets(sockets);
  REQUIRE(found.size() == 2);
  CHECK_FALSE(found[0].is_listening);
  CHECK(found[0].accepted == 2);
  CHECK(found[1].is_listening);
  CHECK(found[1].accepted == 1);
  CHECK(shim::accepted_mux_clients(sockets, "/tmp/s") == 3);
}
