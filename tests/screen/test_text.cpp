#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/screen_model.hpp>

namespace {

struct shown {
  std::string_view name;
  std::string_view bytes;
  std::string_view text;  // of a screen of 4 rows and 10 columns
  int row, column;
  bool wraps = false;
};

}  // namespace

TEST_CASE("text comes to the right place") {
  const auto row = GENERATE(values<shown>({
      {"nothing", "", "", 0, 0},
      {"a line", "abc\r\ndef", "abc\ndef", 1, 3},
      {"the last column waits", "0123456789", "0123456789", 0, 9, true},
      {"and then wraps", "0123456789a", "0123456789\na", 1, 1},
      {"CR ends the waiting", "0123456789\ra", "a123456789", 0, 1},
      {"SGR does not", "0123456789\x1b[1ma", "0123456789\na", 1, 1},
      {"a margin that goes ends it", "\x1b[?69h\x1b[3;5s\x1b[1;3Habc\x1b[?69ld", "  abd", 0, 5},
      {"a soft reset of that margin, too", "\x1b[?69h\x1b[3;5s\x1b[1;3Habc\x1b[!pd", "  abd", 0, 5},
      {"a tab does not", "0123456789\ta", "0123456789\na", 1, 1},
      {"EL does, and erases the last column", "0123456789\x1b[K", "012345678", 0, 9},
      {"BS stays in a row that was wrapped to", "0123456789a\b\bX", "0123456789\nX", 1, 1},
      {"without DECAWM the last is overwritten", "\x1b[?7l0123456789abc", "012345678c", 0, 9},
      {"LF scrolls", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5", 3, 1},
      {"LF keeps the column", "ab\ncd", "ab\n  cd", 1, 4},
      {"LNM", "\x1b[20hab\ncd", "ab\ncd", 1, 2},
      {"VT and FF are LF", "a\vb\fc", "a\n b\n  c", 2, 3},
      {"BS", "abc\b\bX", "aXc", 0, 2},
      {"wide", "\u4e16\u754c", "\u4e16\u754c", 0, 4},
      {"wide does not fit", "012345678\u4e16", "012345678\n\u4e16", 1, 2},
      {"wide in the last two", "01234567\u4e16", "01234567\u4e16", 0, 9, true},
      {"wide where nothing wraps", "\x1b[?7l012345678\u4e16", "012345678", 0, 9},
      {"left half overwritten", "\u4e16\u754c\rX", "X \u754c", 0, 1},
      {"right half overwritten", "\u4e16\u754c\x1b[2GX", " X\u754c", 0, 2},
      {"a wide one on two halves", "\u4e16\u754c\x1b[2G\u4e16", " \u4e16", 0, 3},
      {"combining", "e\u0301x", "e\u0301x", 0, 2},
      {"combining on wide", "\u4e16\u0301x", "\u4e16\u0301x", 0, 3},
      {"combining in the last column", "012345678e\u0301", "012345678e\u0301", 0, 9, true},
      {"combining with nothing before it", "\u0301x", "x", 0, 1},
      {"combining behind a move", "\x1b[3G\u0301", "  \u0301", 0, 2},
      {"invalid",
       "a\xff"
       "b",
       "a\ufffd"
       "b",
       0, 3},
      {"graphics", "\x1b(0qx\x1b(Bq", "\u2500\u2502q", 0, 3},
      {"graphics beside what is not ASCII", "\x1b(0\u00e9q", "\u00e9\u2500", 0, 2},
      {"SO and SI", "\x1b)0\x0eq\x0fq", "\u2500q", 0, 2},
      {"a single shift is for one", "\x1b*0\x1bNqq", "\u2500q", 0, 2},
      {"the British set", "\x1b(A#", "\u00a3", 0, 1},
      {"Latin-1 in G1", "\x1b-A\x0ei", "\u00e9", 0, 1},
      {"REP", "ab\x1b[3b", "abbbb", 0, 5},
      {"REP of nothing", "\x1b[5b", "", 0, 0},
      {"REP behind a move", "a\r\x1b[5b", "a", 0, 0},
      {"REP of wide to the edge", "\u4e16\x1b[5b", "\u4e16\u4e16\u4e16\u4e16\u4e16\n\u4e16", 1, 2},
      {"IRM", "abc\r\x1b[4hXY", "XYabc", 0, 2},
      {"IRM at the edge", "0123456789\r\x1b[4hXY", "XY01234567", 0, 2},
      {"IRM cuts a wide one", "01234567\u4e16\r\x1b[4hX", "X01234567", 0, 1},
  }));
  INFO(row.name);
  vt::screen s(4, 10);
  s.feed(row.bytes);
  CHECK(test::text_of(s) == row.text);
  CHECK(s.cursor() == vt::cursor_position{row.row, row.column, row.wraps});
  CHECK(test::broken_law(s) == "");
}

TEST_CASE("a row knows that its text goes on in the next") {
  vt::screen s(4, 10);
  s.feed("0123456789ab\r\nnext");
  CHECK(s.primary().row(0).wrapped);
  CHECK_FALSE(s.primary().row(1).wrapped);
  s.feed("\x1b[1;5H\x1b[K");
  CHECK_FALSE(s.primary().row(0).wrapped);
}

TEST_CASE("each cell has the pen it was written with, and erased ones its background") {
  vt::screen s(4, 10);
  s.feed("\x1b[1;2;8;53;4:3;31;58:5:9ma\x1b[m\x1b[3;44m\x1b[K");
  CHECK(test::spelled(s.tables().style(s.primary().at(0, 0).style)) ==
        "\x1b[1;2;8;53;31m\x1b[4:3m\x1b[58:5:9m");
  for (int column = 1; column < 10; ++column)
    CHECK(test::spelled(s.tables().style(s.primary().at(0, column).style)) == "\x1b[44m");
  CHECK(s.primary().at(1, 0).style == 0);
}

TEST_CASE("what scrolls in has the background of the pen") {
  vt::screen s(2, 10);
  s.feed("\x1b[2;1H\x1b[44m\n");
  CHECK(s.tables().style(s.primary().at(1, 5).style).background == (vt::pen::indexed | 4));
}

TEST_CASE("a link belongs to the cells written while it was open") {
  vt::screen s(2, 10);
  s.feed("\x1b]8;id=1;http://host/\x1b\\ab\x1b]8;;\x1b\\c");
  CHECK(s.tables().link(s.primary().at(0, 1).link) == "id=1;http://host/");
  CHECK(s.primary().at(0, 2).link == 0);
}

TEST_CASE("more styles than there are numbers take the place of those no longer shown") {
  vt::screen s(2, 10);
  std::size_t wrong = 0;
  for (int i = 0; i < 200000; ++i) {
    s.feed("\x1b[38;2;" + std::to_string(i / 65536) + ';' + std::to_string(i / 256 % 256) + ';' +
           std::to_string(i % 256) + "m\rx");
    const auto color = s.tables().style(s.shown().at(0, 0).style).foreground;
    if (color != (vt::pen::direct | static_cast<unsigned>(i))) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("links that have no more room take none from styles") {
  vt::screen s(50, 100);
  for (int i = 0; i < 5000; ++i) s.feed("\x1b]8;;" + std::to_string(i) + "\x07x");
  CHECK(s.open_link().empty());
  std::size_t wrong = 0;
  for (int i = 0; i < 70000; ++i) {
    s.feed("\x1b[1;100H\x1b[38;2;" + std::to_string(i / 65536) + ';' +
           std::to_string(i / 256 % 256) + ';' + std::to_string(i % 256) + "mx");
    const auto color = s.tables().style(s.primary().at(0, 99).style).foreground;
    if (color != (vt::pen::direct | static_cast<unsigned>(i))) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("combining characters without end stay within bounds") {
  vt::screen s(2, 10);
  std::string marks = "e";
  for (int i = 0; i < 10000; ++i) marks += "\u0301";
  s.feed(marks + 'x');
  CHECK(s.tables().text(s.primary().at(0, 0)).size() <= vt::cell_tables::max_cluster_bytes);
  CHECK(s.cursor().column == 2);
}
