#include <shim/io/child.hpp>

#include <poll.h>
#include <signal.h>

#include <shim/io/pty.hpp>
#include <tests/catch.hpp>
#include <tests/support/terminal.hpp>

namespace {

using shim::child_status;
using enum shim::child_status::how;

// A child on a pty of its own.
struct started {
  std::error_code error;
  test::terminal user;
  shim::io::pty pty = shim::io::pty::open(user.modes(), {24, 80, 0, 0}, error);
  shim::io::child child;

  explicit started(const char* script) : started({"/bin/sh", {"sh", "-c", script}}) {}
  explicit started(const shim::io::child::program& program)
      : child(program, pty.slave.get(), error) {
    pty.slave.reset();
  }

  child_status ended() {
    pollfd watched{child.pidfd(), POLLIN, 0};
    REQUIRE(::poll(&watched, 1, 10'000) == 1);
    return child.reap();
  }

  std::string output() {
    std::string all;
    for (char buffer[4096];;) {
      pollfd watched{pty.master.get(), POLLIN, 0};
      if (::poll(&watched, 1, 10'000) != 1) return all;
      const auto got = ::read(pty.master.get(), buffer, sizeof buffer);
      if (got <= 0) return all;
      all.append(buffer, static_cast<std::size_t>(got));
    }
  }
};

}  // namespace

TEST_CASE("a child's exit status and the signal it died by are told apart") {
  started exits("exit 7");
  REQUIRE_FALSE(exits.error);
  CHECK(exits.ended() == child_status{exited, 7});
  started dies("kill -TERM $$");
  CHECK(dies.ended() == child_status{signalled, SIGTERM});
}

TEST_CASE("a child leads a session of its own, with the pty as its terminal") {
  started child("ps -o pid=,sid=,tpgid= -p $$; tty");
  REQUIRE_FALSE(child.error);
  const auto text = child.output();
  CAPTURE(text);
  int pid = 0;
  int session = 0;
  int foreground = 0;
  REQUIRE(std::sscanf(text.c_str(), "%d %d %d", &pid, &session, &foreground) == 3);
  CHECK(session == pid);
  CHECK(foreground == pid);
  CHECK(text.find("/dev/pts/") != text.npos);
  child.ended();
}

TEST_CASE("a program that cannot be run is an error with its reason") {
  std::error_code error;
  const test::terminal user;
  const auto pty = shim::io::pty::open(user.modes(), {}, error);
  REQUIRE_FALSE(error);
  const shim::io::child child({"/nonexistent/ssh", {"ssh"}}, pty.slave.get(), error);
  CHECK(error == std::errc::no_such_file_or_directory);
}

TEST_CASE("a signal reaches the group, and nothing once the child is reaped") {
  started child("trap '' HUP; tail -f /dev/null & wait");
  REQUIRE_FALSE(child.error);
  child.child.signal_group(SIGKILL);
  CHECK(child.ended() == child_status{signalled, SIGKILL});
  child.child.signal_group(SIGKILL);
  child.child.signal(SIGKILL);
}

TEST_CASE("a parent that ignores SIGCHLD still learns how its child ended") {
  ::signal(SIGCHLD, SIG_IGN);
  {
    const shim::io::sigchld_guard guard;
    CHECK(guard.was_ignored());
    started child("exit 5");
    CHECK(child.ended() == child_status{exited, 5});
    // No shell: dash(1) takes SIGCHLD back.
    started ignoring(shim::io::child::program{
        "/bin/grep", {"grep", "SigIgn", "/proc/self/status"}, true, guard.was_ignored()});
    CHECK(ignoring.output() == "SigIgn:\t0000000000010000\r\n");
    ignoring.ended();
  }
  CHECK(::signal(SIGCHLD, SIG_DFL) == SIG_IGN);
}
