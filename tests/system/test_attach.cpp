// Real programs in a session whose window is closed: what another window shows of them.
//
// tmux is the terminal, as it tells what it shows: cells with their colours, cursor, modes. A
// program that is not there is skipped.
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tests/screen/program_samples.hpp>
#include <tests/support/file.hpp>
#include <tests/support/repaint_model.hpp>
#include <tests/support/text.hpp>
#include <tests/support/tmux.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

constexpr int rows = 24;
constexpr int columns = 80;
constexpr int other_rows = 31;
constexpr int other_columns = 97;

// As soon as the window shows the text, these keys are typed.
struct key_step {
  std::string shown;
  std::string typed;
};

struct shown_program {
  std::string name;  // and what it needs
  std::string line;  // for sh
  std::vector<key_step> steps;
  std::string shows;    // then
  bool moves = false;   // it shows something else from time to time, and after a redraw
  bool redraws = true;  // if its window gets another size
};

std::string control(char key) { return std::string(1, static_cast<char>(key & 0x1f)); }

const std::vector<shown_program>& programs() {
  const std::string blank(25, ' ');
  static const std::vector<shown_program> all{
      {"vim",
       "vim --clean -n -i NONE --cmd 'set ruler mouse=a' lines.txt words.c",
       {{"1,1", "\x1b:syntax on | set hlsearch number | echo 'at ' . (40 + 1)\r"},
        {"at 41", "ddp3yyPOnew \u4e16\u754c\x1b:split words.c | vsplit\r:echo 'at ' . (40 + 2)\r"}},
       "at 42"},
      {"less", "less -M lines.txt", {{"lines.txt", " "}, {"line 40", "/line 60\r"}}, "line 70"},
      {"less of wide characters", "less -R -m wide.txt", {{"%", "jjj\x1b)"}}, "%"},
      {"man", "man -P less -l ./sample.1", {{"DESCRIPTION", " "}}, "line 30"},
      {"git",
       "git -c core.pager='less -R' log --color --graph --stat -p",
       {{"Shorten", "G"}},
       "(END)"},
      {"python3 that prints", "python3 print.py; read -r line", {}, "three", false, false},
      {"python3 at its prompt",
       "python3 -q -I",
       {{">>>", "for i in range(30): print(i, '\u4e16\u754c' * i)\r\r"},
        {"29 ", "print('" + std::string(100, 'x') + "'.upper() + 'at', 40 + 1)\r"}},
       "at 41",
       false,
       false},
      {"python3 with curses",
       "python3 draw.py",
       {{"first", "x"}, {"second", "x"}},
       "third",
       false,
       false},
      // In the last column it would erase behind that: there xterm erases it, and tmux nothing.
      {"top", "top -w 79 -d 60", {{"COMMAND", "zxb"}}, "COMMAND", true},
      {"htop", "htop -d 100", {}, "F10", true},
      {"nano", "nano -I lines.txt", {{"Exit", "new \u4e16\u754c\r" + control('V')}}, "^X"},
      // A name alone in its line is that of the selected file.
      {"mc",
       "mc --nosubshell",
       {{"PullDn", control('N')}, {"/.git" + blank, control('N')}},
       "draw.py" + blank},
      {"dialog", "dialog --msgbox 'all is done' 8 40", {}, "all is done", false, false},
      {"an editor over a shell's lines",
       "seq 1 50; vim --clean -n -i NONE lines.txt",
       {{"1,1", "\x1b:syntax on | echo 'at ' . (40 + 1)\r"}},
       "at 41"},
  };
  return all;
}

std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

bool can_run(const shown_program& what) {
  const auto program = first_word(what.name);
  if (program == "an") return is_installed("vim");
  const bool pages = program == "git" || program == "man";
  return is_installed(program) && (!pages || is_installed("less"));
}

// The directory at the far end, with a few files to show. mc shows when each has changed, and that
// of the directory above.
class far_home {
 public:
  far_home() {
    std::filesystem::create_directories(home_ + "/.config/mc");
    std::filesystem::create_directory(files_);
    write_file(home_ + "/.config/mc/ini", "[Layout]\nfree_space=false\nmessage_visible=false\n");
    write_file(files_ + "/lines.txt", samples::numbered_lines(100));
    write_file(files_ + "/wide.txt", samples::wide_lines());
    write_file(files_ + "/words.c", std::string(samples::source_text));
    write_file(files_ + "/print.py", std::string(samples::printing_script));
    write_file(files_ + "/draw.py", std::string(samples::drawing_script));
    write_file(files_ + "/sample.1",
               std::string(samples::manual_text) + samples::numbered_lines(60));
    if (is_installed("git")) make_repository();
  }

  // What sh is to run, at the far end or here: the same surroundings for both.
  std::vector<std::string> command(const shown_program& what) {
    write_file(home_ + "/run",
               "cd " + files_ + "\nexport HOME=" + home_ + " LC_ALL=C.UTF-8 LESSHISTFILE=- " +
                   "GIT_CONFIG_NOSYSTEM=1 PATH=" + quoted({*base_environment().at("PATH")}) +
                   "\nunset LESS PAGER MANPAGER GIT_PAGER LINES COLUMNS XDG_RUNTIME_DIR "
                   "SSH_CLIENT SSH_CONNECTION SSH_TTY\n" +
                   what.line + "\n");
    return {"sh", home_ + "/run"};
  }

 private:
  void git(std::vector<std::string> words) {
    words.insert(words.begin(), {"git", "-c", "user.name=Test", "-c", "user.email=test@localhost"});
    run_well(words, {.env = {{"HOME", home_}, {"GIT_CONFIG_NOSYSTEM", "1"}}, .cwd = files_});
  }
  void make_repository() {
    git({"init", "-q"});
    git({"add", "."});
    git({"commit", "-q", "-m", "Add all files"});
    for (int i = 1; i <= 3; ++i) {
      write_file(files_ + "/words.c",
                 std::string(samples::source_text).substr(static_cast<std::size_t>(10 * i)));
      git({"commit", "-q", "-a", "-m", "Shorten it: \u00fcber " + std::to_string(i)});
    }
    write_file(files_ + "/words.c", std::string(samples::source_text));
  }

  temp_dir dir_;
  std::string home_ = dir_ / "home";
  std::string files_ = dir_ / "files";
};

struct picture {
  std::vector<std::string> rows;  // of cells, each with its pen
  std::string cursor;
  std::string state;
  bool operator==(const picture&) const = default;
};

// Tells cells apart by how they look, not by how tmux spells it: it gives back what it was sent, a
// colour as 97 or as 38;5;15, a line as U+2500 or by SO and the G1 that is set here.
std::vector<std::string> told_cells_of(const std::string& captured, int height, int width) {
  vt::screen s(height, width);
  s.feed("\x1b)0");
  const auto lines = split(captured, '\n');
  for (std::size_t n = 0; n + 1 < lines.size(); ++n) s.feed((n == 0 ? "" : "\r\n") + lines[n]);
  return told(s.shown(), s.tables());
}

// Behind the last column is where tmux has a cursor that waits to wrap; what ends the waiting is
// not the same everywhere.
std::string place_of_cursor(const std::string& column, const std::string& row, int width) {
  return std::to_string(std::min(std::stoi(column), width - 1)) + "," + row;
}

// One command for all, so that it is of one moment.
picture shown_in(tmux& window) {
  const auto all = window.command(
      {"display-message", "-p",
       "#{pane_height}/#{pane_width}/#{cursor_x}/#{cursor_y}/shown #{cursor_flag} "
       "mouse #{mouse_any_flag} #{mouse_standard_flag} #{mouse_button_flag} #{mouse_all_flag} "
       "#{mouse_sgr_flag} #{mouse_utf8_flag} alternate #{alternate_on} keypad #{keypad_flag} "
       "#{keypad_cursor_flag} insert #{insert_flag} origin #{origin_flag} wrap #{wrap_flag} region "
       "#{scroll_region_upper} #{scroll_region_lower} title #{pane_title}",
       ";", "capture-pane", "-p", "-e"});
  const auto line = all.find('\n');
  const auto told = split(all.substr(0, line), '/');
  const int height = std::stoi(told.at(0));
  const int width = std::stoi(told.at(1));
  return {told_cells_of(all.substr(line + 1), height, width),
          place_of_cursor(told.at(2), told.at(3), width), told.at(4)};
}

// Once it shows the same for a while: a program draws in several writes.
picture settled(tmux& window) {
  constexpr int times = 5;
  auto last = shown_in(window);
  const deadline end(patience);
  for (int same = 0; same < times;) {
    if (end.passed()) throw failure("the window never shows the same twice:\n" + window.screen());
    ::poll(nullptr, 0, 10);
    auto now = shown_in(window);
    same = now == last ? same + 1 : 0;
    last = std::move(now);
  }
  return last;
}

// The picture of a window that has time to become like `wanted`.
picture becomes(tmux& window, const std::function<picture()>& wanted) {
  picture now;
  const deadline end(patience);
  do {
    now = shown_in(window);
    if (now == wanted()) break;
    ::poll(nullptr, 0, 10);
  } while (!end.passed());
  return now;
}

void play(tmux& window, const shown_program& what) {
  for (const auto& step : what.steps) {
    window.wait_for(step.shown);
    window.send_bytes(step.typed);
  }
  window.wait_for(what.shows);
}

void check_same(const picture& found, const picture& wanted) {
  CHECK(found.cursor == wanted.cursor);
  CHECK(found.state == wanted.state);
  REQUIRE(found.rows.size() == wanted.rows.size());
  for (std::size_t n = 0; n < found.rows.size(); ++n) {
    INFO("row " << n);
    CHECK(found.rows[n] == wanted.rows[n]);
  }
}

run_options in_tmux(const held_place& place) {
  return place.options({{"LC_ALL", "C.UTF-8"}, {"TERM", "tmux-256color"}});
}

// What runs at the far end, but for the shell it was started by.
std::vector<pid_t> far_programs(const sshd& server, const std::string& name) {
  std::vector<pid_t> all;
  for (const pid_t pid : server.descendants()) {
    const auto words = command_line_of(pid);
    if (!words.empty() && words.front() == name) all.push_back(pid);
  }
  return all;
}

// A session with the program in it, left behind by a window that is killed.
picture left_behind(const held_place& place, const sshd& server,
                    const std::vector<std::string>& command, const shown_program& what) {
  tmux window(server.argv(SHIM_BINARY, {"-t", "far", quoted(command)}), in_tmux(place), rows,
              columns);
  play(window, what);
  if (what.moves)
    for (const pid_t pid : far_programs(server, what.name)) send_signal(pid, SIGSTOP);
  auto shown = settled(window);
  window.command({"new-window", "-d", "cat"});  // a server without a pane ends
  window.command({"kill-pane", "-t", "0.0"});
  CHECK(place.wait_until_detached("far").state == "left behind");
  return shown;
}

run_options in_utf8() {
  run_options options;
  options.env["LC_ALL"] = "C.UTF-8";
  return options;
}

}  // namespace

TEST_CASE("a program looks in a new window as it did in the one that was closed") {
  SHIM_NEEDS_SSHD();
  if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
  const sshd server;
  far_home home;
  int seen = 0;
  for (const auto& what : programs()) {
    if (!can_run(what)) continue;
    INFO(what.name);
    const held_place place;
    const auto wanted = left_behind(place, server, home.command(what), what);
    for (const bool again : {false, true}) {
      CAPTURE(again);
      tmux window({SHIM_BINARY, "attach"}, in_tmux(place), rows, columns);
      check_same(becomes(window, [&] { return wanted; }), wanted);
      if (again) continue;
      window.command({"new-window", "-d", "cat"});
      window.command({"kill-pane", "-t", "0.0"});
      place.wait_until_detached("far");
    }
    CHECK(place.verb({"kill", "-s", "KILL", "far"}).status == exited(0));
    ++seen;
  }
  CHECK(seen > 0);
}

TEST_CASE("a program looks in a window of another size as if its own had been resized") {
  SHIM_NEEDS_SSHD();
  if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
  const sshd server;
  far_home home;
  int seen = 0;
  for (const auto& what : programs()) {
    if (!can_run(what) || !what.redraws) continue;
    INFO(what.name);
    const auto command = home.command(what);
    tmux plain(command, in_utf8(), rows, columns);
    play(plain, what);
    settled(plain);
    plain.resize(other_rows, other_columns);
    settled(plain);
    const held_place place;
    left_behind(place, server, command, what);
    for (const pid_t pid : far_programs(server, what.name)) send_signal(pid, SIGCONT);
    tmux window({SHIM_BINARY, "attach"}, in_tmux(place), other_rows, other_columns);
    if (what.moves) {
      window.wait_for(what.shows);
      const auto found = settled(window);
      CHECK(found.state == settled(plain).state);
    } else {
      const auto found = becomes(window, [&] { return shown_in(plain); });
      check_same(found, shown_in(plain));
    }
    CHECK(place.verb({"kill", "-s", "KILL", "far"}).status == exited(0));
    ++seen;
  }
  CHECK(seen > 0);
}
