// What the programs of test_programs.cpp are given to show.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace test::samples {

inline std::string numbered_lines(int count) {
  std::string all;
  for (int i = 1; i <= count; ++i) {
    all += "line " + std::to_string(i) + ", some words, ";
    all += i % 5 == 0 ? "\u4e16\u754c \U0001f600 e\u0301" : "na\u00efve \u2013 \u2500\u2502";
    all += i % 7 == 0 ? "\tand a tab, then on and on and on until there is no room left in the row"
                        "\n"
                      : "\n";
  }
  return all;
}

// Wide characters at each margin, characters of several code points, and colours.
inline std::string wide_lines() {
  std::string all;
  for (int i = 0; i < 60; ++i) {
    all += std::string(static_cast<std::size_t>(i % 4), '.');
    for (int n = 0; n < 45; ++n) all += n % 9 == 8 ? "e\u0301" : "\u6f22";
    all += "\n\x1b[3" + std::to_string(i % 8) + "m\uff21\uff22 \u1100 " + std::to_string(i) +
           "\x1b[m \x1b[7;48;5;" + std::to_string(i + 16) + "m\U0001f680\x1b[m\n";
  }
  return all;
}

inline constexpr std::string_view source_text = R"(#include <stdio.h>
/* Words in a comment. */
static const char *words[] = {"one", "two", 0};

int main(void) {
  for (int i = 0; words[i] != 0; i++)
    printf("%d: %s\n", i, words[i]);
  return 0;
}
)";

inline constexpr std::string_view manual_text = R"(.TH SAMPLE 1
.SH NAME
sample \- a page with \fBbold\fR and \fIunderlined\fR words
.SH DESCRIPTION
.B sample
does nothing, and does it
.I well.
.TP
.B \-x
An option.
.nf
)";

inline constexpr std::string_view printing_script = R"(
import sys
for i in range(256):
    sys.stdout.write('\x1b[48;5;%dm\x1b[38;5;%dm%4d' % (i, 255 - i, i))
print('\x1b[m')
for i in range(40):
    two = '\x1b[38;2;%d;%d;90m\u6f22\u5b57\x1b[m' % (i * 6, 255 - i * 6)
    print(two * 9, end='\x1b[1;4;3mx\x1b[m')
print()
for i in range(101):
    sys.stdout.write('\r[' + '#' * (i // 2) + ' ' * (50 - i // 2) + ']%4d%%' % i)
print('\n' + 'e\u0301\u0323 \U0001f600 \u2500\u253c\u2500 \x1b(0lqqk\x1b(B ' * 8)
print('\tone\ttwo\x08\x08\x08three', end='')
)";

inline constexpr std::string_view drawing_script = R"(
import curses
def run(s):
    curses.start_color()
    curses.use_default_colors()
    for n in range(1, 8):
        curses.init_pair(n, n, -1 if n % 2 else 7 - n)
    s.scrollok(True)
    s.idlok(True)
    def done(word):
        s.move(23, 0)
        s.addstr(word)
        s.refresh()
        return s.getch()
    s.box()
    for y in range(1, 22):
        look = curses.color_pair(y % 8) | (curses.A_BOLD if y % 3 else 0)
        s.addstr(y, y, 'row %d \u4e16\u754c' % y, look)
        s.hline(y, 40, curses.ACS_HLINE, y)
    done('first')
    s.setscrreg(2, 18)
    s.scroll(3)
    done('second')
    s.setscrreg(0, 23)
    s.move(5, 0)
    s.insertln()
    s.move(9, 0)
    s.deleteln()
    s.insstr(12, 3, 'inserted')
    for n in range(6):
        s.delch(14, 4)
    done('third')
    w = curses.newwin(8, 30, 6, 25)
    w.bkgd(' ', curses.color_pair(4) | curses.A_REVERSE)
    w.border()
    w.addstr(3, 4, 'over it \u2013 \u6f22', curses.A_UNDERLINE)
    w.refresh()
    done('again')
    s.clear()
    done('fifth')
curses.wrapper(run)
)";

}  // namespace test::samples
