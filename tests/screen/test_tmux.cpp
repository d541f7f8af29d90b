// The same bytes, shown by a tmux: generated output of sequences on which terminals agree.
#include <random>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/screen_model.hpp>
#include <tests/support/text.hpp>
#include <tests/support/tmux_showing.hpp>

namespace {

constexpr int rows = 24;
constexpr int columns = 80;

// Each begins with a position, so that what terminals do not agree on (what ends a waiting wrap,
// where inserted lines leave the cursor) is over at once. Margins are, too: tmux deletes lines
// outside of them.
template <class Random>
std::string agreed_output(Random& random, int pieces) {
  constexpr std::string_view edits[] = {
      "word and word",
      "\x1b[1;31mred\x1b[m",
      "\u4e16\u754c\u4e16\u754c",
      "e\u0301a\u0308x",
      "\u00fcber \u2013 na\u00efve",
      "\U0001f600 face",
      "\x1b[K",
      "\x1b[1K",
      "\x1b[2K",
      "\x1b[J",
      "\x1b[1J",
      "\x1b[#@",
      "\x1b[#P",
      "\x1b[#X",
      "\x1b[#L",
      "\x1b[#M",
      "\x1b[#S",
      "\x1b[#T",
      "a\r\nb\r\nc\r\n",
      "\n\n\n",
      "\x1bM\x1bM",
      "\x1b[#A-",
      "\x1b[#B-",
      "\x1b[#C-",
      "\x1b[#D-",
      "\x1b[#G-",
      "\x1b[#d-",
      "\tx\ty",
      "abc\b\bX",
      "\x1b[3;15r\x1b[15;1H\n\nx\x1b[3;1H\x1bM\x1b[9;1H\x1b[#L\x1b[7;1H\x1b[#M\x1b[#S\x1b[r",

      "x\x1b[#b",
      "\x1b[4hinsert\x1b[4l",
      "\0337\x1b[5;5Hx\0338y",
      "\x1b[44m\x1b[K\x1b[m",
      "\x1b[?7llong long long long long long long long long long long long\x1b[?7h",
      "long long long long long long long long long long long long long long long long long "
      "long"};
  const auto any = [&random](int count) {
    return static_cast<int>(random() % static_cast<unsigned>(count));
  };
  std::string all;
  for (; pieces > 0; --pieces) {
    all +=
        "\x1b[" + std::to_string(any(rows) + 1) + ';' + std::to_string(any(columns - 8) + 1) + 'H';
    for (const char c : edits[static_cast<std::size_t>(any(std::size(edits)))])
      all += c == '#' ? std::to_string(any(9) + 1) : std::string(1, c);
  }
  return all + "\x1b[r\x1b[m";
}

// Cells erased in a colour are spaces for tmux.
std::string without_spaces_at_ends(std::string_view text) {
  std::string all;
  for (const auto& line : test::split(text, '\n')) all += test::without_end(line, ' ') + '\n';
  return test::without_end(all, '\n');
}

}  // namespace

TEST_CASE("tmux shows the same text for the same bytes") {
  if (const auto why = test::tmux::why_not()) SHIM_SKIP(why->c_str());
  std::mt19937 random(5);
  for (int trial = 0; trial < 40; ++trial) {
    const auto bytes = agreed_output(random, 60);
    test::tmux_showing shown(bytes, rows, columns);
    vt::screen ours(rows, columns);
    ours.feed(bytes);
    INFO("trial " << trial << ": " << test::escaped(bytes));
    REQUIRE(test::text_of(ours) == without_spaces_at_ends(shown->screen()));
  }
}
