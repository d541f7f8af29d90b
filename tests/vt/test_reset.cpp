#include <vt/stream/reset.hpp>

#include <array>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/output_grammar.hpp>

namespace {

using std::string_view_literals::operator""sv;

vt::journal after(std::string_view shown) {
  vt::journal j;
  j.feed(shown);
  return j;
}

struct row {
  std::string_view shown;
  std::string_view undone_by;
};

constexpr row rows[] = {
    {"", ""},
    {"plain text\r\n\x1b[1mbold\x1b[m\x1b[2J\x1b[H", ""},
    {"\x1b]2;title\x07", ""},
    // the pen and the cursor
    {"\x1b[1;31m", "\x1b[m"},
    {"\x1b[4 q", "\x1b[0 q"},
    {"\x1b[?25l", "\x1b[?25h"},
    {"\x1b[?12h", "\x1b[?12l"},
    {"\x1b[1\"q", "\x1b[0\"q"},
    // modes, as few sequences as there can be
    {"\x1b[?1000h\x1b[?1006h\x1b[?2004h", "\x1b[?1000;1006;2004l"},
    {"\x1b[?1h\x1b=\x1b[?66h", "\x1b>\x1b[?1l"},
    {"\x1b[?66h", "\x1b[?66l"},
    {"\x1b[?7;25;1007l\x1b[?1h", "\x1b[?1l\x1b[?7;25;1007h"},
    {"\x1b[?4711h", "\x1b[?4711l"},
    {"\x1b[?1;4;5;9;12;45;80;1000;1001;1002;1003;1004;1005;1006;1015;1016;2004h",
     "\x1b[?1;4;5;9;12;45;80;1000;1001;1002;1003;1004;1005;1006;1015;1016l\x1b[?2004l"},
    {"\x1b[2;4;20h\x1b[12l", "\x1b[2;4;20l\x1b[12h"},
    {"\x1b[?2026h\x1b[?25l", "\x1b[?2026l\x1b[?25h"},
    {"\x1b[?3h\x1b[?40h\x1b[?1034h\x1b[?1010h\x1b[?2027h", ""},
    // charsets
    {"\x1b(0\x1b)0\x0e", "\x1b(B\x1b)B\x0f"},
    {"\x1b.A\x1bo\x1b|", "\x1b*B\x0f\x1b}"},
    {"\x1b%@\x1b G", "\x1b%G\x1b F"},
    // margins and origin mode
    {"\x1b[2;5r", "\0337\x1b[r\0338"},
    {"\x1b[2;5r\x1b[?69h\x1b[3;9s", "\0337\x1b[r\x1b[?69l\0338"},
    {"\x1b[?6h", "\x1b[?6l\x1b[999;1H"},
    {"\x1b[2;5r\x1b[?6h", "\x1b[r\x1b[?6l\x1b[999;1H"},
    {"\x1b[?1049h\x1b[2;5r\x1b[?6h", "\x1b[r\x1b[?6l\x1b[?1049l"},
    {"\x1b[?1047h\x1b[2;5r", "\0337\x1b[r\0338\x1b[?1047l"},
    {"\x1b[?6h\x1b[?1049h", "\x1b[?6l\x1b[?1049l\x1b[?6l\x1b[999;1H"},
    // the alternate screen, by the number by which it was entered
    {"\x1b[?1049h", "\x1b[?1049l"},
    {"\x1b[?47h", "\x1b[?47l"},
    {"\x1b[?1047h\x1b[?1049h", "\x1b[?1047l"},
    {"\x1b[?1049h\x1b[?1049l", ""},
    {"\x1b[31m\x1b[?1049h\x1b[m", "\x1b[?1049l\x1b[m"},
    {"\x1b[?7l\x1b[?1049h\x1b[?7h", "\x1b[?1049l\x1b[?7h"},
    // keys
    {"\x1b[>1u", "\x1b[<u"},
    {"\x1b[>1u\x1b[>3u\x1b[>31u\x1b[<u", "\x1b[<2u"},
    {"\x1b[=5u", "\x1b[=0u"},
    {"\x1b[=5u\x1b[>1u", "\x1b[<u\x1b[=0u"},
    {"\x1b[>1u\x1b[?1049h\x1b[>3u", "\x1b[<u\x1b[?1049l\x1b[<u"},
    {"\x1b[?1049h\x1b[>3u\x1b[?1049l", "\x1b[?47h\x1b[<u\x1b[?47l"},
    {"\x1b[>4;2m", "\x1b[>4m"},
    {"\x1b[>4;2m\x1b[>1;3m\x1b[>2n\x1b[>4;1f", "\x1b[>1m\x1b[>2m\x1b[>4m\x1b[>4f"},
    // titles, colours and the like
    {"\x1b[22;0t\x1b]0;vim\x07", "\x1b[23;0t"},
    {"\x1b[22;2t\x1b[22;1t", "\x1b[23;1t\x1b[23;2t"},
    {"\x1b]8;;http://host/\x1b\\", "\x1b]8;;\x1b\\"},
    {"\x1b]4;1;red;200;blue;3;?\x07", "\x1b]104;1;200\x1b\\"},
    {"\x1b]5;0;red\x07", "\x1b]105;0\x1b\\"},
    {"\x1b]10;red;blue\x07", "\x1b]110\x1b\\\x1b]111\x1b\\"},
    {"\x1b]22;wait\x07", "\x1b]22;\x1b\\"},
    {"\x1b]9;4;3\x07", "\x1b]9;4;0\x1b\\"},
    // cut off: what is unfinished ends first
    {"\x1b[3", "\x18\x1b\\"},
    {"\x1b]0;ti", "\x18\x1b\\"},
    {"\xe2\x82", "\x18\x1b\\"},
    {"\x1b[?25l\x1bPq", "\x18\x1b\\\x1b[?25h"},
    // what would keep the rest from being understood is undone first
    {"\x1b[?25l\x1b[?2l", "\x1b<\x1b[?25h"},
    {"\x1b[?25l\x1b[5i", "\x1b[4i\x1b[?25h"},
    // resets in the stream
    {"\x1b[?1049h\033c", "\x1b[?47l"},
    {"\x1b[?1000h\x1b[1m\x1b(0\x1b[2;5r\033c", ""},
    {"\x1b[?1000h\x1b[1m\x1b(0\x1b[2;5r\x1b[!p", "\x1b[?1000l"},
    // programs
    {"\x1b[?1049h\x1b[22;0;0t\x1b[>4;2m\x1b[?1h\x1b=\x1b[?2004h\x1b[?1004h\x1b[1;24r\x1b[?12h"
     "\x1b[?12l\x1b[?25h\x1b[2 q",
     "\x1b[r\x1b[?1049l\x1b>\x1b[?1;1004;2004l\x1b[>4m\x1b[0 q\x1b[23;0t"},
};

// What is on at once at most.
std::string everything_left() {
  std::string all = "\x1b[5i\x1b[?6h";
  for (const char screen : {'l', 'h'}) {
    all += std::string("\x1b[?1049") + screen + "\x1b[=127u";
    for (int i = 0; i < 100; ++i) all += "\x1b[>127u";
  }
  for (unsigned n = 1; n < 60'000; ++n) {
    const auto known = vt::row_of(n).role == vt::mode_role::undone;
    if (n < 2100 || n > 59'900)
      all += "\x1b[?" + std::to_string(n) + (known && vt::row_of(n).initially ? 'l' : 'h');
  }
  all +=
      "\x1b[65000;65001r\x1b[65000;65001s\x1b[2;4;20h\x1b[12l\x1b=\x1b%@\x1b G\x1b[99 q\x1b[1\"q";
  all += "\x1b(\"?\x1b)\"?\x1b*\"?\x1b+\"?\x1bo\x1b|";
  for (int n = 0; n < 16; ++n) {
    all += "\x1b[>" + std::to_string(n) + ";99m\x1b[>" + std::to_string(n) + ";99f\x1b[22;0t";
  }
  for (int n = 0; n < 255; ++n) all += "\x1b]4;" + std::to_string(n) + ";red\x07";
  for (int n = 0; n < 8; ++n) all += "\x1b]5;" + std::to_string(n) + ";red\x07";
  all += "\x1b]10;a;b;c;d;e;f;g;h;i;j\x07\x1b]22;x\x07\x1b]9;4;1\x07\x1b]8;;x\x07";
  for (int n = 1; n < 80; ++n) all += "\x1b[" + std::to_string(n) + "m";
  return all + "\x1b[38;2;255;255;255;48;2;255;255;255;58;2;255;255;255m\x1b[19;4:5m\x1b]";
}

void check_laws(std::string_view shown) {
  auto j = after(shown);
  const auto undo = vt::reset(j);
  CAPTURE(shown, undo);

  for (const auto never : {"\033c"sv, "\x1b[!p"sv, "J"sv, "K"sv, "\x1b[?3"sv, ";3l"sv})
    REQUIRE(undo.find(never) == undo.npos);
  if (!j.alternate_screen() && j.state().keys[1].empty() && !j.state().values.maybe_alternate) {
    REQUIRE(undo.find("47l") == undo.npos);
    REQUIRE(undo.find("1049l") == undo.npos);
  }

  auto again = after("");
  again.feed(vt::reapply(j));
  auto wanted = j.state();
  wanted.values = {};
  REQUIRE(again.state() == wanted);
  again.feed(vt::reset(again));
  REQUIRE(again == vt::journal());

  const bool bare = j.at_ground() && j == vt::journal();
  REQUIRE(undo.empty() == bare);
  j.feed(undo);
  REQUIRE(j.at_ground());
  REQUIRE(j == vt::journal());
  REQUIRE(vt::reset(j).empty());
  REQUIRE(vt::reapply(j).empty());
}

}  // namespace

TEST_CASE("a reset undoes exactly what is on, in as few bytes as there can be") {
  for (const auto& row : rows) {
    CAPTURE(row.shown);
    CHECK(vt::reset(after(row.shown)) == row.undone_by);
    check_laws(row.shown);
  }
}

TEST_CASE("the laws of reset hold for whatever programs write") {
  std::mt19937 random(2718);
  const test::output_grammar grammar;
  for (int round = 0; round < 5000; ++round) {
    auto shown = grammar(random, 1 + random() % 40);
    if (round % 3 == 0) shown.resize(random() % (shown.size() + 1));
    check_laws(shown);
  }
}

TEST_CASE("the laws of reset hold for everything at once, and its bound is enough") {
  const auto all = everything_left();
  check_laws(all);
  auto j = after(all);
  CHECK(vt::reset(j).size() > vt::max_reset_bytes / 2);
  CHECK(vt::reset(j).size() <= vt::max_reset_bytes);
  j.feed("\x18\x1b]4;255;red\x07");
  CHECK(vt::reset(j).find("\x1b]104\x1b\\") != std::string::npos);
  check_laws(all + "\x18\x1b]4;255;red\x07");
}

TEST_CASE("both forms of a reset are the same bytes") {
  const auto j = after("\x1b[?1049h\x1b[>1u\x1b[?25l\x1b[31m");
  std::array<char, vt::max_reset_bytes> bytes;
  const auto size = vt::reset(j, bytes);
  CHECK(std::string_view(bytes.data(), size) == vt::reset(j));
}

TEST_CASE("what is brought back comes in an order that terminals understand") {
  const auto back = [](std::string_view shown) { return vt::reapply(after(shown)); };
  CHECK(
      back("\x1b[?1049h\x1b[>5u\x1b[1;31m\x1b[?25l\x1b[?1003h\x1b[?1000h\x1b[?1015h\x1b[?1006h") ==
      "\x1b[?1049h\x1b[>5u\x1b[?1003;1015;1000;1006h\x1b[?25l\x1b[1;31m");
  CHECK(back("\x1b[2;5r") == "\0337\x1b[2;5r\0338");
  CHECK(back("\x1b[?2026h\x1b[?2l\x1b[>4;2m") == "\x1b[>4;2m\x1b[?2026h\x1b[?2l");
  CHECK(back("\x1b]8;;x\x07\x1b]11;red\x07").empty());
}
