// Real keys in real terminals: what they send now, and what it does to a session.
#include <algorithm>

#include <tests/support/captured_escapes.hpp>
#include <tests/support/file.hpp>
#include <tests/support/text.hpp>
#include <tests/support/tty_link.hpp>
#include <tests/system/capture_keys.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

#define SHIM_NEEDS_TERMINAL(which) \
  if (const auto no_terminal = x_terminal::why_not(which)) SHIM_SKIP(no_terminal->c_str())

namespace {

using kind = x_terminal::kind;

// A terminal in which one session of the shim's follows the other, the test at both ends.
class sessions_in_terminal {
 public:
  sessions_in_terminal(const sshd& server, const x_display& display, const terminal_setup& setup)
      : display_(display) {
    write_file(statuses_, "");
    terminal_.emplace(display, setup.which, one_after_the_other(server), run_options{},
                      setup.words);
  }

  void begin(const keyboard_mode& mode) {
    far_.emplace(far_end_.accept());
    if (ended_ == 0) terminal_->take_focus();
    far_->ask(mode.sequence + "\x1b[?1004h");
  }

  void press(const std::vector<std::string>& keys) { display_.press(keys); }

  // What reaches the far end of these keys; none of them may end the session.
  std::string received(std::vector<std::string> keys) {
    keys.emplace_back("F12");
    press(keys);
    return far_->expect("\x1b[24");
  }

  // The middle button, with bracketed paste: to its end.
  std::string pasted(std::string_view text_in_base64) {
    far_->ask("\x1b[?2004h\x1b]52;p;" + std::string(text_in_base64) + "\x1b\\");
    display_.click(2);
    return far_->expect("\x1b[201~");
  }

  // The user goes to another window and comes back, and the far end is told.
  void look_away() {
    terminal_->lose_focus();
    terminal_->take_focus();
  }

  // F12 may still be on its way before the answer.
  int cursor_row() {
    const std::string answer = far_->ask("\x1b[6n");
    return std::stoi(answer.substr(answer.rfind("\x1b[") + 2));
  }
  void clear() { far_->ask("\x1b[H\x1b[2J"); }

  // The status with which the session ended.
  std::string wait_end() {
    ++ended_;
    const std::string all = wait_for_content(statuses_, [this](std::string_view text) {
      return std::ranges::count(text, '\n') == ended_;
    });
    const std::string last = all.substr(0, all.size() - 1);
    return last.substr(last.rfind('\n') + 1);
  }

 private:
  std::vector<std::string> one_after_the_other(const sshd& server) const {
    std::vector<std::string> words{"/bin/sh", "-c",
                                   R"(file=$1; shift; while "$@"; echo $? >>"$file"; do :; done)",
                                   "sh", statuses_};
    for (std::string& word : server.argv(SHIM_BINARY, {"-t", "far"})) words.push_back(word);
    words.push_back(TTY_END + (" " + far_end_.path()));
    return words;
  }

  const x_display& display_;
  temp_dir dir_;
  std::string statuses_ = dir_ / "statuses";
  tty_link_server far_end_;
  std::optional<x_terminal> terminal_;
  std::optional<tty_link> far_;
  int ended_ = 0;
};

// Those that programs ask for: shells, editors, and all at once.
bool is_common(const keyboard_mode& mode) {
  static const std::vector<std::string> of_kitty{"0", "1", "3", "5", "7", "8", "15", "29", "31"};
  return std::ranges::find(of_kitty, mode.name) != of_kitty.end();
}

// In a session that stays.
void check_text(sessions_in_terminal& sessions) {
  sessions.received({"a", "asciitilde", "period", "Return", "Delete", "period"});
  sessions.press({"Return"});
  CHECK(sessions.pasted("bHMKfi4KZW5k").find("~.") != std::string::npos);  // "ls\n~.\nend"
  sessions.received({"asciitilde", "period"});
}

void check_help(sessions_in_terminal& sessions) {
  sessions.clear();
  sessions.received({"Return", "asciitilde", "question"});
  CHECK(sessions.cursor_row() > 5);
}

void check_disconnect(sessions_in_terminal& sessions) {
  sessions.press({"Return", "asciitilde"});
  sessions.look_away();
  sessions.press({"period"});
  CHECK(sessions.wait_end() == "255");
}

void escapes_work(const sshd& server, const x_display& display, const terminal_setup& setup) {
  sessions_in_terminal sessions(server, display, setup);
  for (const keyboard_mode& mode : setup.modes) {
    if (setup.which == kind::kitty && !is_common(mode)) continue;
    CAPTURE(mode.name);
    sessions.begin(mode);
    check_text(sessions);
    check_help(sessions);
    check_disconnect(sessions);
  }
}

void escapes_work_in(kind which) {
  const sshd server;
  const x_display display;
  for (const terminal_setup& setup : terminal_setups(which)) escapes_work(server, display, setup);
}

const captured_mode* find(const std::vector<captured_mode>& all, const captured_mode& like) {
  const std::string_view name = like.terminal;
  const auto family = name.substr(0, name.find('('));
  const auto found = std::ranges::find_if(all, [&](const captured_mode& each) {
    return each.terminal.starts_with(family) && each.mode == like.mode;
  });
  return found == all.end() ? nullptr : &*found;
}

// Another version may send something else, as long as it means the same.
void sends_what_the_file_says(kind which) {
  const auto recorded = read_terminal_keys(SHIM_SOURCE_DIR "/tests/vectors/terminal_keys.txt");
  const x_display display;
  const auto fresh = capture_keys(display, which);
  for (const captured_mode& mode : fresh) {
    CAPTURE(mode.mode);
    const captured_mode* in_file = find(recorded, mode);
    REQUIRE(in_file);
    if (mode.terminal != in_file->terminal) continue;
    for (const captured_key& key : in_file->keys) {
      if (key.is_report()) continue;  // sizes and places are this machine's
      INFO(key.pressed);
      CHECK(escaped(mode.bytes(key.pressed)) == escaped(key.bytes));
    }
  }
  check_escapes(fresh);
}

}  // namespace

TEST_CASE("xterm sends what the captured keys say, and it makes escapes") {
  SHIM_NEEDS_TERMINAL(kind::xterm);
  sends_what_the_file_says(kind::xterm);
}

TEST_CASE("kitty sends what the captured keys say, and it makes escapes") {
  SHIM_NEEDS_TERMINAL(kind::kitty);
  sends_what_the_file_says(kind::kitty);
}

TEST_CASE("escapes typed in xterm act in each of its keyboard modes") {
  SHIM_NEEDS_SSHD();
  SHIM_NEEDS_TERMINAL(kind::xterm);
  escapes_work_in(kind::xterm);
}

TEST_CASE("escapes typed in kitty act with the flags that programs ask for") {
  SHIM_NEEDS_SSHD();
  SHIM_NEEDS_TERMINAL(kind::kitty);
  escapes_work_in(kind::kitty);
}
