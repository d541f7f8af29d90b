#include <vt/screen/repaint.hpp>

#include <random>
#include <string>
#include <string_view>

#include <tests/catch.hpp>
#include <tests/support/repaint_model.hpp>
#include <tests/support/screen_grammar.hpp>
#include <tests/support/text.hpp>

namespace {

struct size {
  int rows, columns;
};

constexpr size sizes[] = {{24, 80}, {4, 10}, {3, 7}, {2, 2}, {1, 5}, {6, 40}, {50, 200}};

std::string repaint_of(std::string_view shown, size s = {24, 80}) {
  test::kept_screen a(s.rows, s.columns);
  a.screen.feed(shown);
  return a.repainted().bytes;
}

// Without the brackets.
std::string painted(std::string_view shown, size s = {24, 80}) {
  auto bytes = repaint_of(shown, s);
  const std::string_view begin = "\x1b[?2026h";
  const std::string_view end = "\x1b[?2026l";
  REQUIRE(bytes.starts_with(begin));
  bytes.erase(0, begin.size());
  const auto at = bytes.rfind(end);
  REQUIRE(at != bytes.npos);
  return bytes.erase(at, end.size());
}

// What differs once A was repainted into B, and once more text has been given to both.
void check_law(test::kept_screen& a, std::string_view then, bool resized = false) {
  const auto painted = a.repainted();
  test::kept_screen b(a.screen.rows(), a.screen.columns());
  b.screen.feed(painted.bytes);
  CAPTURE(test::escaped_tail(painted.bytes, 300), test::escaped(then));
  REQUIRE(painted.position == a.screen.position());
  using test::history_as;
  REQUIRE(test::difference(a, b, resized ? history_as::lines : history_as::rows) == "");
  a.screen.feed(then);
  b.screen.feed(then);
  REQUIRE(test::difference(a, b, resized ? history_as::text : history_as::rows) == "");
}

}  // namespace

TEST_CASE("a cursor that was saved while it waited at a margin waits there when it is restored") {
  test::kept_screen a(4, 10);
  a.screen.feed("\x1b[?69h\x1b[1;5s\x1b[2;1Habcde\0337\x1b[?69l");
  check_law(a, "\x1b[?69h\x1b[1;5s\0338f");
  CHECK(a.screen.cursor() == vt::cursor_position{2, 1, false});
}

TEST_CASE("a repaint holds what is on the screen and nothing else") {
  CHECK(painted("", {2, 10}) == "\r\n\x1b[1;1H");
  CHECK(painted("ab\r\nc", {2, 10}) == "ab\r\nc\x1b[2;2H");
  CHECK(painted("a\x1b[1;31mb", {1, 10}) == "a\x1b[1;31mb\x1b[m\x1b[1;3H\x1b[1;31m");
  CHECK(painted("a\x1b[6Cb", {1, 10}) == "a\x1b[6Cb\x1b[1;9H");
}

TEST_CASE("history comes first and a line that wraps is left to the terminal") {
  CHECK(painted("1\r\n2\r\n3", {2, 10}) == "1\r\n2\r\n3\x1b[2;2H");
  CHECK(painted("0123456789abc\r\nx", {2, 10}) == "0123456789abc\r\nx\x1b[2;2H");
}

TEST_CASE("the primary screen lies behind the alternate one") {
  const auto bytes = painted("shell\x1b[?1049h\x1b[Hvi", {1, 10});
  CHECK(bytes == "shell\x1b[1;6H\x1b[?1049h\x1b[H\x1b[2Jvi\x1b[1;3H");
}

TEST_CASE("a repaint says up to where it has the output") {
  test::kept_screen a(24, 80);
  a.screen.feed("text\x1b[3");
  CHECK(a.repainted().position == 7);
  CHECK(a.repainted().bytes.ends_with("\x1b[3"));
}

TEST_CASE("only the last rows of a history are shown if no more are wanted") {
  test::kept_screen a(1, 10);
  a.screen.feed("1\r\n2\r\n3\r\n4");
  CHECK(vt::repaint(a.screen, &a.history.rows(), 1).bytes.find("2\r\n") == std::string::npos);
  CHECK(vt::repaint(a.screen, &a.history.rows(), 1).bytes.find("3\r\n4") != std::string::npos);
  CHECK(vt::repaint(a.screen, nullptr).bytes.find("3") == std::string::npos);
}

TEST_CASE("a screen is as it was after its repaint, and stays so") {
  std::mt19937 random(4);
  const test::screen_grammar grammar;
  for (int i = 0; i < 1500; ++i) {
    const auto s = sizes[random() % std::size(sizes)];
    test::kept_screen a(s.rows, s.columns);
    auto shown = grammar(random, random() % 60);
    if (random() % 4 == 0) shown.resize(random() % (shown.size() + 1));
    // Not a REP first: what it repeats is gone.
    const auto then = "\a" + grammar(random, random() % 20);
    CAPTURE(i, s.rows, s.columns, test::escaped(shown));
    a.screen.feed(shown);
    check_law(a, then);
  }
}

TEST_CASE("and so it is when it had another size before") {
  std::mt19937 random(5);
  const test::screen_grammar grammar;
  for (int i = 0; i < 800; ++i) {
    const auto s = sizes[random() % std::size(sizes)];
    test::kept_screen a(s.rows, s.columns);
    std::string told;
    for (auto count = random() % 3 + 1; count > 0; --count) {
      const auto shown = grammar(random, random() % 30);
      a.screen.feed(shown);
      const auto next = sizes[random() % std::size(sizes)];
      a.screen.resize(next.rows, next.columns);
      told += test::escaped(shown) + " [" + std::to_string(next.rows) + "x" +
              std::to_string(next.columns) + "] ";
    }
    const auto then = "\a" + grammar(random, random() % 20);
    CAPTURE(i, s.rows, s.columns, told);
    check_law(a, then, true);
  }
}
