#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/screen_model.hpp>

namespace {

constexpr std::string_view full =
    "0123456789\r\nabcdefghij\r\nklmnopqrst\r\nABCDEFGHIJ";  // 4 rows of 10 columns

struct edited {
  std::string_view name;
  std::string_view bytes;  // behind `full`
  std::string_view text;
  int row, column;
};

struct kept : vt::line_sink {
  std::vector<std::string> lines;
  int cleared = 0;

  void push(const vt::row_view& row, int, const vt::cell_tables& tables) override {
    lines.push_back(test::text_of(row, tables));
  }
  void clear() override { ++cleared; }
};

}  // namespace

TEST_CASE("sequences edit the screen as xterm does") {
  const auto row = GENERATE(values<edited>(
      {{"ED below", "\x1b[2;4H\x1b[J", "0123456789\nabc", 1, 3},
       {"ED above", "\x1b[2;4H\x1b[1J", "\n    efghij\nklmnopqrst\nABCDEFGHIJ", 1, 3},
       {"BS at the left margin", "\x1b[?69h\x1b[3;6s\x1b[2;3H\b",
        "0123456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 1, 2},
       {"BS left of the left margin", "\x1b[?69h\x1b[3;6s\x1b[2;2H\b\b",
        "0123456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 1, 0},
       {"ED all", "\x1b[2;4H\x1b[2J", "", 1, 3},
       {"EL right", "\x1b[1;4H\x1b[K", "012\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 0, 3},
       {"EL left", "\x1b[1;4H\x1b[1K", "    456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 0, 3},
       {"EL all", "\x1b[1;4H\x1b[2K", "\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 0, 3},
       {"ECH", "\x1b[1;4H\x1b[3X", "012   6789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 0, 3},
       {"ICH", "\x1b[1;4H\x1b[3@", "012   3456\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 0, 3},
       {"DCH", "\x1b[1;4H\x1b[3P", "0126789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 0, 3},
       {"DCH of more than there is", "\x1b[1;4H\x1b[9999P",
        "012\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 0, 3},
       {"ICH outside of the rows of DECSTBM", "\x1b[2;3r\x1b[1;4H\x1b[3@",
        "012   3456\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 0, 3},
       {"IL", "\x1b[2;4H\x1b[L", "0123456789\n\nabcdefghij\nklmnopqrst", 1, 0},
       {"DL", "\x1b[2;4H\x1b[M", "0123456789\nklmnopqrst\nABCDEFGHIJ", 1, 0},
       {"IL outside of the margins", "\x1b[2;3r\x1b[4;4H\x1b[L",
        "0123456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 3, 3},
       {"SU", "\x1b[2;4H\x1b[S", "abcdefghij\nklmnopqrst\nABCDEFGHIJ", 1, 3},
       {"SU of more than there is", "\x1b[2;4H\x1b[999S", "", 1, 3},
       {"SD", "\x1b[2;4H\x1b[T", "\n0123456789\nabcdefghij\nklmnopqrst", 1, 3},
       {"LF in a region", "\x1b[2;3r\x1b[3;1H\n", "0123456789\nklmnopqrst\n\nABCDEFGHIJ", 2, 0},
       {"LF below it", "\x1b[1;2r\x1b[4;1H\n", "0123456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 3,
        0},
       {"RI at its top", "\x1b[2;3r\x1b[2;1H\x1bM", "0123456789\n\nabcdefghij\nABCDEFGHIJ", 1, 0},
       {"columns scroll by themselves", "\x1b[?69h\x1b[3;5s\x1b[4;3H\n",
        "01cde56789\nabmnofghij\nklCDEpqrst\nAB   FGHIJ", 3, 2},
       {"text wraps at the right margin", "\x1b[?69h\x1b[3;5s\x1b[1;3Hvwxyz",
        "01vwx56789\nabyzefghij\nklmnopqrst\nABCDEFGHIJ", 1, 4},
       {"DCH stops at the right margin", "\x1b[?69h\x1b[3;5s\x1b[1;3H\x1b[P",
        "0134 56789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 0, 2},
       {"DECIC", "\x1b[1;3H\x1b[2'}", "01  234567\nab  cdefgh\nkl  mnopqr\nAB  CDEFGH", 0, 2},
       {"DECDC", "\x1b[1;3H\x1b[2'~", "01456789\nabefghij\nklopqrst\nABEFGHIJ", 0, 2},
       {"origin mode", "\x1b[2;3r\x1b[?6h\x1b[9;2HX",
        "0123456789\nabcdefghij\nkXmnopqrst\nABCDEFGHIJ", 2, 2},
       {"DECALN", "\x1b#8", "EEEEEEEEEE\nEEEEEEEEEE\nEEEEEEEEEE\nEEEEEEEEEE", 0, 0},
       {"CUU stops at the margin", "\x1b[2;3r\x1b[3;1H\x1b[9A",
        "0123456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 1, 0},
       {"CNL and CPL", "\x1b[1;5H\x1b[2E\x1b[F", "0123456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ",
        1, 0},
       {"CHA, VPA, HPR, VPR", "\x1b[H\x1b[2G\x1b[2d\x1b[2a\x1b[1e",
        "0123456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 2, 3},
       {"DECSC and DECRC", "\x1b[2;3H\0337\x1b[4;4H\0338",
        "0123456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 1, 2},
       {"SCOSC and SCORC", "\x1b[2;3H\x1b[s\x1b[4;4H\x1b[u",
        "0123456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 1, 2},
       {"SCOSC is DECSLRM with DECLRMM", "\x1b[?69h\x1b[2;3H\x1b[s",
        "0123456789\nabcdefghij\nklmnopqrst\nABCDEFGHIJ", 0, 0},
       {"a selective erase leaves what is guarded", "\x1b[1;1H\x1b[1\"qXY\x1b[0\"q\x1b[?2J", "XY",
        0, 2},
       {"RIS", "\x1b[1;31m\x1b[2;3r\033c", "", 0, 0},
       {"a cut wide character by ECH", "\x1b[2J\x1b[H\u4e16\u754c\x1b[2G\x1b[2X", "", 0, 1},
       {"a cut wide character by DCH", "\x1b[2J\x1b[H\u4e16\u754c\x1b[2G\x1b[P", " \u754c", 0,
        1}}));
  INFO(row.name);
  vt::screen s(4, 10);
  s.feed(full);
  s.feed(row.bytes);
  CHECK(test::text_of(s) == row.text);
  CHECK(s.cursor() == vt::cursor_position{row.row, row.column, false});
  CHECK(test::broken_law(s) == "");
}

TEST_CASE("tab stops are set, cleared and gone to") {
  vt::screen s(2, 40);
  s.feed("\t\t");
  CHECK(s.cursor().column == 16);
  s.feed("\x1b[5G\x1bH\r\t");
  CHECK(s.cursor().column == 4);
  s.feed("\x1b[2I\x1b[Z");
  CHECK(s.cursor().column == 8);
  s.feed("\x1b[3g\r\t");
  CHECK(s.cursor().column == 39);
  s.feed("\x1b[Z");
  CHECK(s.cursor().column == 0);
  s.feed("\x1b[?5W\t");
  CHECK(s.cursor().column == 8);
}

TEST_CASE("the alternate screen is another one, with a cursor of its own to save") {
  vt::screen s(4, 10);
  s.feed("prompt\x1b[?1049h\x1b[Hvim");
  CHECK(s.on_alternate());
  CHECK(test::text_of(s) == "vim");
  CHECK(test::text_of(s, s.primary()) == "prompt");
  s.feed("\0337\x1b[?1049l");
  CHECK(test::text_of(s) == "prompt");
  CHECK(s.cursor() == vt::cursor_position{0, 6, false});
  s.feed("\x1b[?47h");
  CHECK(test::text_of(s) == "vim");
  s.feed("\x1b[?1047l\x1b[?47h");
  CHECK(test::text_of(s) == "");
  CHECK(s.saved(true).at == vt::cursor_position{0, 3, false});
}

TEST_CASE("a restored cursor brings back pen, charsets, origin mode and the waiting wrap") {
  vt::screen s(4, 10);
  s.feed("\x1b[1m\x1b(0\x1b[1;10Hx\0337\x1b[m\x1b(B\x1b[3;3H\0338q");
  CHECK(test::text_of(s) == "         \u2502\n\u2500");
  CHECK(test::spelled(s.text().pen) == "\x1b[1m");
}

TEST_CASE("rows that leave at the top of the primary screen are handed on") {
  kept sink;
  vt::screen s(2, 10, &sink);
  s.feed("1\r\n2\r\n3\r\n4");
  CHECK(sink.lines == std::vector<std::string>{"1", "2"});
  s.feed("\x1b[S");
  CHECK(sink.lines.back() == "3");
  s.feed("\x1b[H\x1b[2M\x1b[?1049ha\r\nb\r\nc\r\nd");
  CHECK(sink.lines.size() == 3);
  CHECK(sink.cleared == 0);
  s.feed("\x1b[3J");
  CHECK(sink.cleared == 1);
}

TEST_CASE("titles, their stack, the directory and colours are kept as they were said") {
  vt::screen s(2, 10);
  s.feed("\x1b]0;one\x07\x1b[22t\x1b]2;two\x1b\\\x1b]7;file://h/tmp\x07");
  s.feed("\x1b]4;1;rgb:11/22/33;300;x;2;?\x07\x1b]11;#123456\x07");
  CHECK(s.said().now.icon == "one");
  CHECK(s.said().now.window == "two");
  CHECK(s.said().directory == "file://h/tmp");
  CHECK(s.said().palette == std::map<std::uint16_t, std::string>{{1, "rgb:11/22/33"}});
  CHECK(s.said().dynamic[1] == "#123456");
  s.feed("\x1b[23t\x1b]104\x07\x1b]111\x07");
  CHECK(s.said().now.window == "one");
  CHECK(s.said().palette.empty());
  CHECK(s.said().dynamic[1].empty());
}
