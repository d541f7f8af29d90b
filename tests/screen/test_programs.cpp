// Real programs: what they write to a terminal of ours, shown by a screen and by tmux.
//
// Recorded anew each time, as other machines have other versions. A program that is not there is
// skipped.
#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <tests/screen/program_samples.hpp>
#include <tests/support/file.hpp>
#include <tests/support/process.hpp>
#include <tests/support/recording.hpp>
#include <tests/support/repaint_model.hpp>
#include <tests/support/temp_dir.hpp>
#include <tests/support/text.hpp>
#include <tests/support/tmux_showing.hpp>

namespace {

constexpr int rows = 24;
constexpr int columns = 80;

// Where a program is at home, with a few files to show.
struct home {
  home();
  std::string operator/(std::string_view name) const { return dir / name; }

  test::temp_dir dir;
  test::run_options options;
};

home::home() {
  options.env["HOME"] = dir.path();
  options.env["LC_ALL"] = "C.UTF-8";
  options.env["LESSHISTFILE"] = "-";
  for (const char* name : {"LESS", "PAGER", "MANPAGER", "GIT_PAGER", "LINES", "COLUMNS"})
    options.env[name] = std::nullopt;
  options.cwd = dir.path();
  test::write_file(*this / "lines.txt", test::samples::numbered_lines(100));
  test::write_file(*this / "wide.txt", test::samples::wide_lines());
  test::write_file(*this / "words.c", std::string(test::samples::source_text));
  test::write_file(*this / "sample.1",
                   std::string(test::samples::manual_text) + test::samples::numbered_lines(60));
}

std::optional<std::string> why_not(const std::string& program) {
  if (test::found_in_path(program).empty()) return "there is no " + program;
  return test::tmux::why_not();
}

// What two terminals are compared by: the cells of each row, each with its pen.
struct picture {
  std::vector<std::string> lines;
  std::string state;
};

// Rows of single cells only up to `width`, and without what was erased at their ends: tmux does not
// tell in which colour that was.
std::vector<std::string> told_rows(const vt::screen& s, std::size_t width) {
  std::vector<std::string> lines;
  std::string buffer;
  for (int n = 0; n < s.rows(); ++n) {
    test::told_cells cells;
    std::size_t written = 0;
    vt::for_each_stretch(s.shown().row(n), s.columns(), s.tables(), buffer,
                         [&](const vt::stretch& found) {
                           test::tell(cells, found);
                           if (found.glyphs != 0) written = cells.size();
                         });
    cells.resize(std::min(written, width));
    lines.push_back(test::joined(std::move(cells)));
  }
  return lines;
}

picture shown_by_us(const std::string& bytes, std::size_t width, std::mt19937& random) {
  vt::screen s(rows, columns);
  for (std::string_view rest = bytes; !rest.empty();) {
    const auto piece = std::min<std::size_t>(random() % 200 + 1, rest.size());
    s.feed(rest.substr(0, piece));
    rest.remove_prefix(piece);
  }
  const auto number = [](int n) { return std::to_string(n) + ' '; };
  return {told_rows(s, width), number(s.cursor().row) + number(s.cursor().column) +
                                   number(s.on_alternate() ? 1 : 0) + number(s.margins().first) +
                                   number(s.margins().last - 1) + number(s.text().origin ? 1 : 0) +
                                   number(s.inserting() ? 1 : 0) + number(s.autowrap() ? 1 : 0)};
}

// Behind the last column is where tmux has a cursor that waits to wrap. What ends the waiting is
// not the same everywhere: EL does for xterm, and does not for tmux.
std::string state_of(test::tmux& pane) {
  const auto column = std::min(std::stoi(pane.format("#{cursor_x}")), columns - 1);
  return pane.format("#{cursor_y} " + std::to_string(column) +
                     " #{alternate_on} #{scroll_region_upper} #{scroll_region_lower} "
                     "#{origin_flag} #{insert_flag} #{wrap_flag} ");
}

// In what tmux gives back lines are drawn by SO, and so by a G1 that is to be set.
picture shown_by_tmux(const std::string& bytes, std::size_t width) {
  test::tmux_showing pane(bytes, rows, columns);
  vt::screen s(rows, columns);
  s.feed("\x1b)0");
  const auto lines = test::split(pane->screen({"-e", "-N"}), '\n');
  for (std::size_t n = 0; n < lines.size(); ++n) s.feed((n == 0 ? "" : "\r\n") + lines[n]);
  return {told_rows(s, width), state_of(*pane)};
}

// Without a sequence or a character at the end that is not whole.
std::string whole(std::string bytes) {
  vt::screen s(rows, columns);
  s.feed(bytes);
  bytes.resize(bytes.size() - s.pending().size());
  return bytes;
}

// At each step that was typed, and at the end.
void same_as_in_tmux(const test::recording& made, std::size_t width = columns) {
  std::mt19937 random(11);
  for (const auto mark : made.marks) {
    const auto bytes = whole(made.bytes.substr(0, mark));
    const auto wanted = shown_by_tmux(bytes, width);
    const auto found = shown_by_us(bytes, width, random);
    INFO(mark << " bytes of " << made.bytes.size() << ": " << test::escaped_tail(bytes));
    for (int n = 0; n < rows; ++n) {
      INFO("row " << n);
      const auto row = static_cast<std::size_t>(n);
      CHECK(found.lines[row] == wanted.lines[row]);
    }
    CHECK(found.state == wanted.state);
  }
}

std::string control(char key) { return std::string(1, static_cast<char>(key & 0x1f)); }

}  // namespace

TEST_CASE("vim: a screen shows it as tmux does") {
  if (const auto why = why_not("vim")) SHIM_SKIP(why->c_str());
  const home at;
  same_as_in_tmux(test::record(
      {"vim", "--clean", "-n", "-i", "NONE", "--cmd", "set ruler", "lines.txt", "words.c"},
      {{"1,1", "\x1b:syntax on | echo 'at ' . (40 + 1)\r"},
       {"at 41", ":set hlsearch number | /words\r:echo 'at ' . (40 + 2)\r"},
       {"at 42", "ddp3yyP\x04\x04\x19\x19:echo 'at ' . (40 + 3)\r"},
       {"at 43", "Onew \u4e16\u754c\x1b:split words.c | vsplit | echo 'at ' . (40 + 4)\r"},
       {"at 44", "G\x05\x05:wincmd w | echo 'at ' . (40 + 5)\r"},
       {"at 45", ":!echo from a $((40 + 6)) ${TERM:+shell}\r"},
       {"from a 46 shell", "\r:only! | echo 'at ' . (40 + 7)\r"},
       {"at 47", ":qa!\r"}},
      at.options));
}

TEST_CASE("less: a screen shows it as tmux does") {
  if (const auto why = why_not("less")) SHIM_SKIP(why->c_str());
  const home at;
  same_as_in_tmux(test::record({"less", "-M", "lines.txt"},
                               {{"lines.txt", " "},
                                {"line 40", "/line 60\r"},
                                {"line 70", "kkkuy"},
                                {"lines.txt", "G"},
                                {"(END)", "bb"},
                                {"lines.txt", "-S\r"},
                                {"hop", "q"}},
                               at.options));
}

TEST_CASE("less with wide characters and colours: a screen shows it as tmux does") {
  if (const auto why = why_not("less")) SHIM_SKIP(why->c_str());
  const home at;
  same_as_in_tmux(test::record({"less", "-R", "-m", "wide.txt"},
                               {{"%", "j\x1b)"}, {"%", "G"}, {"(END)", "kkkkb"}, {"%", "q"}},
                               at.options));
}

TEST_CASE("man: a screen shows it as tmux does") {
  if (const auto why = why_not("man")) SHIM_SKIP(why->c_str());
  if (const auto why = why_not("less")) SHIM_SKIP(why->c_str());
  const home at;
  same_as_in_tmux(test::record({"man", "-P", "less", "-l", at / "sample.1"},
                               {{"DESCRIPTION", " "}, {"line 30", "G"}, {"(END)", "q"}},
                               at.options));
}

TEST_CASE("git log with colours: a screen shows it as tmux does") {
  if (const auto why = why_not("git")) SHIM_SKIP(why->c_str());
  if (const auto why = why_not("less")) SHIM_SKIP(why->c_str());
  home at;
  at.options.env["GIT_CONFIG_NOSYSTEM"] = "1";
  const auto git = [&at](std::vector<std::string> words) {
    words.insert(words.begin(), {"git", "-c", "user.name=Test", "-c", "user.email=test@localhost"});
    test::run_well(words, at.options);
  };
  git({"init", "-q"});
  git({"add", "."});
  git({"commit", "-q", "-m", "Add all files"});
  for (int i = 1; i <= 6; ++i) {
    test::write_file(at / "lines.txt",
                     test::samples::numbered_lines(100 - 3 * i) + "a last \u4e16\u754c line\n");
    git({"commit", "-q", "-a", "-m", "Shorten it: \u00fcber " + std::to_string(i)});
  }
  same_as_in_tmux(
      test::record({"git", "-c", "core.pager=less -R", "log", "--color", "--graph", "--stat", "-p"},
                   {{":", " "}, {"Shorten", "/@@\r"}, {"@@", "GG"}, {"(END)", "q"}}, at.options));
  same_as_in_tmux(
      test::record({"git", "--no-pager", "log", "--color", "-p", "-3"}, {}, at.options));
}

TEST_CASE("a script that prints: a screen shows it as tmux does") {
  if (const auto why = why_not("python3")) SHIM_SKIP(why->c_str());
  const home at;
  test::write_file(at / "print.py", std::string(test::samples::printing_script));
  same_as_in_tmux(test::record({"python3", "print.py"}, {}, at.options));
}

// Nothing is erased back over a margin: tmux goes to the row before at a BS, where xterm stays if
// no reverse wraparound (DECSET 45) is on.
TEST_CASE("a python prompt: a screen shows it as tmux does") {
  if (const auto why = why_not("python3")) SHIM_SKIP(why->c_str());
  const home at;
  same_as_in_tmux(test::record(
      {"python3", "-q", "-I"},
      {{">>> ", "for i in range(30): print(i, '\u4e16\u754c' * i)\r\r"},
       {"29 ", "print('" + std::string(100, 'x') + "'.upper())\r"},
       {"XX", "no" + control('A') + "1" + control('E') + control('U') + "print('at', 40 + 1)\r"},
       {"at 41", control('D')}},
      at.options));
}

TEST_CASE("a shell with long lines that are edited: a screen shows it as tmux does") {
  if (const auto why = why_not("bash")) SHIM_SKIP(why->c_str());
  home at;
  at.options.env["INPUTRC"] = "/dev/null";
  at.options.env["PS1"] = "\\[\\e[1;32m\\]here\\[\\e[m\\] \\w \u4e16\u754c> ";
  const std::string long_line = "echo " + std::string(90, 'w') + " \u6f22\u5b57 words at $((40 + ";
  same_as_in_tmux(
      test::record({"bash", "--norc", "--noprofile", "-i"},
                   {{"> ", long_line + "1))" + control('A') + "LC_X=1 " + control('E') + "\r"},
                    {"at 41", ""},
                    {"> ", control('P') + "\x7f\x7f\x7f" + "2)) any" + control('W') + "more\r"},
                    {"at 42 more", ""},
                    {"> ", "cat wo\t && seq 30 && : " + control('A') + "\x1b" + "f " + "\r"},
                    {"30\r\n", ""},
                    {"> ", control('R') + "LC_X"},
                    {"LC_X", control('G') + "clear; echo at $((40 + 3))\r"},
                    {"at 43", ""},
                    {"> ", "exit\r"}},
                   at.options));
}

TEST_CASE("curses: a screen shows it as tmux does") {
  if (const auto why = why_not("python3")) SHIM_SKIP(why->c_str());
  const home at;
  if (test::run({"python3", "-c", "import curses"}, at.options).status != test::exited(0))
    SHIM_SKIP("python3 has no curses");
  test::write_file(at / "draw.py", std::string(test::samples::drawing_script));
  same_as_in_tmux(test::record(
      {"python3", "draw.py"},
      {{"first", "x"}, {"second", "x"}, {"third", "x"}, {"again", "x"}, {"fifth", "x"}},
      at.options));
}

// It fills its rows and then does an EL, which for xterm erases the last column, as the cursor is
// in it, and for tmux nothing.
TEST_CASE("top: a screen shows it as tmux does") {
  if (const auto why = why_not("top")) SHIM_SKIP(why->c_str());
  const home at;
  same_as_in_tmux(
      test::record({"top", "-d", "60"},
                   {{"COMMAND", "zxb"}, {"COMMAND", "h"}, {"Help", "\x1b"}, {"COMMAND", "q"}},
                   at.options),
      columns - 1);
}

TEST_CASE("htop: a screen shows it as tmux does") {
  if (const auto why = why_not("htop")) SHIM_SKIP(why->c_str());
  const home at;
  same_as_in_tmux(test::record({"htop", "-d", "100"}, {{"Quit", "q"}}, at.options));
}

TEST_CASE("nano: a screen shows it as tmux does") {
  if (const auto why = why_not("nano")) SHIM_SKIP(why->c_str());
  const home at;
  same_as_in_tmux(test::record(
      {"nano", "lines.txt"},
      {{"Exit", "new \u4e16\u754c\r" + control('V') + control('V') + control('X')}, {"Save", "n"}},
      at.options));
}

TEST_CASE("mc: a screen shows it as tmux does") {
  if (const auto why = why_not("mc")) SHIM_SKIP(why->c_str());
  const home at;
  same_as_in_tmux(test::record({"mc", "--nosubshell"}, {{"PullDn", "\x1b[21~"}}, at.options));
}

TEST_CASE("dialog: a screen shows it as tmux does") {
  if (const auto why = why_not("dialog")) SHIM_SKIP(why->c_str());
  const home at;
  same_as_in_tmux(test::record({"dialog", "--msgbox", "finished", "8", "40"}, {{"finished", "\r"}},
                               at.options));
}
