// Output that costs a terminal much for few bytes, for any size of it: each kind that was found.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct hostile {
  const char* name;
  std::string before;  // fed once
  std::string text;    // fed again and again
};

// At least a KiB of whole pieces.
inline std::string again(std::string_view piece) {
  std::string all;
  while (all.size() < 1024) all += piece;
  return all;
}

// `make(n)` for each n below `count`.
template <class Make>
std::string numbered(int count, const Make& make) {
  std::string all;
  for (int n = 0; n < count; ++n) all += make(n);
  return all;
}

inline std::string mark(int n) {  // U+0300 to U+033F
  return {'\xcc', static_cast<char>(0x80 + n % 64)};
}

inline std::vector<hostile> hostile_output() {
  using std::to_string;
  constexpr int more_than_any_table = 70'000;
  const std::string full = "\x1b#8";
  const std::string columns = full + "\x1b[?69h\x1b[2s\x1b[9999;2H";
  return {
      {"scroll_between_column_margins", columns, again("\x1b[S\x1b[T")},
      {"line_feeds_between_column_margins", columns, again("x\n")},
      {"lines_between_column_margins", columns + "\x1b[2;2H", again("\x1b[L\x1b[M")},
      {"insert_and_delete_columns", full, again("\x1b['}\x1b['~")},
      {"erase_coloured", full, again("\x1b[41m\x1b[H\x1b[J\x1b[42m\x1b[1J")},
      {"erase_selective", full + "\x1b[H", again("\x1b[?J")},
      {"erase_selective_guarded", "\x1b[1\"qx\x1b[65535b\x1b[65535b\x1b[65535b\x1b[65535b\x1b[H",
       again("\x1b[41m\x1b[?J\x1b[m\x1b[?J")},
      {"alignment_pattern", "", again(full)},
      {"alignment_pattern_to_history", "", again(full + "\x1b[9999S")},
      {"alignment_pattern_and_selective", "\x1b[H", again(full + "\x1b[?J")},
      {"repeat_ascii", "", again("x\x1b[65535b")},
      {"repeat_wide", "", again("\u4e16\x1b[65535b")},
      {"repeat_without_wrap", "\x1b[?7l", again("x\x1b[65535b")},
      {"repeat_between_column_margins", "\x1b[?69h\x1b[2;3s\x1b[9999;2H", again("x\x1b[65535b")},
      {"text_between_column_margins", "\x1b[?69h\x1b[2;3s\x1b[9999;2H", again("x")},
      {"repeat_inserting", "x\x1b[65535b\x1b[4h", again("\x1b[41m\t\xff\x1b[65535b")},
      {"insert_at_the_left", full + "\x1b[4h", again("\rx")},
      {"insert_and_delete_lines", full + "\x1b[H", again("\x1b[L\x1b[M")},
      {"blank_lines_to_history", "\x1b[9999H", again("\x1b[9999S")},
      {"full_reset", full, again("\033c")},
      {"alternate_screen", full, again("\x1b[?1049h\x1b[?1049l")},
      {"tab_without_stops", "\x1b[3g", again("\r\t")},
      {"usual_tab_stops", "", again("\x1b[?5W")},
      {"edits_never_asked_before", full,
       numbered(20'000,
                [](int n) {
                  return "\x1b[" + to_string(n % 250 + 1) + "G\x1b[" + to_string(n / 250 + 1) + '@';
                })},
      {"styles", "",
       numbered(more_than_any_table,
                [](int n) {
                  return "\x1b[38;2;" + to_string(n / 65536) + ';' + to_string(n / 256 % 256) +
                         ';' + to_string(n % 256) + "mx";
                })},
      {"links", "",
       numbered(more_than_any_table,
                [](int n) { return "\x1b]8;;h:" + to_string(n) + "\x1b\\x"; })},
      {"clusters", "",
       numbered(more_than_any_table,
                [](int n) { return 'x' + mark(n) + mark(n / 64) + mark(n / 4096); })},
      {"marks_without_end", "x", numbered(1024, mark)},
      {"titles_on_a_stack", "\x1b]0;" + std::string(4000, 't') + "\x07", again("\x1b[22t\x1b[23t")},
      {"colors", "",
       numbered(256, [](int n) { return "\x1b]4;" + to_string(n) + ";red\x07"; }) + "\x1b]104\x07"},
      {"modes", "",
       numbered(100,
                [](int n) { return "\x1b[?" + to_string(n) + ';' + to_string(3000 + n) + 'h'; })},
      {"invalid", "", again("\xff")},
      {"controls_in_a_sequence", "\x1b[", again("\n")},
  };
}

}  // namespace bench
