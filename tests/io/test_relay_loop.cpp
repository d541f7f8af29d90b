#include <shim/io/relay_loop.hpp>

#include <fcntl.h>

#include <functional>
#include <optional>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/terminal.hpp>

namespace {

using namespace std::chrono_literals;
namespace io = shim::io;

// A loop over a terminal at which the test sits and a shell script in the place of ssh.
struct bench {
  std::error_code error;
  test::terminal user;
  io::tty terminal{io::unique_fd(::open(user.name().c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK)),
                   error};
  io::ring ring{64 * 1024, error};
  io::pty pty = io::pty::open(terminal.original(), {24, 80, 0, 0}, error);
  io::child ssh;
  shim::asio::io_context context{1};
  std::optional<io::relay_loop> loop;
  std::optional<shim::session_end> end;

  explicit bench(const char* script, shim::relay_options options = {})
      : ssh({"/bin/sh", {"sh", "-c", script}}, pty.slave.get(), error) {
    REQUIRE_FALSE(error);
    pty.slave.reset();
    REQUIRE_FALSE(terminal.enter_raw());
    loop.emplace(context, io::relay_parts{terminal, pty.master.get(), ssh, ring},
                 std::move(options));
    loop->start([this](shim::session_end how) { end = how; });
  }

  // Runs the loop until it holds; the test fails if it does not within 10 s.
  void run_until(const std::function<bool()>& holds) {
    const test::deadline deadline(10s);
    while (!holds() && !deadline.passed()) context.run_one_for(10ms);
    REQUIRE(holds());
  }

  void expect(std::string_view text) {
    run_until([&] { return user.output().find(text) != std::string::npos; });
  }
};

shim::child_status exit_with(int status) { return {shim::child_status::how::exited, status}; }

}  // namespace

TEST_CASE("a loop carries typing to the program, its output back, and its end to the caller") {
  bench b("echo ready; read line; echo got $line; exit 4");
  b.expect("ready\r\n");
  b.user.type("hello\r");
  b.expect("got hello\r\n");
  b.run_until([&] { return b.end.has_value(); });
  CHECK(b.end == shim::session_end{shim::end_cause::ssh_ended, exit_with(4)});
  CHECK(b.context.run() == 0);
}

TEST_CASE("all output comes before the end, however much it is") {
  bench b("seq 1 200000; exit 1");
  b.run_until([&] { return b.user.output(), b.end.has_value(); });
  CHECK(b.user.output().ends_with("199999\r\n200000\r\n"));
}

TEST_CASE("a program whose children keep the pty open is over when it has ended") {
  bench b("trap '' HUP; tail -f /dev/null & echo started $!; exit 2");
  b.run_until([&] { return b.end.has_value(); });
  CHECK(b.end == shim::session_end{shim::end_cause::ssh_ended, exit_with(2)});
  int child = 0;
  REQUIRE(std::sscanf(b.user.expect("\r\n").c_str(), "started %d", &child) == 1);
  CHECK(::kill(child, SIGKILL) == 0);  // so it was there to the end
}

TEST_CASE("nothing is read from a terminal that somebody else has set up") {
  bench b("stty raw -echo; echo ready; cat");
  b.expect("ready");
  const auto ours = b.user.modes();
  auto theirs = ours;
  theirs.c_lflag |= ICANON;
  ::tcsetattr(b.user.slave(), TCSANOW, &theirs);
  b.user.type("1234\r\n");
  const test::deadline a_while(200ms);
  while (!a_while.passed()) b.context.run_one_for(10ms);
  char pin[16];
  CHECK(::read(b.user.slave(), pin, sizeof pin) >= 4);
  ::tcsetattr(b.user.slave(), TCSANOW, &ours);
  b.user.type("after");
  b.expect("after");
  CHECK(b.user.output().find("1234\r\n1") == std::string::npos);
}

TEST_CASE("the escape ~. ends a stopped program while its terminal does not read") {
  bench b("yes & kill -STOP $$");
  b.user.stop_reading();
  b.run_until([&] { return b.loop->machine().output_room() == 0; });
  b.user.type("~.");
  const auto typed = std::chrono::steady_clock::now();
  b.run_until([&] { return b.end.has_value(); });
  CHECK(std::chrono::steady_clock::now() - typed < 500ms);
  CHECK(b.end->cause == shim::end_cause::disconnected);
}
