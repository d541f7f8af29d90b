// What programs write to terminals, at random: text, colours and every sequence that switches
// something, spelled as real ones are.
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace test {

// In a row's pattern: `#` a DEC private mode, `{` a number below 10, `^` a number up to 300, `$` a
// few words, `~` one of the finals of character sets.
struct output_row {
  std::string_view pattern;
  unsigned weight = 1;
  bool everywhere = true;  // false: terminals disagree on what else it does
};

inline constexpr output_row output_rows[] = {
    {"$", 8},
    {"$\r\n", 4},
    {"\r", 1},
    {"\u00e9\u4e16\u754c \U0001f600", 1},
    {"\x0e"},
    {"\x0f"},
    // drawing
    {"\x1b[m", 3},
    {"\x1b[{m", 2},
    {"\x1b[3{m", 3},
    {"\x1b[4{;1m", 2},
    {"\x1b[^m"},
    {"\x1b[38;5;^m", 2},
    {"\x1b[48;2;^;^;^m"},
    {"\x1b[38:2::^:^:^;1m"},
    {"\x1b[58:5:^;4:3m"},
    {"\x1b[22;23;24;25;27m"},
    {"\x1b(~"},
    {"\x1b)~"},
    {"\x1b*~"},
    {"\x1b-A"},
    {"\x1b(\"?"},
    {"\x1bn"},
    {"\x1bo"},
    {"\x1b|"},
    {"\x1b}"},
    {"\x1b[1\"q"},
    {"\x1b[0\"q"},
    // moving and clearing
    {"\x1b[H"},
    {"\x1b[{;^H", 2},
    {"\x1b[K"},
    {"\x1b[2J"},
    {"\x1b[{A"},
    {"\x1b[{C"},
    {"\0337", 2},
    {"\0338", 2},
    {"\x1b[s"},
    {"\x1b[u"},
    // modes
    {"\x1b[?#h", 8},
    {"\x1b[?#l", 5},
    {"\x1b[?#;#h", 3},
    {"\x1b[?#;#;#l"},
    {"\x1b[?#s"},
    {"\x1b[?#r"},
    {"\x1b[?1049h", 3},
    {"\x1b[?1049l", 2},
    {"\x1b[?6h"},
    {"\x1b[?25l", 2},
    {"\x1b[4h"},
    {"\x1b[4l"},
    {"\x1b[20h"},
    {"\x1b[2;12l"},
    {"\x1b="},
    {"\x1b>"},
    {"\x1b[{;1{r", 3},
    {"\x1b[r"},
    {"\x1b[3;2{s"},
    {"\x1b G"},
    {"\x1b F"},
    {"\x1b[{ q", 2},
    {"\x1b[5i", 1, false},
    {"\x1b[4i", 1, false},
    {"\x1b%@", 1, false},
    {"\x1b%G", 1, false},
    {"\x1b<", 1, false},
    {"\x1b[!p", 1, false},
    {"\033c", 1, false},  // tmux stays on the alternate screen
    // keys
    {"\x1b[>^u", 3},
    {"\x1b[<u", 2},
    {"\x1b[<{u"},
    {"\x1b[={;{u"},
    {"\x1b[>4;{m", 2},
    {"\x1b[>{;{m"},
    {"\x1b[>4m"},
    {"\x1b[>m"},
    {"\x1b[>{n"},
    {"\x1b[>{;{f"},
    // titles, colours and the like
    {"\x1b[22;{t", 2},
    {"\x1b[23;{t"},
    {"\x1b]0;$\x07", 2},
    {"\x1b]2;$\x1b\\"},
    {"\x1b]4;^;rgb:00/11/22;^;?\x1b\\", 2},
    {"\x1b]104;^\x07"},
    {"\x1b]104\x07"},
    {"\x1b]5;{;red\x1b\\"},
    {"\x1b]1{;red\x07", 2},
    {"\x1b]10;red;?;blue\x07"},
    {"\x1b]11{\x07"},
    {"\x1b]8;;http://host/$\x1b\\", 2},
    {"\x1b]8;;\x1b\\"},
    {"\x1b]22;pointer\x1b\\"},
    {"\x1b]9;4;{;50\x1b\\"},
    {"\x1b]52;c;?\x07"},
    {"\x1bP+q544e\x1b\\"},
    {"\x1b_Gi=1;AAAA\x1b\\"},
};

inline constexpr unsigned output_modes[] = {
    1,    2,    4,    5,    6,    7,    8,    9,    12,   18,   25,   45,   47,   66,
    69,   1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1034, 1036, 1047,
    1048, 1049, 2004, 2026, 2027, 2031, 2048, 9001, 3,    40,   67,   1010, 77,   4711};

class output_grammar {
 public:
  // `everywhere`: only what all terminals take alike, so that they can be compared.
  explicit output_grammar(bool everywhere = false) : everywhere_(everywhere) {}

  // A piece of output of `rows` rows. `random()` gives any unsigned numbers.
  template <class Random>
  std::string operator()(Random& random, std::size_t rows) const {
    std::string all;
    while (rows-- > 0) all += filled(row(random), random);
    return all;
  }

 private:
  bool is_taken(const output_row& row) const { return row.everywhere || !everywhere_; }

  template <class Random>
  const output_row& row(Random& random) const {
    unsigned all = 0;
    for (const auto& each : output_rows) all += is_taken(each) ? each.weight : 0;
    auto left = static_cast<unsigned>(random()) % all;
    for (const auto& each : output_rows) {
      if (!is_taken(each)) continue;
      if (left < each.weight) return each;
      left -= each.weight;
    }
    return output_rows[0];
  }

  template <class Random>
  std::string filled(const output_row& row, Random& random) const {
    constexpr std::string_view words[] = {"make", "all", "of it", "0123456789", "x"};
    constexpr std::string_view finals = "B0A1BBB>";
    const auto any = [&random](auto count) { return static_cast<unsigned>(random()) % count; };
    std::string text;
    for (const char c : row.pattern) {
      switch (c) {
        case '#': text += std::to_string(mode(random)); break;
        case '{': text += std::to_string(any(10u)); break;
        case '^': text += std::to_string(any(301u)); break;
        case '$': text += words[any(std::size(words))]; break;
        case '~': text += finals[any(finals.size())]; break;
        default: text += c;
      }
    }
    return text;
  }

  // VT52 has other sequences altogether: that is nothing to compare terminals in.
  template <class Random>
  unsigned mode(Random& random) const {
    const auto number = output_modes[static_cast<unsigned>(random()) % std::size(output_modes)];
    return everywhere_ && (number == 2 || number == 3) ? 2004 : number;
  }

  bool everywhere_;
};

}  // namespace test
