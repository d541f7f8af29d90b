// The relay and the terminal it leaves: modes undone, lines where they may stand, redraws.
#include <shim/core/relay.hpp>

#include <string>

#include <tests/catch.hpp>
#include <tests/core/relay_bench.hpp>

using namespace std::chrono_literals;
using bench = test::relay_bench;
namespace effect = shim::effect;
using test::exited_0;
using test::exited_255;
using test::killed;

namespace {

constexpr std::string_view mouse_on = "\x1b[?1000h";
constexpr std::string_view mouse_off = "\x1b[?1000l";

}  // namespace

TEST_CASE("a session that ends well and switched nothing on leaves not one byte") {
  bench b;
  b.print("prompt$ ");
  b.end_ssh(exited_0);
  CHECK(b.relay.closing_text().empty());
}

TEST_CASE("what the session switched on is switched off at its end, and nothing else is") {
  bench b;
  b.print(std::string(mouse_on) + "prompt$ ");
  b.end_ssh(exited_0);
  CHECK(b.relay.closing_text() == mouse_off);
}

TEST_CASE("only what the terminal has taken is undone") {
  bench b;
  b.terminal_reads = false;
  b.print(std::string(mouse_on));
  b.type("~.");
  while (!b.finished()) REQUIRE(b.wait());
  CHECK(b.relay.closing_text() == "\r\nConnection to example.org closed.\r\n");
}

TEST_CASE("after an end that is not the program's own the shell's prompt is on a fresh line") {
  for (const auto status : {exited_255, killed}) {
    bench b;
    b.print("half a li");
    b.end_ssh(status);
    CHECK(b.relay.closing_text() == "\r\n");
    bench said;
    said.print("Connection to example.org closed by remote host.\r\n");
    said.end_ssh(status);
    CHECK(said.relay.closing_text().empty());
  }
}

TEST_CASE("ssh's last words are said again when they vanish with the alternate screen") {
  bench b;
  b.print("\x1b[?1049hdrawn\x1b[24;1H");
  b.print("Connection to example.org closed by remote host.\r\n");
  b.end_ssh(exited_255);
  CHECK(b.relay.closing_text() ==
        "\x1b[?1049l\r\nConnection to example.org closed by remote host.\r\n");
}

TEST_CASE("ssh's last words are found in its last output, however that came") {
  bench b;
  b.print("\x1b[?1049h" + std::string(5000, 'x') + "\x1b[m");
  for (const char byte : std::string_view("Timeout, server h not responding.\r\n"))
    b.print(std::string(1, byte));
  b.end_ssh(exited_255);
  CHECK(b.relay.closing_text().ends_with("\r\nTimeout, server h not responding.\r\n"));
}

TEST_CASE("ssh's last words are said again when a string that was cut off took them") {
  bench b;
  b.print("\x1b]0;a ti");
  b.print("Connection to example.org closed by remote host.\r\n");
  b.end_ssh(exited_255);
  CHECK(b.relay.closing_text() ==
        "\x18\x1b\\\r\nConnection to example.org closed by remote host.\r\n");
}

TEST_CASE("to a terminal that is gone nothing is left to say") {
  bench b;
  b.print(std::string(mouse_on));
  b.relay.terminal_gone(b.now);
  b.end_ssh(exited_255);
  REQUIRE(b.finished());
  CHECK(b.relay.closing_text().empty());
}

TEST_CASE("what leaving undoes, returning does again, and the program redraws") {
  bench b;
  b.print(std::string(mouse_on));
  b.relay.stop_asked();
  b.turn();
  REQUIRE(b.did(effect::suspend{}));
  CHECK(b.relay.leave_text() == mouse_off);
  CHECK(b.relay.return_text() == mouse_on);
  const shim::window_size size{24, 80, 640, 480};
  b.relay.resumed(size, b.now);
  b.turn();
  CHECK(b.did(effect::resize_pty{{23, 80, 640, 480}}));
  CHECK_FALSE(b.did(effect::resize_pty{size}));
  REQUIRE(b.wait());
  CHECK(b.now == shim::steady_time{50ms});
  CHECK(b.did(effect::resize_pty{size}));
  CHECK_FALSE(b.wait());
}

TEST_CASE("a window of one row is made larger for a redraw, and a resize goes before it") {
  bench b;
  b.relay.resumed({1, 80, 0, 0}, b.now);
  b.relay.resized({30, 90, 0, 0});
  b.turn();
  CHECK(b.did(effect::resize_pty{{2, 80, 0, 0}}));
  CHECK(b.did(effect::resize_pty{{30, 90, 0, 0}}));
  CHECK_FALSE(b.wait());
}

TEST_CASE("the program keeps its window's size where that of the terminal is not known") {
  bench b;
  const auto size = GENERATE(shim::window_size{}, shim::window_size{0, 80, 0, 0},
                             shim::window_size{24, 0, 640, 480});
  b.relay.resized(size);
  b.relay.resumed(size, b.now);
  b.turn();
  CHECK(b.effects.empty());
  CHECK_FALSE(b.wait());
}

TEST_CASE("a line of ours waits 200 ms for the end of a sequence, then cancels it") {
  bench b;
  b.print("\x1b]0;a ti");
  b.now += 1s;
  b.type("~?");
  CHECK(b.screen == "\x1b]0;a ti");
  REQUIRE(b.wait());
  CHECK(b.now == shim::steady_time{1200ms});
  CHECK(b.screen.starts_with("\x1b]0;a ti\x18\x1b\\~?\r\n"));
}

TEST_CASE("a line of ours at the end of a session does not wait for the end of a sequence") {
  bench b;
  b.print("\x1b]0;a ti");
  b.type("~?");
  b.end_ssh(exited_0);
  CHECK(b.finished());
  CHECK(b.screen.find("\x18\x1b\\~?\r\n") != std::string::npos);
}

TEST_CASE("a paste whose end mark does not come is over after five seconds of silence") {
  bench b;
  b.type("\x1b[200~text\r");
  b.now += 4s;
  b.type("~?");
  CHECK(b.screen.empty());
  b.now += 5s;
  b.type("\r~?");
  CHECK(b.screen.starts_with("~?\r\n"));
  CHECK(b.sent == "\x1b[200~text\r~?\r");
}

TEST_CASE("many bytes in one read are a paste, unless the guard is off") {
  bench guarded;
  guarded.type("echo one two three\r~?rest\r");
  CHECK(guarded.screen.empty());
  CHECK(guarded.sent == "echo one two three\r~?rest\r");
  guarded.type("~?");
  CHECK_FALSE(guarded.screen.empty());

  auto options = bench::with_private_escape();
  options.paste_guard = false;
  bench as_ssh(options);
  as_ssh.type("echo one two three\r~?rest\r");
  CHECK_FALSE(as_ssh.screen.empty());
  CHECK(as_ssh.sent == "echo one two three\rrest\r");
}

TEST_CASE("keys come as the modes of the terminal say that they will") {
  bench b;
  b.print("\x1b[>1u");  // kitty flags: Esc is CSI 27 u, so a lone ESC at a line start begins a key
  b.type("\x1b");
  CHECK(b.sent.empty());
  b.type("[126;2u");
  b.type("?");
  CHECK(b.screen.find("Supported escape sequences") != std::string::npos);
  CHECK(b.sent.empty());
}

TEST_CASE("an Esc key that is not encoded after all is kept for a tenth of a second at most") {
  bench b;
  b.print("\x1b[>1u");  // as some programs say to any terminal
  b.type("\x1b");
  CHECK(b.sent.empty());
  REQUIRE(b.wait());
  CHECK(b.now == shim::steady_time{100ms});
  CHECK(b.sent == "\x1b");
  CHECK_FALSE(b.wait());
  b.type("[126;2u");  // no escape any more
  b.type("?");
  CHECK(b.sent == "\x1b[126;2u?");
  CHECK(b.screen == "\x1b[>1u");
}

TEST_CASE("an escape whose key is cut off is kept for a tenth of a second at most") {
  bench b;
  b.type("~\x1b[46");
  CHECK(b.sent.empty());
  REQUIRE(b.wait());
  CHECK(b.sent == "~\x1b[46");
  b.type("u\r~?");
  CHECK(b.sent == "~\x1b[46u\r");
  CHECK(b.screen.starts_with("~?\r\n"));
}
