// What programs that draw a whole screen write, at random: cursor motion, erasing, inserting and
// deleting, scrolling, tabs, wide and combined characters, both screens; between them what
// output_grammar.hpp has.
#pragma once

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include <tests/support/output_grammar.hpp>

namespace test {

// In a pattern: `{` a number below 10, `^` a number up to 99, `$` a few words.
inline constexpr std::string_view screen_rows[] = {
    "$",
    "$",
    "$\r\n",
    "$\r\n",
    "0123456789abcdefghijklmnopqrstuvwxyz",
    "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz\r\n",
    "\u4e16\u754c",
    "\u4e16\u754c\u4e16\u754c\u4e16\u754c\u4e16\u754c",
    "e\u0301",
    "x\u0323\u0301\u0308",
    "\U0001f600\u200d",
    "\u2500\u2500\u2502",
    "\u0301",
    "\r",
    "\n",
    "\n\n\n",
    "\r\n\r\n",
    "\b",
    "\t",
    "\v",
    // the cursor
    "\x1b[{;{H",
    "\x1b[^;^H",
    "\x1b[H",
    "\x1b[{A",
    "\x1b[{B",
    "\x1b[{C",
    "\x1b[{D",
    "\x1b[{E",
    "\x1b[{F",
    "\x1b[^G",
    "\x1b[{d",
    "\x1b[999C",
    "\x1b[999;999H",
    "\0337",
    "\0338",
    "\x1b[{I",
    "\x1b[{Z",
    "\033H",
    "\x1b[g",
    "\x1b[3g",
    "\033D",
    "\033M",
    "\033E",
    // cells
    "\x1b[J",
    "\x1b[1J",
    "\x1b[2J",
    "\x1b[3J",
    "\x1b[K",
    "\x1b[1K",
    "\x1b[2K",
    "\x1b[?J",
    "\x1b[?1K",
    "\x1b[{X",
    "\x1b[{@",
    "\x1b[{P",
    "\x1b[{L",
    "\x1b[{M",
    "\x1b[{S",
    "\x1b[{T",
    "\x1b[{b",
    "\x1b[{'}",
    "\x1b[{'~",
    "\x1b[4h",
    "\x1b[4l",
    "\x1b[?7l",
    "\x1b[?7h",
    "\x1b[{;^r",
    "\x1b[?69h\x1b[{;^s",
    "\x1b[?69l",
    "\x1b[?6h",
    "\x1b[?6l",
    "\x1b#8",
    "\033N",
    "\033O",
    "\x1b[41m",
    "\x1b[0;7m",
    "\x1b[m",
    "\x1b[m",
    "\x1b[?1049h",
    "\x1b[?1049l",
    "\x1b[?47h",
    "\x1b[?47l",
    "\x1b[?1047h",
    "\x1b[?1047l",
    "\x1b[1\"q",
    "\x1b[\"q",
};

class screen_grammar {
 public:
  // A piece of output of `rows` rows. `random()` gives any unsigned numbers.
  template <class Random>
  std::string operator()(Random& random, std::size_t rows) const {
    std::string all;
    while (rows-- > 0) all += any(random, 4) == 0 ? others_(random, 1) : drawing(random);
    return all;
  }

 private:
  template <class Random>
  static std::size_t any(Random& random, std::size_t count) {
    return static_cast<unsigned>(random()) % count;
  }

  template <class Random>
  std::string drawing(Random& random) const {
    constexpr std::string_view words[] = {"make", "all", "of it", "0123456789", "x"};
    std::string text;
    for (const char c : screen_rows[any(random, std::size(screen_rows))]) {
      switch (c) {
        case '{': text += std::to_string(any(random, 10)); break;
        case '^': text += std::to_string(any(random, 100)); break;
        case '$': text += words[any(random, std::size(words))]; break;
        default: text += c;
      }
    }
    return text;
  }

  output_grammar others_;
};

}  // namespace test
