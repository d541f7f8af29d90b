// `~.` ends a session within half a second, whatever state ssh is in.
#include <poll.h>
#include <sys/socket.h>

#include <csignal>
#include <optional>

#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/tcp.hpp>
#include <tests/support/tcp_relay.hpp>
#include <tests/support/terminal.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

constexpr milliseconds promised{500};

// Types it and waits; the terminal is as it was, and no ssh is left.
void disconnects(terminal& user, const termios& before, std::string_view keys = "~.") {
  const pid_t ssh = ssh_of(user);
  const auto start = std::chrono::steady_clock::now();
  user.type(keys);
  CHECK(user.wait_exit() == exited(255));
  CHECK(std::chrono::steady_clock::now() - start < promised);
  CHECK(same_modes(user.modes(), before));
  CHECK(executable_of(ssh).empty());
}

// A server whose queue of connections is full: the kernel drops every further SYN (listen(2)).
class deaf_listener {
 public:
  deaf_listener() : listening_(listen_on_loopback()) {
    REQUIRE(::listen(listening_.get(), 0) == 0);
    waiting_ = connect_to_loopback(port());
  }

  std::uint16_t port() const { return port_of(listening_); }

 private:
  owned_fd listening_;
  owned_fd waiting_;
};

struct session {
  terminal user;
  termios before = user.modes();

  session(const sshd& server, const std::vector<std::string>& words) {
    user.start(server.argv(SHIM_BINARY, words));
  }
};

void keep_typing(terminal& user, std::size_t size) {
  const std::string piece(64 * 1024, 'p');
  for (std::size_t typed = 0; typed < size; typed += piece.size()) user.type(piece);
}

}  // namespace

TEST_CASE("the escape ~. ends an open session, and says so") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  session s(server, {"-t", "far", "echo ready; cat"});
  s.user.expect("ready");
  disconnects(s.user, s.before);
  s.user.expect("\r\nConnection to 127.0.0.1 closed.\r\n");
}

TEST_CASE("the escape ~. of a quiet session says nothing, and leaves a fresh line") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  session s(server, {"-q", "-t", "far", "printf ready; cat"});
  s.user.expect("ready");
  disconnects(s.user, s.before);
  CHECK(s.user.unexpected() == "\r\n");
}

TEST_CASE("the escape ~. ends an ssh whose connection is never answered") {
  silent_listener server;
  terminal user;
  const termios before = user.modes();
  user.start({SHIM_BINARY, "-F", "/dev/null", "-p", std::to_string(server.port()), "127.0.0.1"});
  server.wait_for_connection();
  disconnects(user, before);
}

TEST_CASE("the escape ~. ends an ssh whose SYN is never answered") {
  const deaf_listener server;
  terminal user;
  const termios before = user.modes();
  user.start({SHIM_BINARY, "-F", "/dev/null", "-p", std::to_string(server.port()), "127.0.0.1"});
  user.expect_modes(is_raw, "raw, for us");
  disconnects(user, before);
}

TEST_CASE("the escape ~. ends an ssh that waits for a slow ProxyCommand, and the ProxyCommand") {
  const temp_dir dir;
  write_file(dir / "pid", "");
  terminal user;
  const termios before = user.modes();
  user.start({SHIM_BINARY, "-F", "/dev/null", "-o",
              "ProxyCommand=sh -c 'echo $$ > " + (dir / "pid") + "; exec tail -f /dev/null'",
              "far"});
  const auto proxy =
      std::stoi(wait_for_content(dir / "pid", [](auto text) { return text.ends_with('\n'); }));
  disconnects(user, before);
  CHECK(executable_of(proxy).empty());
}

TEST_CASE("the escape ~. ends an ssh that asks whether it should trust a host") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  session s(server,
            {"-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=ask", "far"});
  s.user.expect("(yes/no/[fingerprint])? ");
  disconnects(s.user, s.before);
}

TEST_CASE("the escape ~. ends a stopped ssh") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  session s(server, {"-t", "far", "echo ready; cat"});
  s.user.expect("ready");
  const pid_t ssh = ssh_of(s.user);
  send_signal(ssh, SIGSTOP);
  wait_until_stopped(ssh, true);
  disconnects(s.user, s.before);
}

TEST_CASE("the escape ~. ends an ssh that no signal but KILL ends") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  terminal user;
  const termios before = user.modes();
  user.start(server.argv(SHIM_BINARY, {"-t", "far", "echo ready; cat"}),
             {.ignored_signals = {SIGHUP}});
  user.expect("ready");
  disconnects(user, before);
}

TEST_CASE(
    "the escape ~. ends a session through a stopped mux master, and leaves the master alone") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const mux_master master(server);
  session s(server, master.through({"-t", "far", "echo ready; cat"}));
  s.user.expect("ready");
  send_signal(master.pid(), SIGSTOP);
  wait_until_stopped(master.pid(), true);
  disconnects(s.user, s.before);
  send_signal(master.pid(), SIGCONT);
  wait_until_stopped(master.pid(), false);
  CHECK(master.running());
}

TEST_CASE("the escape ~. ends a session on a dead link with a full buffer behind a ProxyCommand") {
  SHIM_NEEDS_SSHD();
  sshd server;
  const tcp_relay relay(server.port());
  session s(server, {"-o",
                     "ProxyCommand=" + real_ssh() + " -F " + server.config() +
                         " -W 127.0.0.1:" + std::to_string(server.port()) + " far",
                     "-t", "far", "stty raw -echo; echo ready; cat > /dev/null"});
  s.user.expect("ready");
  server.stop();
  keep_typing(s.user, 4 * 1024 * 1024);
  disconnects(s.user, s.before, "\r~.");
  server.resume();
}

TEST_CASE("the escape ~. ends a session after 4 MB of paste that nobody reads") {
  SHIM_NEEDS_SSHD();
  sshd server;
  session s(server, {"-t", "far", "stty raw -echo; echo ready; exec tail -f /dev/null"});
  s.user.expect("ready");
  keep_typing(s.user, 4 * 1024 * 1024);
  disconnects(s.user, s.before, "\r~.");
}

TEST_CASE("the escape ~. ends a session whose terminal does not read") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  session s(server, {"-t", "far", "echo ready; yes"});
  s.user.expect("ready");
  s.user.stop_reading();
  disconnects(s.user, s.before);
}

namespace {

// After logout ssh waits for a connection that still goes through it.
struct lingering_session {
  std::uint16_t port = free_port();
  session s;
  std::optional<process> held;

  explicit lingering_session(const sshd& server)
      : s(server, {"-L", std::to_string(port) + ":127.0.0.1:" + std::to_string(server.port()), "-t",
                   "far", "echo ready; read line; echo bye; exit 3"}) {
    s.user.expect("ready");
    held.emplace(std::vector<std::string>{"bash", "-c",
                                          "exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(port) +
                                              "; head -c 4 <&3; exec tail -f /dev/null"});
    held->expect_out("SSH-");
    s.user.type("\r");
    s.user.expect("bye");
    CHECK_THROWS_AS(s.user.wait_exit(milliseconds(50)), failure);
  }
};

}  // namespace

TEST_CASE("the escape ~. ends an ssh that waits for forwarded connections after logout") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  lingering_session l(server);
  disconnects(l.s.user, l.s.before);
}

TEST_CASE("an ssh that waits for forwarded connections ends with the last of them") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  lingering_session l(server);
  l.held.reset();
  CHECK(l.s.user.wait_exit() == exited(3));
  CHECK(same_modes(l.s.user.modes(), l.s.before));
}

TEST_CASE("a closed window ends a session that is not held, and ssh with it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  session s(server, {"--no-hold", "-t", "far", "echo ready; cat"});
  s.user.expect("ready");
  const pid_t ssh = ssh_of(s.user);
  s.user.hang_up();
  s.user.wait_exit();
  CHECK(executable_of(ssh).empty());
}

TEST_CASE("a shim that is killed takes an ssh with it that is not held") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  session s(server, {"--no-hold", "-t", "far", "echo ready; cat"});
  s.user.expect("ready");
  const pid_t ssh = ssh_of(s.user);
  const owned_fd ended = open_pidfd(ssh);
  send_signal(s.user.pid(), SIGKILL);
  CHECK(s.user.wait_exit() == killed_by(SIGKILL));
  pollfd watched{ended.get(), POLLIN, 0};
  CHECK(::poll(&watched, 1, 10'000) == 1);
}
