#include <vt/stream/journal.hpp>

#include <random>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/output_grammar.hpp>

namespace {

vt::journal after(std::string_view shown) {
  vt::journal j;
  j.feed(shown);
  return j;
}

vt::journal in_pieces(std::string_view shown, std::size_t size) {
  vt::journal j;
  for (; !shown.empty(); shown.remove_prefix(std::min(size, shown.size())))
    j.feed(shown.substr(0, size));
  return j;
}

vt::pen pen_after(std::string_view shown) { return after(shown).state().text.pen; }

struct same {
  std::string_view shown;
  std::string_view as;
};

}  // namespace

TEST_CASE("a journal of nothing has nothing on") {
  const vt::journal j{};
  CHECK(j.at_ground());
  CHECK(j.kitty_flags() == 0);
  CHECK(j.modify_other_keys() == 0);
  CHECK_FALSE(j.alternate_screen());
  CHECK_FALSE(j.dec_mode(2004));
  CHECK_FALSE(j.dec_mode(31337));
  for (const unsigned number : {2U, 7U, 8U, 25U, 1007U}) CHECK(j.dec_mode(number));
}

TEST_CASE("a journal takes tokens as it takes bytes") {
  std::mt19937 random(6);
  const test::output_grammar grammar;
  for (int trial = 0; trial < 50; ++trial) {
    const auto shown = grammar(random, 60);
    vt::tokenizer tokens;
    vt::journal taken;
    std::string_view rest = shown;
    while (const auto t = tokens.next(rest)) taken.take(*t);
    CHECK(taken == after(shown));
  }
}

TEST_CASE("modes are noted by number, known or not, several in a sequence") {
  const auto j = after("\x1b[?1000;1006;2004;4711h\x1b[?25;1007l");
  for (const unsigned number : {1000U, 1006U, 2004U, 4711U}) CHECK(j.dec_mode(number));
  for (const unsigned number : {25U, 1007U, 1002U}) CHECK_FALSE(j.dec_mode(number));
  CHECK(after("\x1b[?1049h").dec_mode(1049));
  CHECK(after("\x1b[?6h").dec_mode(6));
}

TEST_CASE("what is the user's own choice is not noted") {
  const vt::journal none{};
  for (const unsigned number :
       {3U, 40U, 67U, 1010U, 1011U, 1034U, 1035U, 1036U, 1037U, 1039U, 2027U})
    for (const char how : {'h', 'l'}) CHECK(after("\x1b[?" + std::to_string(number) + how) == none);
}

TEST_CASE("different ways of saying it leave the same on") {
  const auto row = GENERATE(values<same>({
      {"\x1b[1m\x1b[22m", ""},
      {"\x1b[1;31;4m\x1b[0m", ""},
      {"\x1b[1m\x1b[;m", ""},
      {"\x1b[38;5;1m", "\x1b[31m"},
      {"\x1b[38:5:9m", "\x1b[91m"},
      {"\x1b[38;2;1;2;3m", "\x1b[38:2::1:2:3m"},
      {"\x1b[38:2:1:2:3m", "\x1b[38:2::1:2:3m"},
      {"\x1b[38;5;1;1m", "\x1b[31m\x1b[1m"},
      {"\x1b[48;2;1;2;3;4m", "\x1b[48;2;1;2;3m\x1b[4m"},
      {"\x1b[4:1m", "\x1b[4m"},
      {"\x1b[4:2m", "\x1b[21m"},
      {"\x1b[4:3m\x1b[4:0m", ""},
      {"\x1b[58:5:3m\x1b[59m", ""},
      {"\x1b[58;5;1m", "\x1b[58:5:1m"},
      {"\x1b[38m", ""},
      {"\x1b[38;5m", ""},
      {"\x1b[38;5;256m", ""},
      {"\x1b[200m", ""},
      {"\x1b[11m\x1b[10m", ""},
      {"\x1b[7m\x1b[>4;2m\x1b[27m", "\x1b[>4;2m"},
      {"\x1b[>4;2m\x1b[>4m", ""},
      {"\x1b[>4;1m\x1b[>4;0m", ""},
      {"\x1b[>1;3m\x1b[>m", ""},
      {"\x1b[1 q\x1b[ q", ""},
      {"\x1b[2;5r\x1b[r", ""},
      {"\x1b[5;2r", ""},
      {"\x1b[;10r", "\x1b[1;10r"},
      {"\x1b[?69h\x1b[2;5s\x1b[?69l", ""},
      {"\x1b[2;5s", ""},
      {"\x1b=\x1b>", ""},
      {"\x1b[?66h\x1b>", ""},
      {"\x1b(0\x1b(B", ""},
      {"\x0e\x0f", ""},
      {"\x1b~\x1b}", ""},
      {"\x1b]8;;http://a\x07\x1b]8;;\x07", ""},
      {"\x1b]4;1;red;2;blue\x07\x1b]104;2\x07", "\x1b]4;1;red\x07"},
      {"\x1b]4;1;red;2;blue\x07\x1b]104\x07", ""},
      {"\x1b]4;1;?\x07", ""},
      {"\x1b]4;256;red\x07", "\x1b]5;0;red\x07"},
      {"\x1b]10;red;?;blue\x07", "\x1b]10;red\x07\x1b]12;blue\x07"},
      {"\x1b]11;?\x07", ""},
      {"\x1b]12;red\x07\x1b]112\x07", ""},
      {"\x1b]22;pointer\x07\x1b]22;\x07", ""},
      {"\x1b]9;4;1;50\x07\x1b]9;4;0\x07", ""},
      {"\x1b]9;hello\x07", ""},
      {"\x1b[22;0t\x1b[23;0t", ""},
      {"\x1b[22;2t\x1b[22;1t\x1b[23;2t\x1b[23;1t", ""},
      {"\x1b[23;0t", ""},
      {"\x1b]0;title\x07", ""},
      {"\x1b[>1u\x1b[>3u\x1b[<2u", ""},
      {"\x1b[=5u\x1b[<u", ""},
      {"\x1b[>5u\x1b[=2;3u", "\x1b[>5u"},
      {"\x1b[>1u\x1b[=4;2u", "\x1b[>5u"},
      {"\x1b[5i\x1b[4i", ""},
      {"\x1b[?2l\x1b<", ""},
      {"\x1b[?1049h\x1b[?1049l", ""},
      {"\x1b[1mm", "\x1b[1m"},
  }));
  CAPTURE(row.shown, row.as);
  CHECK(after(row.shown) == after(row.as));
}

TEST_CASE("attributes and colours come out of SGR as they were given") {
  CHECK(pen_after("\x1b[31m").foreground == (vt::pen::indexed | 1));
  CHECK(pen_after("\x1b[107m").background == (vt::pen::indexed | 15));
  CHECK(pen_after("\x1b[38;2;1;2;3m").foreground == (vt::pen::direct | 0x010203));
  CHECK(pen_after("\x1b[58:2::1:2:3m").underline == (vt::pen::direct | 0x010203));
  CHECK_FALSE(pen_after("\x1b[1m") == pen_after("\x1b[2m"));
}

TEST_CASE("kitty flags are those of the screen that is shown") {
  auto j = after("\x1b[>1u\x1b[?1049h");
  CHECK(j.kitty_flags() == 0);
  j.feed("\x1b[>31u");
  CHECK(j.kitty_flags() == 31);
  j.feed("\x1b[?1049l");
  CHECK(j.kitty_flags() == 1);
  j.feed("\x1b[<9u");
  CHECK(j.kitty_flags() == 0);
}

TEST_CASE("modifyOtherKeys is what was set last") {
  CHECK(after("\x1b[>4;2m").modify_other_keys() == 2);
  CHECK(after("\x1b[>4;2m\x1b[>4n").modify_other_keys() == 0);
}

TEST_CASE("a saved cursor brings its pen, charsets and origin mode back") {
  CHECK(after("\x1b[1m\x1b(0\0337\x1b[m\x1b(B\0338") == after("\x1b[1m\x1b(0"));
  CHECK(after("\0337\x1b[1m\x1b(0\x1b[?6h\0338") == vt::journal());
  CHECK(after("\x1b[1m\x1b[?1049h\x1b[m\x1b[?1049l") == after("\x1b[1m"));
}

TEST_CASE("what may be on after a restored cursor in some terminal is noted") {
  CHECK(after("\x1b[?1048h\x1b(0\x1b[?1048l") == after("\x1b(0"));
  CHECK(after("\x1b[?1049h\x1b(0\x1b[?1049l") == after("\x1b(0"));
  CHECK(after("\x1b[1m\0338") == after("\x1b[1m"));
  CHECK(after("\x1b[1m\0337\x1b[?47h\x1b[m\0338\x1b[?47l") == after("\x1b[1m"));
  CHECK(after("\0337\x1b[1m\x1b[?69h\x1b[2;9s\x1b[m\x1b[?69l\0338") == after("\x1b[1m"));
}

TEST_CASE("a saved mode comes back, and is not forgotten where restoring is not known") {
  CHECK(after("\x1b[?1000h\x1b[?1000s\x1b[?1000l\x1b[?1000r").dec_mode(1000));
  CHECK(after("\x1b[?1000s\x1b[?1000h\x1b[?1000r").dec_mode(1000));
  CHECK_FALSE(after("\x1b[?1000r").dec_mode(1000));
}

TEST_CASE("resets in the stream undo what they undo in xterm") {
  const std::string all = "\x1b[1m\x1b(0\x1b[?25l\x1b[?1h\x1b=\x1b[4h\x1b[2;5r\x1b[3 q\x1b[?7l";
  CHECK(after(all + "\x1b[!p") == vt::journal());
  CHECK(after(all + "\x1b[!p\x1b[?1000h\x1b[!p").dec_mode(1000));
  CHECK(after(all + "\x1b[?2004;1002h\x1b[20h\033c") == vt::journal());
  CHECK(after("\x1b]11;red\x07\033c") == after("\x1b]11;red\x07"));
}

TEST_CASE("the middle of a sequence, a string or a character is not ground") {
  for (const std::string_view cut : {"\x1b", "\x1b[", "\x1b[3", "\x1b]0;ti", "\x1bPq", "\xc3",
                                     "a\xe2\x82", "\xf0\x9f\x98", "\x1b]0;\x1b"})
    CHECK_FALSE(after(cut).at_ground());
  for (const std::string_view whole :
       {"a", "\xc3\xa9", "\xe2\x82\xac", "\xff", "\x80\x80\x80", "\x1b[m", "\x1b[3\x18",
        "\xe2\x82"
        "a"})
    CHECK(after(whole).at_ground());
}

TEST_CASE("no cut changes what is noted") {
  std::mt19937 random(1971);
  const test::output_grammar grammar;
  for (int round = 0; round < 3000; ++round) {
    const auto shown = grammar(random, 1 + random() % 20);
    const auto whole = after(shown);
    const auto size = 1 + random() % 7;
    CAPTURE(round, shown, size);
    REQUIRE(in_pieces(shown, size) == whole);
    REQUIRE(in_pieces(shown, 1) == whole);
    REQUIRE(in_pieces(shown, size).at_ground() == whole.at_ground());
  }
}

TEST_CASE("what is kept is bounded") {
  vt::journal j;
  for (unsigned number = 3000; number < 4000; ++number)
    j.feed("\x1b[?" + std::to_string(number) + "h\x1b[>7u\x1b[22;0t");
  CHECK(j.dec_mode(3000));
  CHECK_FALSE(j.dec_mode(3999));
  j.feed("\x1b[?1000h");
  CHECK(j.dec_mode(1000));
  CHECK(j.state().keys[0].depth() == vt::key_flags_stack::max_depth);
  CHECK(j.state().titles.depth() == vt::title_stack::max_depth);
}
