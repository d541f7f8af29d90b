// A relay whose session outlives it, or whose pty another process reads.
#include <shim/core/relay.hpp>

#include <string>

#include <tests/catch.hpp>
#include <tests/core/relay_bench.hpp>

using namespace std::chrono_literals;
using shim::ssh_signal;
using bench = test::relay_bench;
namespace effect = shim::effect;
using canvas = shim::relay::canvas;

namespace {

shim::relay_options held() {
  auto options = bench::with_private_escape();
  options.session = "work";
  return options;
}

const shim::session_end detached{shim::end_cause::detached, std::nullopt};

}  // namespace

TEST_CASE("the escapes ~D and ~& leave a session that is held, and touch nothing of it") {
  for (const char key : {'D', '&'}) {
    bench b(held());
    b.print("\x1b[?1000h$ ");
    b.type(std::string{'~', key});
    REQUIRE(b.finished());
    CHECK(b.end() == detached);
    CHECK(b.effects.size() == 1);
    CHECK(b.relay.closing_text() == "\x1b[?1000l\r\n[detached from work]\r\n");
    CHECK(shim::plan_exit(b.end()) == test::exited_0);
  }
}

TEST_CASE("the end of what is no ssh is called the session's") {
  auto options = held();
  options.host = "";
  bench b(options);
  b.print("$ ");
  b.type("~.");
  b.end_ssh(test::exited_255);
  REQUIRE(b.finished());
  CHECK(b.relay.closing_text() == "\r\nSession work closed.\r\n");
}

TEST_CASE("what was typed before ~D is sent first, in the same read too") {
  bench b(held());
  b.type("make\r~D");
  CHECK(b.sent == "make\r");
  CHECK(b.finished());
}

TEST_CASE("what ssh does not take in time is told, and nothing typed after ~D is sent") {
  bench b(held());
  b.ssh_reads = false;
  b.type("make\r~D");
  CHECK_FALSE(b.finished());
  b.type("more");
  REQUIRE(b.wait());
  CHECK(b.now == shim::steady_time{50ms});
  REQUIRE(b.finished());
  CHECK(b.relay.closing_text() == "\r\n[detached from work; 5 typed bytes are lost]\r\n");
}

TEST_CASE("the answer to ~D comes in quiet sessions, too") {
  auto options = held();
  options.quiet = true;
  bench b(options);
  b.type("~D");
  CHECK(b.relay.closing_text() == "\r\n[detached from work]\r\n");
}

TEST_CASE("a session that is not held cannot be detached, and goes on") {
  bench b;
  b.type("~D");
  CHECK(b.screen == "~D [cannot detach: this session is not held]\r\n");
  CHECK_FALSE(b.finished());
}

TEST_CASE("a session is left by the name that it has by then") {
  bench b(held());
  b.relay.renamed("play");
  b.type("~D");
  b.turn();
  REQUIRE(b.finished());
  CHECK(b.relay.closing_text().find("[detached from play]") != std::string::npos);
}

TEST_CASE("a session that is not held stays so, whatever name it gets") {
  bench b;
  b.relay.renamed("play");
  b.type("~D");
  CHECK(b.screen == "~D [cannot detach: this session is not held]\r\n");
  CHECK_FALSE(b.finished());
}

TEST_CASE("a terminal that is gone leaves a held session alone") {
  bench b(held());
  b.relay.terminal_gone(b.now);
  b.turn();
  REQUIRE(b.finished());
  CHECK(b.end() == shim::session_end{shim::end_cause::told_to_end, std::nullopt});
  CHECK(b.effects.size() == 1);
}

TEST_CASE("once nobody holds it any more a terminal that is gone ends the session") {
  bench b(held());
  b.relay.no_longer_held();
  b.relay.terminal_gone(b.now);
  b.turn();
  CHECK(b.did(effect::signal_ssh{ssh_signal::hang_up, true}));
}

TEST_CASE("who is left out is told why") {
  bench b(held());
  b.print("$ ");
  b.relay.left_out("taken by another terminal", b.now);
  b.turn();
  REQUIRE(b.finished());
  CHECK(b.end() == detached);
  CHECK(b.relay.closing_text() == "\r\n[detached from work: taken by another terminal]\r\n");
}

TEST_CASE("the escapes ~L and ~P ask for a list and for a picture") {
  bench b;
  b.type("~L");
  CHECK(b.did(effect::list_sessions{}));
  b.relay.tell("one\r\ntwo\r\n");
  b.turn();
  CHECK(b.screen == "~L\r\none\r\ntwo\r\n");
  b.type("~P");
  CHECK(b.did(effect::repaint{}));
}

TEST_CASE("the escape ~M has the master asked, and shows what it says") {
  using question = effect::ask_master::question;
  bench b;
  b.type("~M");
  CHECK(b.did(effect::ask_master{question::check}));
  b.relay.tell("alive\r\n");
  b.turn();
  CHECK(b.screen == "~M\r\nalive\r\n");
}

TEST_CASE("the escape ~# has the master asked where ssh cannot be, in any mode") {
  using question = effect::ask_master::question;
  auto options = bench::with_private_escape();
  options.private_escape = shim::escape_char();
  bench b(options);
  b.type("~#");
  CHECK(b.did(effect::ask_master{question::channels}));
  CHECK(b.sent.empty());
  b.relay.tell("  #2 client-session\r\n");
  b.turn();
  CHECK(b.screen == "~#\r\n  #2 client-session\r\n");
  b.type("~?", shim::line_mode::cooked);
  CHECK(b.screen.find(" ~#   - list") != std::string::npos);

  bench by_ssh;
  by_ssh.type("~#");
  CHECK_FALSE(by_ssh.did(effect::ask_master{question::channels}));
  CHECK(by_ssh.sent ==
        "\xff"
        "#");
}

TEST_CASE("the escape ~X ends a master if the next key is a y") {
  using question = effect::ask_master::question;
  const auto [key, ends, rest] = GENERATE(values<std::tuple<std::string, bool, std::string>>({
      {"y", true, ""},
      {"Y", true, ""},
      {"\x1b[121u", true, ""},
      {"n", false, ""},
      {"\r", false, ""},
      {"\x1b[110;1u", false, ""},
      {"yes", true, "es"},
      {"no", false, "o"},
  }));
  CAPTURE(key);
  bench b;
  b.type("~X");
  CHECK(b.did(effect::ask_master{question::passengers}));
  b.relay.tell_and_ask("  session web\r\n");
  b.turn();
  b.type(key);
  CHECK(b.did(effect::ask_master{question::end}) == ends);
  CHECK(b.screen ==
        std::string("~X\r\n  session web\r\nEnd it? [y/N] ") + (ends ? "y\r\n" : "n\r\n"));
  CHECK(b.sent == rest);
  b.type("more");
  CHECK(b.sent == rest + "more");
}

TEST_CASE("what is no ssh has no master") {
  auto options = bench::with_private_escape();
  options.host.clear();
  bench other(options);
  other.type("~M");
  other.turn();
  CHECK(other.screen == "~M [what runs here is no ssh]\r\n");

  options.private_escape = shim::escape_char();
  bench third(options);
  third.type("~#");
  third.turn();
  CHECK(third.screen == "~# [what runs here is no ssh]\r\n");
  third.type("~?");
  CHECK(third.screen.find(" ~#   - list") == std::string::npos);
}

TEST_CASE("what another process has read of the pty is shown as if it were read here") {
  bench b;
  b.print("ours ");
  b.output += "theirs";
  b.relay.output_elsewhere(b.output.size(), b.now);
  b.turn();
  CHECK(b.screen == "ours theirs");
  b.relay.output_elsewhere(3, b.now);  // of the past
  b.turn();
  CHECK(b.screen == "ours theirs");
  b.print(" ours");
  CHECK(b.screen == "ours theirs ours");
}

TEST_CASE("a picture undoes what is on, clears what is shown, and the output goes on behind it") {
  bench b;
  b.print("\x1b[?1000h\x1b[31mold");
  b.screen.clear();
  b.output += " lost and gone ";
  b.relay.paint("\x1b[?25lpicture", b.output.size(), canvas::used);
  b.turn();
  CHECK(b.screen == "\x1b[?1000l\x1b[m\x1b[H\x1b[J\x1b[?25lpicture");
  b.print("next");
  CHECK(b.screen.ends_with("picturenext"));
  CHECK(b.relay.leave_text() == "\x1b[?25h");
}

TEST_CASE("a picture on a fresh terminal clears nothing") {
  bench b;
  b.output = "before";
  b.relay.paint("picture", b.output.size(), canvas::fresh);
  b.turn();
  CHECK(b.screen == "picture");
}

TEST_CASE("a picture of what was shown already is gone on from where it stands") {
  bench b;
  b.print("first second");
  b.screen.clear();
  b.relay.paint("first", 5, canvas::used);
  b.turn();
  CHECK(b.screen == "\x1b[H\x1b[Jfirst second");
}

TEST_CASE("a second picture in the midst of the first takes its place") {
  bench b;
  b.terminal_reads = false;
  b.relay.paint("\x1b[?1000h\x1b]2;half", 0, canvas::fresh);
  b.relay.shown("\x1b[?1000h\x1b]2;", b.now);
  b.relay.paint("whole", 0, canvas::used);
  b.terminal_reads = true;
  b.turn();
  CHECK(b.screen == "\x18\x1b\\\x1b[?1000l\x1b[H\x1b[Jwhole");
}

TEST_CASE("lines of ours wait until a picture is whole") {
  bench b;
  b.terminal_reads = false;
  b.relay.paint("picture", 0, canvas::fresh);
  b.type("~I");
  b.terminal_reads = true;
  b.turn();
  CHECK(b.screen == "picture~I [needs OpenSSH 10.3 or newer]\r\n");
}

TEST_CASE("the escape ~. waits for nobody who might tell how ssh ended") {
  bench b(held());
  b.type("~.");
  b.relay.ssh_ended(std::nullopt, b.now);
  b.relay.pty_drained();
  b.turn();
  while (!b.finished()) REQUIRE(b.wait());
  CHECK(b.now <= shim::steady_time{100ms});
  CHECK(b.end() == shim::session_end{shim::end_cause::disconnected, std::nullopt});
}

TEST_CASE("an end of which another process must tell is waited for, and not for ever") {
  bench told(held());
  told.relay.ssh_ended(std::nullopt, told.now);
  told.relay.pty_drained();
  told.turn();
  CHECK_FALSE(told.finished());
  told.relay.ssh_ended_as(test::exited_255);
  told.turn();
  REQUIRE(told.finished());
  CHECK(told.end() == shim::session_end{shim::end_cause::ssh_ended, test::exited_255});

  bench untold(held());
  untold.relay.ssh_ended(std::nullopt, untold.now);
  untold.relay.pty_drained();
  untold.turn();
  REQUIRE(untold.wait());
  CHECK(untold.now == shim::steady_time{2s});
  REQUIRE(untold.finished());
  CHECK(untold.end() == shim::session_end{shim::end_cause::ssh_ended, std::nullopt});
  CHECK(shim::plan_exit(untold.end()) == test::exited_255);
}
