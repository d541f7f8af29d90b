// What crashes, hangs or corrupts libvterm when it is given it. guard_vterm.cpp shows beside it
// that nothing of this reaches libvterm; sanitizers, that nothing of it reaches us.
#include <string>

#include <tests/catch.hpp>
#include <tests/support/screen_model.hpp>
#include <tests/support/tokens.hpp>

namespace {

struct hostile {
  std::string_view name;
  int rows, columns;
  std::string before;
  int new_rows, new_columns;  // 0: no resize
  std::string behind;
};

std::string repeated(std::string_view piece, int count) {
  std::string all;
  while (count-- > 0) all += piece;
  return all;
}

}  // namespace

TEST_CASE("what libvterm cannot bear does no harm") {
  const auto row = GENERATE(values<hostile>({
      {"17 parameters and more", 24, 80, "\x1b[38:2:59:66:97;48:2:36:40:59;58:2:224:175:104;4:3mx",
       0, 0, ""},
      {"parameters without end", 24, 80, "\x1b[" + repeated("1094795585;", 200) + "mx", 0, 0, ""},
      {"a C1 in UTF-8 before EL", 24, 80, "\xc2\x85\xc2\x85\x1b[K", 0, 0, ""},
      {"a C1 in UTF-8 before IRM", 24, 80,
       "\x1b[4h\xc2\x85"
       "a\xc2\x85"
       "b",
       0, 0, ""},
      {"a C1 in UTF-8 before HTS", 24, 80, "\xc2\x85\x1bH\xc2\x88\t", 0, 0, ""},
      {"REP of nothing", 24, 80, "\x1b[5b", 0, 0, ""},
      {"REP of a zero-width character", 24, 80, "\u0301\x1b[5b\u200b\x1b[9999b", 0, 0, ""},
      {"REP of a wide one to the edge", 24, 80, "\u4e16\x1b[9999b\u4e16\x1b[39b", 0, 0, ""},
      {"REP of 2^31", 24, 80, "x\x1b[2147483647b", 0, 0, ""},
      {"wide where there is one column", 1, 1, "\u4e16\u4e16", 0, 0, ""},
      {"wide on double-width lines", 4, 3, "\x1b#6\u4e16\u4e16\x1b#3\u4e16", 0, 0, ""},
      {"UTF-8 cut off before ASCII", 24, 80, "\xe4\xb8", 0, 0,
       "a\xf0\x9f"
       "b\xf0"
       "c"},
      {"1,024 characters in a run", 24, 80, repeated("\u00e9", 1024) + repeated("a", 1025), 0, 0,
       ""},
      {"the saved cursor below a smaller screen", 50, 200, "\x1b[50;200H\0337", 3, 4,
       "\0338x\x1bHy"},
      {"the same with 1048", 50, 200, "\x1b[50;200H\x1b[?1048h", 3, 4, "\x1b[?1048lx\x1bH\n"},
      {"the same with 1049", 50, 200, "\x1b[50;200H\x1b[?1049h", 3, 4, "\x1b[?1049lx\x1bH\n"},
      {"margins below a smaller screen", 50, 80, "\x1b[40;50r\x1b[45;1H", 10, 80,
       "\n\n\x1b[5S\x1bM"},
      {"a cursor above the rows taken away", 24, 80, "\x1b[H", 4, 80, "\x1b[Kx\n\x1b[J"},
      {"a title of megabytes", 24, 80, "\x1b]2;" + std::string(std::size_t{3} << 20, 'x') + "\x07y",
       0, 0, ""},
      {"text of megabytes", 24, 80, std::string(std::size_t{3} << 20, 'x'), 0, 0, ""},
      {"a size of 0", 24, 80, "x", -1, 0, "y"},
      {"the greatest size", 24, 80, "x", 65535, 65535, "\x1b[65535;65535Hy"},
      {"a reflow that fails", 2, 11, "AAAAAAAAAA", 2, 9, "AA"},
      {"a C0 behind the ESC of ST", 24, 80, "\x1b]2;t\x1b\x01", 0, 0, "\\x"},
      {"a margin of one row", 24, 80, "\x1b[5;5r\x1b[0;0r\x1b[9;2r\n", 0, 0, ""},
      {"numbers beyond all bounds", 24, 80,
       "\x1b[99999999999999999999A\x1b[65535;65535H\x1b[65535@\x1b[65535L\x1b[65535S\x1b[65535T", 0,
       0, "\x1b[65535P\x1b[65535M\x1b[65535X\x1b[65535'}\x1b[65535'~\x1b[65535I\x1b[65535Z"},
      {"strings that it prints", 24, 80, "\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\\x1bkt\x1b\\", 0,
       0, ""},
      {"RIS on the alternate screen", 24, 80, "\x1b[?1049hx\033c\x1b[?1047ly", 0, 0, ""},
  }));
  INFO(row.name);
  vt::screen s(row.rows, row.columns);
  s.feed(row.before);
  CHECK(test::broken_law(s) == "");
  if (row.new_rows != 0) s.resize(row.new_rows, row.new_columns);
  s.feed(row.behind);
  CHECK(test::broken_law(s) == "");
  s.feed("\x18\033ck");
  CHECK(test::text_of(s) == "k");
}

TEST_CASE("colours in other spellings are exact, not bold and blinking") {
  vt::screen s(2, 10);
  s.feed("\x1b[58;5;1m");
  CHECK(test::spelled(s.text().pen) == "\x1b[58:5:1m");
  s.feed("\x1b[m\x1b[38:2::1:2:3m");
  CHECK(s.text().pen.foreground == (vt::pen::direct | 0x010203));
}

TEST_CASE("a mode that is not the last of its sequence is set") {
  vt::screen s(2, 10);
  s.feed("\x1b[?1;7;1006l\x1b[?1;1006h0123456789ab");
  CHECK(test::text_of(s) == "012345678b");
  CHECK(s.journal().dec_mode(1006));
}

TEST_CASE("an erased cell has nothing of the pen but its background") {
  vt::screen s(2, 10);
  s.feed("\x1b[1;7;4m\x1b[2J");
  CHECK(s.primary().at(0, 0).style == 0);
}

TEST_CASE("widths are those of a recent Unicode") {
  vt::screen s(2, 10);
  s.feed("\U0001f92f\U0001fa70");
  CHECK(s.cursor().column == 4);
}
