#include <shim/core/relay.hpp>

#include <string>
#include <vector>

#include <tests/catch.hpp>

using namespace std::chrono_literals;
using shim::line_mode;
using shim::ssh_signal;
namespace effect = shim::effect;

namespace {

constexpr shim::child_status exited_255{shim::child_status::how::exited, 255};
constexpr shim::child_status exited_0{shim::child_status::how::exited, 0};
constexpr shim::child_status killed{shim::child_status::how::signalled, 9};

// A relay with a clock, a far end and a terminal that can be told not to read.
struct bench {
  shim::steady_time now{};
  shim::relay relay;
  std::string sent;    // to ssh
  std::string screen;  // what the terminal got
  std::string output;  // what ssh printed, by position
  std::vector<shim::relay_effect> effects;
  bool terminal_reads = true;
  bool ssh_reads = true;

  explicit bench(shim::relay_options options = with_private_escape())
      : relay(std::move(options), shim::steady_time{}) {}

  static shim::relay_options with_private_escape() {
    shim::relay_options options;
    options.private_escape = shim::escape_char(0xff);
    options.host = "example.org";
    return options;
  }

  void type(std::string_view bytes, line_mode mode = line_mode::raw) {
    relay.typed(bytes, mode, now);
    turn();
  }

  void print(std::string bytes) {
    bytes.resize(relay.output(bytes, now));
    output += bytes;
    turn();
  }

  void end_ssh(shim::child_status status) {
    relay.ssh_ended(status, now);
    relay.pty_drained();
    turn();
  }

  // Jumps to the next deadline; false if there is none.
  bool wait() {
    const auto due = relay.deadline();
    if (!due) return false;
    now = std::max(now, *due);
    relay.expired(now);
    turn();
    return true;
  }

  void turn() {
    while (auto next = relay.next_effect()) effects.push_back(*next);
    if (ssh_reads) {
      sent += relay.for_ssh();
      relay.sent(relay.for_ssh().size());
    }
    while (terminal_reads && show_once()) {
    }
    while (auto next = relay.next_effect()) effects.push_back(*next);
  }

  bool show_once() {
    const auto piece = relay.terminal();
    const auto bytes =
        piece.text.empty() ? std::string_view(output).substr(piece.from, piece.size) : piece.text;
    if (bytes.empty()) return false;
    screen += bytes;
    relay.shown(bytes.size());
    return true;
  }

  template <class Effect>
  bool did(const Effect& wanted) const {
    for (const auto& done : effects)
      if (const auto* same = std::get_if<Effect>(&done); same && *same == wanted) return true;
    return false;
  }

  bool finished() const {
    return !effects.empty() && std::holds_alternative<effect::finish>(effects.back());
  }
  shim::session_end end() const { return std::get<effect::finish>(effects.back()).end; }
};

}  // namespace

TEST_CASE("what is typed reaches ssh, and what ssh prints the terminal") {
  bench b;
  b.type("ls\r");
  b.print("a  b\r\n");
  CHECK(b.sent == "ls\r");
  CHECK(b.screen == "a  b\r\n");
  CHECK(b.effects.empty());
  CHECK_FALSE(b.relay.deadline());
}

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

TEST_CASE("at most 64 KiB of output is on its way to the terminal") {
  bench b;
  b.terminal_reads = false;
  CHECK(b.relay.output_room() == 64 * 1024);
  b.print(std::string(60 * 1024, 'x'));
  CHECK(b.relay.output_room() == 4 * 1024);
  b.print(std::string(4 * 1024, 'x'));
  CHECK(b.relay.output_room() == 0);
  b.terminal_reads = true;
  b.turn();
  CHECK(b.relay.output_room() == 64 * 1024);
}

TEST_CASE("escapes are off in a password prompt, and on at the line after it") {
  bench b;
  b.type("~.secret\r", line_mode::secret);
  CHECK(b.sent == "~.secret\r");
  CHECK(b.effects.empty());
  b.now += 1s;
  b.type("~.", line_mode::cooked);
  CHECK(b.did(effect::signal_ssh{ssh_signal::hang_up, true}));
}

TEST_CASE("an escape held back when a password prompt comes up is no part of the password") {
  bench b;
  b.type("~", line_mode::cooked);
  b.type("hunter2\r", line_mode::secret);
  CHECK(b.sent == "hunter2\r");
}

TEST_CASE("a password is never doubled in") {
  bench b;
  b.type("\xff\r", line_mode::secret);
  CHECK(b.sent == "\xff\r");
  b.type("\xff", line_mode::raw);
  CHECK(b.sent == "\xff\r\xff\xff");
}

TEST_CASE("escapes act while ssh connects") {
  bench b;
  b.type("~.", line_mode::cooked);
  CHECK(b.did(effect::signal_ssh{ssh_signal::hang_up, true}));
}

TEST_CASE("bytes before an escape in one read are sent, and its text is shown") {
  bench b;
  b.type("make\r~?~.");
  CHECK(b.sent == "make\r");
  CHECK(b.screen.starts_with("~?\r\nSupported escape sequences:\r\n"));
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

TEST_CASE("ssh's own commands are handed to it by the private byte") {
  bench b;
  b.type("make\r~B~~");
  CHECK(b.sent ==
        "make\r\xff"
        "B~");
}

TEST_CASE("what ssh prints for a command handed over shows the user's escape character") {
  bench b;
  b.type("~B");
  b.print(
      "\xff"
      "B\r\n");
  b.print("\xff");
  CHECK(b.screen == "~B\r\n\xff");
}

TEST_CASE("commands handed over in one read are each shown with the user's escape character") {
  bench b;
  b.type("~v~V");
  b.print("\xffv [LogLevel VERBOSE]\r\n\xff");
  b.print("V [LogLevel INFO]\r\n\xff");
  CHECK(b.screen == "~v [LogLevel VERBOSE]\r\n~V [LogLevel INFO]\r\n\xff");
}

TEST_CASE("a private byte that comes long after a command is the program's own") {
  bench b;
  b.type("~v");
  b.now += 2s;
  b.print("x\xff");
  CHECK(b.screen == "x\xff");
}

TEST_CASE("a command that ssh cannot be asked for says why in one line") {
  auto options = bench::with_private_escape();
  options.private_escape = shim::escape_char();
  options.why_no_handover = "not in a shared session";
  bench b(options);
  b.type("~B");
  CHECK(b.sent.empty());
  CHECK(b.screen == "~B [not in a shared session]\r\n");
}

TEST_CASE("a command for ssh is refused in words before the session is open") {
  bench b;
  b.type("~B", line_mode::cooked);
  CHECK(b.sent.empty());
  CHECK(b.screen == "~B [not before the session is open]\r\n");
}

TEST_CASE("the escape ~I is ssh's where it has one, and says so where not") {
  bench without;
  without.type("~I");
  CHECK(without.screen == "~I [needs OpenSSH 10.3 or newer]\r\n");
  auto options = bench::with_private_escape();
  options.ssh_has_info = true;
  bench with(options);
  with.type("~I");
  CHECK(with.sent ==
        "\xff"
        "I");
}

TEST_CASE("keys of the table that do nothing yet say so in one line each") {
  for (const char key : {'D', '&', 'L', 'M', 'X', 'P', 'N'}) {
    bench b;
    b.type(std::string{'~', key});
    CAPTURE(key, b.screen);
    CHECK(b.screen.starts_with(std::string{'~', key, ' ', '['}));
    CHECK(b.screen.ends_with("]\r\n"));
    CHECK(b.effects.empty());
  }
}

TEST_CASE("help names what can be done now, and nothing else") {
  auto options = bench::with_private_escape();
  options.private_escape = shim::escape_char();
  bench shared(options);
  shared.type("~?");
  CHECK(shared.screen.find(" ~.   - ") != std::string::npos);
  CHECK(shared.screen.find(" ~B ") == std::string::npos);
  CHECK(shared.screen.find(" ~D ") == std::string::npos);
  bench connecting;
  connecting.type("~?", line_mode::cooked);
  CHECK(connecting.screen.find(" ~B ") == std::string::npos);
  bench alone;
  alone.type("~?");
  CHECK(alone.screen.find(" ~B ") != std::string::npos);
  CHECK(alone.screen.find(" ~I ") == std::string::npos);
}

TEST_CASE("a line of ours stands between the output before and after it") {
  bench b;
  b.terminal_reads = false;
  b.print("before ");
  b.type("\r~D");
  b.print("after");
  b.terminal_reads = true;
  b.turn();
  CHECK(b.screen.starts_with("before ~D ["));
  CHECK(b.screen.ends_with("]\r\nafter"));
}

TEST_CASE("the escape ~^Z suspends us and not ssh") {
  bench b;
  b.type("~\x1a");
  CHECK(b.did(effect::suspend{}));
  CHECK(b.sent.empty());
  CHECK(b.screen == "~^Z [suspend ssh-shim]\r\n");
}

TEST_CASE("typed bytes beyond 16 MiB are dropped, with one line, and escapes still act") {
  bench b;
  b.ssh_reads = false;
  const std::string paste(1024 * 1024, 'p');
  for (int i = 0; i < 16; ++i) b.type(paste);
  CHECK(b.screen.empty());
  b.type("lost");
  b.type("lost\r");
  CHECK(b.screen ==
        "\r\nssh-shim: ssh takes no input: 16 MiB wait for it, what is typed now is lost\r\n");
  b.type("~.");
  REQUIRE(b.wait());
  CHECK(b.did(effect::signal_ssh{ssh_signal::hang_up, true}));
}

TEST_CASE("commands for ssh do not grow a queue that is full") {
  bench b;
  b.ssh_reads = false;
  b.type(std::string(shim::relay::typed_bound - 1, 'p') + "\r");
  b.type("~B~B~B");
  CHECK(b.relay.for_ssh().size() == shim::relay::typed_bound);
  CHECK(b.screen.ends_with("what is typed now is lost\r\n"));
}

TEST_CASE("typed bytes are taken again once ssh reads, and a second jam is told anew") {
  bench b;
  b.ssh_reads = false;
  b.type(std::string(shim::relay::typed_bound, 'p'));
  b.type("lost");
  b.ssh_reads = true;
  b.turn();
  b.type("kept");
  CHECK(b.sent.size() == shim::relay::typed_bound + 4);
  b.ssh_reads = false;
  b.type(std::string(shim::relay::typed_bound, 'p'));
  const auto lines = b.screen.size();
  b.type("lost");
  CHECK(b.screen.size() == 2 * lines);
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
