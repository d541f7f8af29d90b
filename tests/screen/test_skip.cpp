#include <vt/screen/skip.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include <tests/catch.hpp>
#include <tests/support/flood_grammar.hpp>
#include <tests/support/text.hpp>
#include <vt/screen/width.hpp>

namespace {

std::string repeated(std::string_view piece, std::size_t count) {
  std::string all;
  while (count-- > 0) all += piece;
  return all;
}

std::string numbered_lines(std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += "line " + std::to_string(i) + "\r\n";
  return all;
}

// On 4 rows of 10 columns with a history of 3: 10 line feeds are kept.
struct flood_case {
  std::string_view name;
  std::string before;
  std::string backlog;
  bool skips = true;
  std::string then = {};
};

using namespace std::string_literals;

struct trial {
  int rows, columns;
  vt::scrollback_limits limits;
  std::string before;
  std::string backlog;
  std::string then = {};
};

// So that all is skipped which can be: sizes and limits are small, and no margins are left on where
// it can be helped.
template <class Random>
trial any_trial(Random& random) {
  const auto any = [&random](std::size_t count) { return random() % count; };
  const auto size = [&](std::size_t often, std::size_t most) {
    return static_cast<int>(any(any(6) == 0 ? most : often) + 1);
  };
  constexpr std::size_t rows[] = {0, 1, 2, 7, 30, 100};
  constexpr std::string_view obstacles[] = {"",
                                            "\033*0\033N",
                                            "\x1b[2r",
                                            "\x1b[1;2r\x1b[99H",
                                            "\x1b[?69h\x1b[2s",
                                            "\x1b[?69h\x1b[1;2s\x1b[99G"};
  trial t;
  t.rows = size(8, 60);
  t.columns = size(24, 199) + 1;
  t.limits = {rows[any(std::size(rows))], any(3) == 0 ? any(400) : 100'000};
  const test::screen_grammar screens;
  const test::flood_grammar floods;
  const auto needed = 2 * static_cast<std::size_t>(t.rows) + t.limits.rows;
  t.before = screens(random, any(30));
  t.before += any(4) != 0 ? "\x18\x1b[r\x1b[?69lx" : obstacles[any(std::size(obstacles))];
  for (auto parts = any(2) + 1; parts > 0; --parts)
    t.backlog += floods(random, any(3 * needed) + needed / 2) + screens(random, any(4));
  if (any(4) == 0) t.backlog.resize(any(t.backlog.size() + 1));
  t.then = screens(random, any(20));
  return t;
}

// What was traced of skipping.
template <class Random>
std::string traces_of(const trial& t, Random& random, int& skipped) {
  test::flooded both(t.rows, t.columns, t.limits);
  both.feed(t.before);
  if (auto found = both.flood(t.backlog, random); !found.empty()) return found;
  skipped += both.skipper.left_out() != 0;
  if (auto found = both.traces(); !found.empty()) return found;
  both.feed(t.then);
  return both.traces();
}

// How many trials left something out.
int played(int trials, unsigned seed) {
  std::mt19937 random(seed);
  int skipped = 0;
  for (int i = 0; i < trials; ++i) {
    const auto t = any_trial(random);
    const auto found = traces_of(t, random, skipped);
    if (found.empty()) continue;
    CAPTURE(i, seed, t.rows, t.columns, t.limits.rows, t.limits.bytes, test::escaped(t.before),
            test::escaped(t.backlog), test::escaped(t.then));
    FAIL(found);
  }
  return skipped;
}

}  // namespace

TEST_CASE("what leaves no trace is left out, what leaves one is not") {
  const auto flood = numbered_lines(40);
  const auto row = GENERATE_REF(values<flood_case>({
      {"text", "", flood},
      {"the pen that was on last", "", "\x1b[1;31mx\x1b[0;4m\x1b[33m" + flood},
      {"a pen that was never plain", "\x1b[1m", "\x1b[31mx\x1b[39m\x1b[44m" + flood},
      {"a background that scrolls in", "", "\x1b[44m" + flood},
      {"a pen of the journal that is another", "\0337\x1b[31m\x1b[?1048l", "\x1b[1m" + flood},
      {"lines that are erased", "\x1b[1m", "\x1b[41m" + repeated("\x1b[Kx\x1b[1Ky\x1b[2K\r\n", 40)},
      {"a link", "\x1b]8;;http:\a", flood},
      {"guarded cells", "\x1b[1\"q", flood},
      {"characters of all kinds", "", repeated("\u4e16e\u0301\t\xff\xe4\xb8\b\r\n", 40)},
      {"a wrap that waits", "0123456789", flood},
      {"IRM", "0123456789\r\x1b[4h", flood},
      {"no DECAWM", "\x1b[?7l", repeated("0123456789abc\r\n", 40)},
      {"LNM", "\x1b[20h", flood},
      {"charsets", "\033)0\x0e", flood},
      {"DECOM", "\x1b[?6h", flood},
      {"tab stops", "\x1b[3g\x1b[5G\033H\r", repeated("\tx\r\n", 40)},
      {"the alternate screen, which has no history", "\x1b[?1049h", numbered_lines(8)},
      {"the hidden screen", "\x1b[41mhidden\x1b[?1049h\x1b[42m", flood, true, "\x1b[?1049l\n"},
      {"a character to be repeated", "x", flood, true, "\x1b[3b"},
      {"the end of a sequence", "\x1b]2;title", "\a" + flood},
      {"a sequence that goes on", "\x1b]2;", flood, false, "\a"},
      {"a character that goes on", "\xe4\xb8", "\x96" + flood},
      {"a single shift that waits", "\033*0\033N", "q\r\n" + repeated("\n", 20), false},
      {"rows above the margins", "\x1b[2;4r", flood, false},
      {"rows below the margins", "\x1b[1;2r\x1b[4;1H", "longer\r\n" + repeated("x\r\n", 40), false},
      {"columns before the margins", "\x1b[?69h\x1b[3;10s", flood, false},
      {"columns behind the margins", "\x1b[?69h\x1b[1;8s\x1b[1;10H", flood, false},
      {"lines that begin anywhere", "", repeated("abc\n", 40), false},
      {"one line that begins where lines do", "abc", "\r" + repeated("\n", 40) + "y"},
      {"carriage returns elsewhere", "", repeated("ab\rc\n", 40)},
      {"too few lines", "", numbered_lines(9), false},
  }));
  CAPTURE(row.name);
  test::flooded both(4, 10, {.rows = 3});
  both.feed(row.before);
  both.fed.screen.feed(row.backlog);
  both.skipper.feed(row.backlog);
  CHECK((both.skipper.left_out() != 0) == row.skips);
  CHECK(both.traces() == "");
  both.feed(row.then + "x\tx\x1b[1mx\r\nx");
  CHECK(both.traces() == "");
}

TEST_CASE("what is more than text and colour is never left out") {
  const auto more =
      GENERATE(as<std::string>(), "\x0e", "\x0e\x1b)0", "\x1b)0\x0ex\x0f", "\x1b[>4;1m",
               "\x1b[1\n;31m", "\xc2\x9b\x33\x31m", "\x1b[?1m\x1b[4h", "\x1b[3K\x1b[4h", "\x1b[31",
               "\x1b]2;title\r\n\a", "\x1b]8;;http:\a", "\x1b[2;3r\n", "\x1b[?7l", "\033(0",
               "\033=", "\0337", "\x1b[3g", "\x1b[?1049h", "\xc2");
  CAPTURE(test::escaped(more));
  test::flooded both(2, 10, {.rows = 1});
  const auto flood = numbered_lines(8) + more + numbered_lines(40);
  both.fed.screen.feed(flood);
  both.skipper.feed(flood);
  CHECK(both.skipper.left_out() != 0);
  CHECK(both.traces() == "");
  both.feed("\x1b[3b\tx\a\0338x");
  CHECK(both.traces() == "");
}

TEST_CASE("one line feed less would be seen") {
  const auto rows = GENERATE(1, 2, 5, 24);
  const auto kept = GENERATE(as<std::size_t>(), 0, 1, 7);
  CAPTURE(rows, kept);
  const std::string out = "x\r\nx\r";
  const auto line_feeds = 2 * static_cast<std::size_t>(rows) + kept - 1;
  for (const auto less : {0U, 1U}) {
    test::flooded both(rows, 10, {.rows = kept});
    both.feed(repeated("before", 200) + "\x1b[H");
    const auto rest = repeated("\ny\r", line_feeds - less) + "z";
    both.fed.screen.feed(out + rest);
    both.skipped.screen.pass_over(out);
    both.skipped.screen.feed(rest);
    CHECK((both.traces().empty()) == (less == 0));

    test::flooded again(rows, 10, {.rows = kept});
    again.skipper.feed("x\r" + rest);
    CHECK((again.skipper.left_out() != 0) == (less == 0));
  }
}

TEST_CASE("styles and clusters that are left out take no number from what is shown") {
  test::flooded both(3, 20, {.rows = 20});
  for (unsigned i = 0; i < 80'000;) {
    std::string flood;
    for (const auto end = i + 40'000; i < end; ++i) {
      vt::append_utf8(flood, 'a' + i % 26);
      vt::append_utf8(flood, 0x300 + i / 26 % 64);
      vt::append_utf8(flood, 0x300 + i / 26 / 64);
      flood += "\x1b[38;2;" + std::to_string(i % 256) + ";" + std::to_string(i / 256 % 256) + ";" +
               std::to_string(i / 65536) + "mx\r\n";
    }
    both.fed.screen.feed(flood);
    both.skipper.feed(flood);
    CHECK(both.traces() == "");
    CHECK(both.skipper.left_out() > flood.size() * 9 / 10);
  }
}

TEST_CASE("no step feeds more than it may, and the last one settles the screen") {
  const auto flood = numbered_lines(1000);
  vt::screen s(24, 80);
  vt::skipper skipper(s, 0);
  CHECK(skipper.settled());
  CHECK(skipper.step(flood, 0) == 0);
  CHECK(skipper.step("", 5) == 0);
  std::size_t taken = 0;
  while (taken < flood.size()) {
    const auto before = skipper.left_out();
    const auto size = skipper.step(std::string_view(flood).substr(taken), 64);
    REQUIRE(size > 0);
    REQUIRE(size - (skipper.left_out() - before) <= 64);
    taken += size;
    REQUIRE(s.position() == taken);
    REQUIRE(skipper.settled() == (taken == flood.size()));
  }
  CHECK(skipper.left_out() > flood.size() / 2);
}

TEST_CASE("a screen that was settling is not settled by what comes then") {
  auto flood = numbered_lines(200);
  vt::screen s(24, 80);
  vt::skipper skipper(s, 0);
  const auto end = flood.size();
  auto taken = skipper.step(flood, 20);
  flood += std::string(2000, 'x');
  for (; taken < end; taken += skipper.step(std::string_view(flood).substr(taken), 1))
    REQUIRE_FALSE(skipper.settled());
  CHECK(skipper.settled());
}

TEST_CASE("a flood that goes on is left out while its last lines are fed") {
  const auto flood = numbered_lines(2000);
  vt::screen s(24, 80);
  vt::skipper skipper(s, 0);
  std::size_t taken = 0;
  for (std::size_t come = 2000; taken < flood.size();) {
    taken += skipper.step(std::string_view(flood).substr(taken, come - taken), 10);
    come = std::min(come + 1000, flood.size());
  }
  CHECK(skipper.left_out() > flood.size() * 9 / 10);
}

TEST_CASE("a history without end leaves out nothing but on the alternate screen") {
  const auto flood = numbered_lines(1000);
  vt::screen s(24, 80);
  vt::skipper skipper(s, SIZE_MAX);
  skipper.feed(flood);
  CHECK(skipper.left_out() == 0);
  skipper.feed("\x1b[?1049h\r\n" + flood);
  CHECK(skipper.left_out() > 0);
}

TEST_CASE("nobody can tell a screen that skipped from one that was fed") {
  const auto skipped = played(2'000, 1);
  CAPTURE(skipped);
  CHECK(skipped > 1'000);
}

TEST_CASE("nor in a hundred thousand trials", "[.nightly]") {
  CHECK(played(100'000, std::random_device()()) > 50'000);
}
