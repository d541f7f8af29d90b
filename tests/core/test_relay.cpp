#include <shim/core/relay.hpp>

#include <string>

#include <tests/catch.hpp>
#include <tests/core/relay_bench.hpp>

using namespace std::chrono_literals;
using shim::line_mode;
using shim::ssh_signal;
using bench = test::relay_bench;
namespace effect = shim::effect;

TEST_CASE("what is typed reaches ssh, and what ssh prints the terminal") {
  bench b;
  b.type("ls\r");
  b.print("a  b\r\n");
  CHECK(b.sent == "ls\r");
  CHECK(b.screen == "a  b\r\n");
  CHECK(b.effects.empty());
  CHECK_FALSE(b.relay.deadline());
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

TEST_CASE("the key of the table that does nothing yet says so in one line") {
  bench b;
  b.type("~N");
  CHECK(b.screen.starts_with("~N ["));
  CHECK(b.screen.ends_with("]\r\n"));
  CHECK(b.effects.empty());
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
