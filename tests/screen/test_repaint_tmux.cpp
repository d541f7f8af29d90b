// A repaint in another emulator: tmux shows the same after it as after the output itself, with the
// same scrollback behind.
#include <string>
#include <string_view>

#include <tests/catch.hpp>
#include <tests/support/repaint_model.hpp>
#include <tests/support/text.hpp>
#include <tests/support/tmux_showing.hpp>

namespace {

constexpr int rows = 10;
constexpr int columns = 40;

std::string lines(int count) {
  std::string all;
  for (int i = 0; i < count; ++i)
    all += "line \x1b[1;32m" + std::to_string(i) + "\x1b[m of \x1b[38;5;208many\x1b[m\r\n";
  return all;
}

std::string repeated(std::string_view text, int count) {
  std::string all;
  while (count-- > 0) all += text;
  return all;
}

struct row {
  const char* name;
  std::string shown;
};

const row table[] = {
    {"a prompt", "$ make\r\nall done\r\n$ "},
    {"lines that left the screen", lines(60) + "$ "},
    {"lines that wrap", repeated("0123456789", 30) + "\r\n" + repeated("wrapped ", 100)},
    {"a wide character that has no room", repeated("x", 39) + "\u4e16\u754c\r\n$ "},
    {"wide and combined characters",
     repeated("\u4e16\u754ce\u0301 \u2500\u2500 ", 12) + "\r\n\u00fcber \u2013 x\u0323\u0301 y"},
    {"colours up to the margin",
     "\x1b[44mblue\x1b[K\r\n\x1b[3;5H\x1b[41m\x1b[3X\x1b[m\x1b[4;1H\x1b[7mreverse\x1b[m x"},
    {"blanks between words", "\x1b[2;5Ha\x1b[2;30Hb\x1b[5;40Hc\x1b[10;1Hd"},
    {"the last column", "\x1b[3;1H" + repeated("y", columns)},
    {"an editor over a shell",
     lines(20) + "$ vi\x1b[?1049h\x1b[H\x1b[2J\x1b[31mtext\x1b[m\r\n~\r\n~\x1b[10;1H-- INSERT --"},
    {"an editor that was left", lines(5) + "\x1b[?1049h\x1b[Htext\x1b[?1049l$ "},
    {"a region in which it scrolls", "\x1b[1;8r" + lines(12) + "\x1b[10;1Hfoot"},
    {"styles", "\x1b[1mb\x1b[2md\x1b[22;3mi\x1b[4mu\x1b[4:3mc\x1b[0;9ms\x1b[53mo\x1b[m"},
};

struct tmux_picture {
  std::string screen, lines, state;
  bool operator==(const tmux_picture&) const = default;
};

tmux_picture shown_by_tmux(const std::string& bytes) {
  test::tmux_showing pane(bytes, rows, columns);
  return {pane->screen({"-e", "-S", "-"}), pane->screen({"-J", "-S", "-"}),
          pane->format("#{cursor_x},#{cursor_y} #{alternate_on} #{scroll_region_upper} "
                       "#{scroll_region_lower} #{history_size}")};
}

}  // namespace

TEST_CASE("tmux shows a repaint as it shows the output itself") {
  if (const auto why = test::tmux::why_not()) SHIM_SKIP(why->c_str());
  for (const auto& row : table) {
    test::kept_screen ours(rows, columns);
    ours.screen.feed(row.shown);
    const auto painted = ours.repainted().bytes;
    INFO(row.name << ": " << test::escaped(painted));
    const auto wanted = shown_by_tmux(row.shown);
    const auto found = shown_by_tmux(painted);
    CHECK(found.screen == wanted.screen);
    CHECK(found.lines == wanted.lines);
    CHECK(found.state == wanted.state);

    // And once the editor has been left.
    const auto left = shown_by_tmux(painted + "\x1b[?1049l\r\nafter");
    CHECK(left == shown_by_tmux(row.shown + "\x1b[?1049l\r\nafter"));
  }
}
