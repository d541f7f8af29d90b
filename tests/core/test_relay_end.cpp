#include <shim/core/relay.hpp>

#include <string>

#include <tests/catch.hpp>
#include <tests/core/relay_bench.hpp>

using namespace std::chrono_literals;
using shim::line_mode;
using shim::ssh_signal;
using bench = test::relay_bench;
namespace effect = shim::effect;
using test::exited_0;
using test::exited_255;
using test::killed;

TEST_CASE("the escape ~. hangs up ssh's group, wakes a stopped ssh, and ends with its end") {
  bench b;
  b.type("ls\r");
  b.now += 1s;
  b.type("~.");
  CHECK(b.did(effect::signal_ssh{ssh_signal::hang_up, true}));
  CHECK(b.did(effect::signal_ssh{ssh_signal::resume, true}));
  CHECK_FALSE(b.finished());
  b.end_ssh(exited_255);
  REQUIRE(b.finished());
  CHECK(b.end() == shim::session_end{shim::end_cause::disconnected, exited_255});
  CHECK(b.relay.closing_text() == "\r\nConnection to example.org closed.\r\n");
}

TEST_CASE("the escape ~. on an ssh that does not end kills it after 300 ms") {
  bench b;
  b.type("~.");
  REQUIRE(b.wait());
  CHECK(b.now == shim::steady_time{300ms});
  CHECK(b.did(effect::signal_ssh{ssh_signal::kill, true}));
  b.end_ssh(killed);
  CHECK(b.finished());
}

TEST_CASE(
    "the escape ~. ends within half a second even if nothing ends ssh and the terminal does not "
    "read") {
  bench b;
  b.print("before");
  b.terminal_reads = false;
  b.print("after");
  b.type("~.");
  while (!b.finished()) REQUIRE(b.wait());
  CHECK(b.now <= shim::steady_time{500ms});
  CHECK(b.end() == shim::session_end{shim::end_cause::disconnected, std::nullopt});
}

TEST_CASE(
    "the escape ~. after ssh's end, while the terminal does not read, gives up the rest of the "
    "output") {
  bench b;
  b.terminal_reads = false;
  b.print("the last words");
  b.end_ssh(exited_0);
  CHECK_FALSE(b.finished());
  b.type("~.");
  while (!b.finished()) REQUIRE(b.wait());
  CHECK(b.now <= shim::steady_time{500ms});
  CHECK(b.end() == shim::session_end{shim::end_cause::ssh_ended, exited_0});
}

TEST_CASE("an ssh that is being ended never blocks on a terminal that does not read") {
  bench b;
  b.terminal_reads = false;
  b.print(std::string(shim::relay::output_bound, 'x'));
  CHECK(b.relay.output_room() == 0);
  b.type("~.");
  CHECK(b.relay.output_room() > 0);
  std::string more = "Connection closed";
  CHECK(b.relay.output(more, b.now) == 0);
}

TEST_CASE("all output is shown before a session that ended by itself is over") {
  bench b;
  b.terminal_reads = false;
  b.print("the last words");
  b.relay.ssh_ended(exited_0, b.now);
  b.turn();
  CHECK_FALSE(b.finished());
  b.relay.pty_drained();
  b.turn();
  CHECK_FALSE(b.finished());
  CHECK_FALSE(b.relay.deadline());
  b.terminal_reads = true;
  b.turn();
  CHECK(b.screen == "the last words");
  CHECK(b.finished());
  CHECK(b.relay.closing_text().empty());
}

TEST_CASE("what was typed right before ~. has 50 ms to be sent, and no more") {
  bench b;
  b.type("make\r");
  b.now += 10ms;
  b.type("~.");
  CHECK(b.effects.empty());
  REQUIRE(b.wait());
  CHECK(b.now == shim::steady_time{50ms});
  CHECK(b.did(effect::signal_ssh{ssh_signal::hang_up, true}));
  REQUIRE(b.wait());
  CHECK(b.now == shim::steady_time{310ms});
  CHECK(b.did(effect::signal_ssh{ssh_signal::kill, true}));
}

TEST_CASE("signals are handed on, and those that end ssh have the ladder behind them") {
  bench b;
  b.relay.signalled(ssh_signal::interrupt, b.now);
  b.turn();
  CHECK(b.did(effect::signal_ssh{ssh_signal::interrupt, false}));
  CHECK_FALSE(b.relay.deadline());
  b.relay.signalled(ssh_signal::terminate, b.now);
  b.turn();
  CHECK(b.did(effect::signal_ssh{ssh_signal::terminate, false}));
  b.end_ssh(exited_255);
  CHECK(b.end() == shim::session_end{shim::end_cause::told_to_end, exited_255});
  CHECK(b.relay.closing_text().empty());
}

TEST_CASE("a terminal that is gone ends the session, and nobody waits to write to it") {
  bench b;
  b.terminal_reads = false;
  b.print("unseen");
  b.relay.terminal_gone(b.now);
  b.turn();
  CHECK(b.did(effect::signal_ssh{ssh_signal::hang_up, true}));
  b.end_ssh(exited_255);
  CHECK(b.finished());
}

TEST_CASE("a time limit ends the session and is not waited for by ~.") {
  auto options = bench::with_private_escape();
  options.timeout = 10s;
  options.kill_after = 0ms;
  bench b(options);
  REQUIRE(b.wait());
  CHECK(b.now == shim::steady_time{10s});
  CHECK(b.did(effect::signal_ssh{ssh_signal::hang_up, true}));
  CHECK_FALSE(b.relay.deadline());
  b.type("~.");
  REQUIRE(b.wait());
  CHECK(b.did(effect::signal_ssh{ssh_signal::kill, true}));
  b.end_ssh(killed);
  CHECK(b.end().cause == shim::end_cause::disconnected);
}

TEST_CASE("a session ended by its time limit says so") {
  auto options = bench::with_private_escape();
  options.timeout = 10s;
  bench b(options);
  REQUIRE(b.wait());
  b.end_ssh(exited_255);
  CHECK(b.end().cause == shim::end_cause::timed_out);
  CHECK(b.relay.closing_text() == "\r\nssh-shim: time is up: ended the session\r\n");
}

TEST_CASE("typing and output put off the idle limit") {
  auto options = bench::with_private_escape();
  options.idle_timeout = 10s;
  bench b(options);
  b.now += 6s;
  b.type("x");
  b.now += 6s;
  b.print("x");
  CHECK(b.relay.deadline() == b.now + 10s);
  REQUIRE(b.wait());
  CHECK(b.did(effect::signal_ssh{ssh_signal::hang_up, true}));
}

TEST_CASE("a session whose end ssh told of is not told of again") {
  bench b;
  b.print("Connection to nowhere\r\n");
  b.type("~.");
  b.print("Connection to example.org closed.\r\n");
  b.end_ssh(exited_255);
  CHECK(b.relay.closing_text().empty());
  bench older;
  older.print("Connection to nowhere\r\n");
  older.type("~.");
  older.end_ssh(exited_255);
  CHECK_FALSE(older.relay.closing_text().empty());
}

TEST_CASE("a quiet session says nothing at its end") {
  auto options = bench::with_private_escape();
  options.quiet = true;
  bench b(options);
  b.type("~.");
  b.end_ssh(exited_255);
  CHECK(b.relay.closing_text().empty());
}

TEST_CASE("a finished relay has no deadline, takes no output and does nothing more") {
  bench b;
  b.type("~.");
  b.end_ssh(exited_255);
  REQUIRE(b.finished());
  const auto done = b.effects.size();
  b.type("x~.\r~.");
  b.relay.signalled(ssh_signal::hang_up, b.now);
  b.relay.terminal_gone(b.now);
  b.relay.stop_asked();
  b.relay.resized({1, 1, 0, 0});
  b.turn();
  CHECK_FALSE(b.relay.deadline());
  CHECK(b.relay.output_room() == 0);
  CHECK(b.sent.empty());
  CHECK(b.effects.size() == done);
}
