// What the other tests of this folder stand on.
#include <csignal>

#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/tcp.hpp>
#include <tests/support/tcp_relay.hpp>
#include <tests/support/terminal.hpp>
#include <tests/support/tmux.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

TEST_CASE("while a test's sshd runs nothing of the test listens beyond loopback") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const tcp_relay relay(server.port());
  process session(server.argv(real_ssh(), {"far", "echo ready; cat"}), {.in = stream::piped()});
  session.expect_out("ready\n");
  int on_its_port = 0;
  for (const listener& each : listeners()) {
    if (each.port != server.port() && each.port != relay.port()) continue;
    ++on_its_port;
    CHECK(each.address == "127.0.0.1");
  }
  CHECK(on_its_port == 2);
  for (const pid_t pid : descendants_of(::getpid()))
    for (const listener& each : listeners_of(pid)) CHECK(each.loopback());
}

TEST_CASE("a relay that freezes holds a session up, and lets it go on") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  tcp_relay relay(server.port());
  process session({real_ssh(), "-F", server.config_for(relay.port()), "far", "echo ready; cat"},
                  {.in = stream::piped()});
  session.expect_out("ready\n");
  relay.freeze();
  session.feed("held\n");
  CHECK_THROWS_AS(session.expect_out("held\n", milliseconds(50)), failure);
  relay.thaw();
  session.expect_out("held\n");
  relay.cut();
  CHECK(session.wait().status == exited(255));
}

TEST_CASE("a server that stops holds a session up, and lets it go on") {
  SHIM_NEEDS_SSHD();
  sshd server;
  process session(server.argv(real_ssh(), {"far", "echo ready; cat"}), {.in = stream::piped()});
  session.expect_out("ready\n");
  server.stop();
  session.feed("held\n");
  CHECK_THROWS_AS(session.expect_out("held\n", milliseconds(50)), failure);
  server.resume();
  session.expect_out("held\n");
  session.end_input();
  CHECK(session.wait().status == exited(0));
}

TEST_CASE("the far end records what comes through a pty, byte by byte") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  write_file(dir / "received", "");
  terminal user;
  user.start(server.argv(
      real_ssh(), {"-e", "none", "-t", "far", FAR_END + std::string(" ") + dir / "received"}));
  user.expect("far_end: ready\r\n");
  CHECK(is_raw(user.modes()));
  const std::string typed = std::string("\0\x03\x1a\x1c~.\r\n\x7f\xff", 10) + any_bytes(5000);
  user.type(typed);
  wait_for_content(dir / "received",
                   [&](std::string_view got) { return got.size() >= typed.size(); });
  user.type("\x1d\x1dq");
  CHECK(user.wait_exit() == exited(0));
  CHECK((read_file(dir / "received") == typed + "\x1d\x1dq"));
}

TEST_CASE("the far end tells sizes and dies as told") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  terminal user({.rows = 30, .columns = 100, .x_pixels = 800, .y_pixels = 600});
  user.start(server.argv(real_ssh(), {"-t", "far", FAR_END + std::string(" --winsize")}));
  user.expect("size 30 100 800 600\r\n");
  user.resize({.rows = 10, .columns = 20});
  user.expect("size 10 20 0 0\r\n");
  user.type("q");
  CHECK(user.wait_exit() == exited(0));
  CHECK(run({FAR_END, "--exit", "9"}).status == exited(9));
  CHECK(run({FAR_END, "--die", "15"}).status == killed_by(SIGTERM));
  CHECK(run({FAR_END, "--lines", "100"}).out.size() == 100);
}

TEST_CASE("a terminal under test has job control, modes and an end") {
  terminal user;
  user.start_shell({.ignored_signals = {SIGUSR1}, .umask = 0077});
  CHECK(user.run_line("umask; echo $(( 1 + 1 ))") == "0077\r\n2\r\n");
  CHECK(user.run_line("tty") == user.name() + "\r\n");
  const termios before = user.modes();
  user.type("stty raw -echo; cat\r");
  user.expect_modes(is_raw, "raw");
  user.type("\x1d");
  user.expect("\x1d");
  CHECK_FALSE(same_modes(user.modes(), before));
  user.hang_up();
  CHECK(user.wait_exit() == killed_by(SIGHUP));
}

TEST_CASE("a terminal that stops reading holds its program up") {
  terminal user;
  user.start_shell();
  user.stop_reading();
  user.type(FAR_END + std::string(" --lines 1000000; exit\r"));
  CHECK_THROWS_AS(user.wait_exit(milliseconds(50)), failure);
  user.read_on();
  CHECK(user.wait_exit() == exited(0));
}

TEST_CASE("tmux shows what a program shows") {
  if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
  tmux screen({"bash", "--norc", "--noprofile", "-i"}, {.env = {{"PS1", "[tmux]$ "}}}, 10, 40);
  screen.wait_for("[tmux]$");
  screen.type("echo a;b; echo ~;");
  screen.press("C-u");
  screen.type("printf '%s|' \"$TERM\" $LINES $COLUMNS");
  screen.press("Enter");
  screen.wait_for("tmux-256color|10|40|");
  screen.resize(20, 60);
  CHECK(screen.format("#{window_width}x#{window_height}") == "60x20");
  screen.send_bytes(
      "\x15"
      "exit 3\r");
  CHECK(screen.wait_exit() == exited(3));
}
