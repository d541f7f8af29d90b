// `mux forward` and `mux cancel`: ports that a running master forwards.
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include <tests/support/tcp.hpp>
#include <tests/support/text.hpp>
#include <tests/system/masters.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

std::string number(std::uint16_t port) { return std::to_string(port); }

// Where what is forwarded leads.
struct target {
  owned_fd listening = listen_on_loopback();
  std::string name() const { return "127.0.0.1:" + number(port_of(listening)); }
};

void wait_readable(int fd) {
  pollfd watched{fd, POLLIN, 0};
  if (::poll(&watched, 1, deadline(patience).left()) <= 0) throw failure("nothing comes");
}

void send_all(int to, std::string_view bytes) {
  REQUIRE(::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(bytes.size()));
}

std::string received(int from, std::size_t size) {
  std::string all;
  while (all.size() < size) {
    wait_readable(from);
    std::array<char, 256> buffer;
    const auto got = ::read(from, buffer.data(), std::min(buffer.size(), size - all.size()));
    if (got <= 0) break;
    all.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return all;
}

owned_fd next_of(const owned_fd& listening) {
  wait_readable(listening.get());
  return owned_fd(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

// What is sent at one end comes out at the other, both ways.
void check_carries(const owned_fd& near, const owned_fd& listening) {
  const auto far = next_of(listening);
  send_all(near.get(), "there");
  CHECK(received(far.get(), 5) == "there");
  send_all(far.get(), "back");
  CHECK(received(near.get(), 4) == "back");
}

owned_fd unix_socket(const std::string& path, sockaddr_un& address) {
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return owned_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

owned_fd connect_to(const std::string& path) {
  sockaddr_un address{};
  auto made = unix_socket(path, address);
  REQUIRE(::connect(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return made;
}

owned_fd listen_on(const std::string& path) {
  sockaddr_un address{};
  auto made = unix_socket(path, address);
  REQUIRE(::bind(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(made.get(), 1) == 0);
  return made;
}

bool is_listened_on(std::uint16_t port) {
  return std::ranges::any_of(listeners(), [&](const auto& one) { return one.port == port; });
}

const finished nothing_to_say{exited(0), "", ""};

}  // namespace

TEST_CASE("a local port leads to the server's side for as long as it is not cancelled") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.start("web");
  const target to;
  const auto port = free_port();
  const strings words{"web", "-L", number(port) + ":" + to.name()};
  CHECK(all.mux("forward", words) == nothing_to_say);
  check_carries(connect_to_loopback(port), to.listening);
  CHECK(all.of("web").at("listens") == json::array({port}));
  CHECK(all.mux("cancel", words) == nothing_to_say);
  CHECK(!is_listened_on(port));
  CHECK(all.of("web").at("listens") == json::array());
}

TEST_CASE("a port that the server chooses is printed, and leads back") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.start("web");
  const target to;
  const auto end = all.mux("forward", {"web", "-R", "0:" + to.name()});
  CHECK(end.status == exited(0));
  CHECK(end.err.empty());
  REQUIRE(end.out.ends_with('\n'));
  const auto port = static_cast<std::uint16_t>(std::stoi(end.out));
  CHECK(end.out == number(port) + "\n");
  check_carries(connect_to_loopback(port), to.listening);
  // ssh knows it by what was asked for, not by what came of it (mux.c process_close_fwd()).
  CHECK(all.mux("cancel", {"web", "-R", "0:" + to.name()}) == nothing_to_say);
  wait_until([&] { return !is_listened_on(port); }, "the server does not listen");
}

TEST_CASE("a SOCKS port takes those who ask it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.start("web");
  const target to;
  const auto port = free_port();
  const strings words{"web", "-D", number(port)};
  CHECK(all.mux("forward", words) == nothing_to_say);
  const auto near = connect_to_loopback(port);
  send_all(near.get(), {"\5\1\0", 3});
  CHECK(received(near.get(), 2) == std::string("\5\0", 2));
  const auto where = port_of(to.listening);
  std::string ask("\5\1\0\1\x7f\0\0\1", 8);
  ask += static_cast<char>(where >> 8);
  ask += static_cast<char>(where & 0xff);
  send_all(near.get(), ask);
  CHECK(received(near.get(), 10).starts_with(std::string("\5\0", 2)));
  check_carries(near, to.listening);
  CHECK(all.mux("cancel", words) == nothing_to_say);
  CHECK(!is_listened_on(port));
}

TEST_CASE("sockets are forwarded by their paths, both ways") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.start("web");
  const auto in = all.file("in");
  const auto out = all.file("out");
  const auto listening = listen_on(out);
  for (const std::string option : {"-L", "-R"}) {
    CAPTURE(option);
    const strings words{"web", option, in + ":" + out};
    CHECK(all.mux("forward", words) == nothing_to_say);
    check_carries(connect_to(in), listening);
    CHECK(all.mux("cancel", words) == nothing_to_say);
    ::unlink(in.c_str());  // which the server leaves
  }
}

TEST_CASE("several are asked for in one go, and each failure is told") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.start("web");
  const target to;
  const target taken;
  const auto port = free_port();
  const auto in_use = number(port_of(taken.listening)) + ":" + to.name();
  const auto end = all.mux("forward", {"web", "-L", "127.0.0.1:" + in_use, "-L",
                                       "127.0.0.1:" + number(port) + ":" + to.name()});
  CHECK(end == finished{exited(1), "",
                        "ssh-shim: cannot forward -L 127.0.0.1:" + in_use +
                            " at web: Port forwarding failed\n"});
  check_carries(connect_to_loopback(port), to.listening);
  const auto nowhere = all.file("none/in") + ":" + all.file("out");
  const auto remote = all.mux("forward", {"web", "-R", nowhere});
  CHECK(remote.status == exited(1));
  CHECK(remote.err.starts_with("ssh-shim: cannot forward -R " + nowhere +
                               " at web: remote port forwarding failed"));
  CHECK(remote.out.empty());
}

TEST_CASE("what is not forwarded cannot be cancelled, which is told") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.start("web");
  for (const std::string option : {"-L", "-R"}) {
    CHECK(all.mux("cancel", {"web", option, "7:localhost:7"}) ==
          finished{
              exited(1), "",
              "ssh-shim: cannot cancel " + option + " 7:localhost:7 at web: port not forwarded\n"});
  }
  CHECK(all.mux("cancel", {"web", "-D", "7"}).status == exited(1));
}

TEST_CASE("forward and cancel need a master that lives, a host and something to forward") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.leave_stale("old");
  for (const std::string verb : {"forward", "cancel"}) {
    CHECK(all.mux(verb, {"db", "-D", "7"}) ==
          finished{exited(3), "",
                   "ssh-shim: cannot " + verb + " -D 7 at db: none: there is no master\n"});
    CHECK(all.mux(verb, {"old", "-D", "7"}).status == exited(1));
    CHECK(all.mux(verb, {"-D", "7"}) ==
          finished{exited(2), "", "ssh-shim: cannot run 'mux " + verb + "': it needs a host\n"});
    CHECK(all.mux(verb, {"db"}) ==
          finished{exited(2), "",
                   "ssh-shim: cannot change what is forwarded: it needs -L, -R or -D\n"});
    CHECK(all.mux(verb, {"db", "-L", "7"}) ==
          finished{exited(2), "", "ssh-shim: cannot read -L 7: ssh(1) has the form\n"});
  }
}
