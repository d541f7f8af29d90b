// The last bytes of a session to the user's terminal: what undoes that which is on, and nothing
// else. Also of what tmux does not tell.
#include <algorithm>
#include <csignal>

#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/terminal.hpp>
#include <tests/support/text.hpp>
#include <tests/system/endings.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

// Bytes for a terminal, taken apart. A list of modes is one sequence for each of them.
struct taken_apart {
  std::vector<std::string> sequences{};
  std::string text{};
};

std::size_t end_of_string(std::string_view bytes) {
  const auto end = std::min(bytes.find('\a'), bytes.find("\x1b\\"));
  if (end == std::string_view::npos) return bytes.size();
  return end + (bytes[end] == '\a' ? 1 : 2);
}

// From an ESC on: one that is cut off is all that is left.
std::size_t size_of_sequence(std::string_view bytes) {
  if (bytes.size() < 2) return bytes.size();
  if (std::string_view("]P_^X").find(bytes[1]) != std::string_view::npos)
    return end_of_string(bytes);
  std::size_t at = bytes[1] == '[' ? 2 : 1;
  const char first_final = bytes[1] == '[' ? '@' : '0';
  while (at < bytes.size() && bytes[at] < first_final) ++at;
  return std::min(at + 1, bytes.size());
}

// "ESC [ ? 1 ; 25 l" is two.
void add_each_mode(std::string_view list, std::vector<std::string>& to) {
  const std::string start(list.substr(0, list[2] == '?' ? 3 : 2));
  for (const auto& mode : split(list.substr(start.size(), list.size() - start.size() - 1), ';'))
    to.push_back(start + mode + list.back());
}

bool sets_modes(std::string_view sequence) {
  return sequence.starts_with("\x1b[") && (sequence.ends_with('l') || sequence.ends_with('h'));
}

taken_apart take_apart(std::string_view bytes) {
  taken_apart all;
  while (!bytes.empty()) {
    std::size_t size = 1;
    if (bytes.front() == '\x1b') size = size_of_sequence(bytes);
    const auto piece = bytes.substr(0, size);
    bytes.remove_prefix(size);
    const bool control = std::string_view("\x1b\x0e\x0f\x18").find(piece[0]) != std::string::npos;
    if (!control) {
      all.text += piece;
    } else if (sets_modes(piece)) {
      add_each_mode(piece, all.sequences);
    } else {
      all.sequences.emplace_back(piece);
    }
  }
  return all;
}

struct mode_row {
  const char* what;
  std::string on;                      // as printf(1) reads it
  std::vector<std::string> undone_by;  // one of them
};

const std::vector<mode_row>& mode_rows() {
  static const std::vector<mode_row> rows{
      {"mouse reports", "\\033[?1002h", {"\x1b[?1002l"}},
      {"their encoding", "\\033[?1006h", {"\x1b[?1006l"}},
      {"focus reports", "\\033[?1004h", {"\x1b[?1004l"}},
      {"bracketed paste", "\\033[?2004h", {"\x1b[?2004l"}},
      {"colour scheme reports", "\\033[?2031h", {"\x1b[?2031l"}},
      {"size reports", "\\033[?2048h", {"\x1b[?2048l"}},
      {"synchronized output", "\\033[?2026h", {"\x1b[?2026l"}},
      {"a mode of the future", "\\033[?7654h", {"\x1b[?7654l"}},
      {"cursor keys", "\\033[?1h", {"\x1b[?1l"}},
      {"keypad", "\\033=", {"\x1b>"}},
      {"reverse video", "\\033[?5h", {"\x1b[?5l"}},
      {"no wrapping", "\\033[?7l", {"\x1b[?7h"}},
      {"hidden cursor", "\\033[?25l", {"\x1b[?25h"}},
      {"insert mode", "\\033[4h", {"\x1b[4l"}},
      {"newline mode", "\\033[20h", {"\x1b[20l"}},
      {"cursor's style", "\\033[5 q", {"\x1b[ q", "\x1b[0 q"}},
      {"pen", "\\033[1;31m", {"\x1b[m", "\x1b[0m"}},
      {"charset", "\\033(0", {"\x1b(B"}},
      {"shift out", "\\016", {"\x0f"}},
      {"title", "\\033[22;0t\\033]2;far\\007", {"\x1b[23;0t", "\x1b[23t"}},
      {"link", "\\033]8;;http://far.example\\007", {"\x1b]8;;\x1b\\", "\x1b]8;;\a"}},
      {"two kitty keyboards", "\\033[>1u\\033[>3u", {"\x1b[<2u"}},
      {"modifyOtherKeys", "\\033[>4;2m", {"\x1b[>4m", "\x1b[>4;0m"}},
      {"a colour of the palette", "\\033]4;1;#102030\\007", {"\x1b]104;1\x1b\\", "\x1b]104;1\a"}},
      {"the cursor's colour", "\\033]12;#102030\\007", {"\x1b]112\x1b\\", "\x1b]112\a"}},
      {"the background", "\\033]11;#102030\\007", {"\x1b]111\x1b\\", "\x1b]111\a"}},
  };
  return rows;
}

std::string all_on() {
  std::string bytes;
  for (const auto& row : mode_rows()) bytes += row.on;
  return bytes;
}

std::vector<std::string> readable(const std::vector<std::string>& sequences) {
  std::vector<std::string> all;
  for (const auto& each : sequences) all.push_back(escaped(each));
  return all;
}

// A session of a program that prints, up to its "FAR>".
struct printing_session {
  temp_dir dir;
  terminal user;
  termios before = user.modes();

  printing_session(const sshd& server, const std::string& bytes,
                   const std::vector<std::string>& options = {"-q"},
                   const std::string& behind = "FAR>") {
    write_file(dir / "program", prints("", bytes + behind).script);
    std::vector<std::string> words = options;
    words.insert(words.end(), {"-t", "far", "stty -echo; exec sh " + (dir / "program")});
    user.start(server.argv(SHIM_BINARY, words),
               {.env = {uncaught_crashes()}, .limits = {{RLIMIT_CORE, {0, 0}}}});
    user.expect("FAR>");
  }

  // Types it, waits for the end: what came after "FAR>".
  std::string after(std::string_view keys) {
    user.type(keys);
    user.wait_exit();
    CHECK(same_modes(user.modes(), before));
    return std::string(user.unexpected());
  }
};

// What of the rows the sequences do not undo, each once; and what else they do.
struct undoing {
  std::vector<std::string> missing{};
  std::vector<std::string> more{};

  bool operator==(const undoing&) const = default;
};
const undoing exact;

std::ostream& operator<<(std::ostream& out, const undoing& what) {
  out << "missing:";
  for (const auto& each : what.missing) out << " (" << each << ")";
  out << "; more:";
  for (const auto& each : what.more) out << " " << each;
  return out;
}

undoing compared(std::vector<std::string> sequences, const std::vector<mode_row>& rows) {
  undoing result;
  for (const auto& row : rows) {
    const auto found = std::find_first_of(sequences.begin(), sequences.end(), row.undone_by.begin(),
                                          row.undone_by.end());
    if (found == sequences.end()) {
      result.missing.emplace_back(row.what);
    } else {
      sequences.erase(found);
    }
  }
  result.more = readable(sequences);
  return result;
}

}  // namespace

TEST_CASE("the bytes of a test are taken apart as a terminal would") {
  const auto parts =
      take_apart("a\x1b[?1;25lb\x1b]8;;\x1b\\\x1b(B\x0f\x1b[0 q\x1b[m\r\n\x1b]11\a\x1b[1");
  CHECK(readable(parts.sequences) ==
        std::vector<std::string>{"\\x1b[?1l", "\\x1b[?25l", "\\x1b]8;;\\x1b\\\\", "\\x1b(B",
                                 "\\x0f", "\\x1b[0 q", "\\x1b[m", "\\x1b]11\\x07", "\\x1b[1"});
  CHECK(parts.text == "ab\r\n");
}

TEST_CASE("a session in which nothing stayed on ends without a byte of ours") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  CHECK(printing_session(server, "").after("q\r").empty());
  CHECK(printing_session(server,
                         "\\033[?1049h\\033[?1000;1006h\\033[1mtext\\033[m"
                         "\\033[?1000;1006l\\033[?1049l")
            .after("q\r")
            .empty());
  CHECK(printing_session(server, "", {}).after("q\r") == "Connection to 127.0.0.1 closed.\r\r\n");
}

TEST_CASE("at the end all that is on is undone, and nothing else, on a line of its own") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  struct row {
    const char* keys;
    std::vector<std::string> options;
    const char* text;
  };
  // From 10.0 on ssh says that itself after a hang-up, and where it stands.
  const bool ssh_says_so = ssh_is_from({10, 0});
  const row rows[] = {
      {"q\r", {"-q"}, ""},
      {"~.", {"-q"}, "\r\n"},
      {"~.",
       {},
       ssh_says_so ? "Connection to 127.0.0.1 closed.\r\n"
                   : "\r\nConnection to 127.0.0.1 closed.\r\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.keys);
    const auto closing =
        take_apart(printing_session(server, all_on(), row.options).after(row.keys));
    CHECK(closing.text == row.text);
    CHECK(compared(closing.sequences, mode_rows()) == exact);
  }
}

TEST_CASE("what is on alone is undone alone") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const std::string what :
       {"mouse reports", "keypad", "pen", "title", "two kitty keyboards"}) {
    CAPTURE(what);
    std::vector<mode_row> one = mode_rows();
    std::erase_if(one, [&](const mode_row& row) { return row.what != what; });
    REQUIRE(one.size() == 1);
    const auto closing = take_apart(printing_session(server, one.front().on).after("q\r"));
    CHECK(compared(closing.sequences, one) == exact);
    CHECK(closing.text.empty());
  }
}

TEST_CASE("the alternate screen is left once, and only by a session that was on it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const std::string number : {"1049", "1047", "47"}) {
    CAPTURE(number);
    const auto closing =
        take_apart(printing_session(server, "\\033[?" + number + "h").after("q\r"));
    CHECK(readable(closing.sequences) == std::vector<std::string>{"\\x1b[?" + number + "l"});
  }
}

TEST_CASE("a scroll region is undone with the cursor kept") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const auto closing = take_apart(printing_session(server, "\\0337\\033[5;20r\\0338").after("q\r"));
  CHECK(readable(closing.sequences) == std::vector<std::string>{"\\x1b"
                                                                "7",
                                                                "\\x1b[r",
                                                                "\\x1b"
                                                                "8"});
  CHECK(closing.text.empty());
}

TEST_CASE("a sequence that a session leaves unfinished is ended") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  struct row {
    const char* printed;
    const char* bytes;
  };
  const row rows[] = {
      {"\\033]2;half", "\x1b]2;half"},
      {"\\033Phalf", "\x1bPhalf"},
      {"\\033[?10", "\x1b[?10"},
      {"\\033", "\x1b"},
      {"\\303", "\xc3"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.printed);
    printing_session session(server, "FAR>" + std::string(row.printed), {"-q"}, "");
    session.user.expect(row.bytes);
    CHECK(escaped(session.after("~.")) == escaped("\x18\x1b\\\r\n"));
  }
}

TEST_CASE("a session that others end has its modes undone, on a line of its own") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  struct row {
    const char* what;
    std::function<pid_t(const terminal&)> whom;
    int signal;
  };
  const auto ours = [](const terminal& user) { return user.pid(); };
  const row rows[] = {
      {"SIGTERM", ours, SIGTERM},       {"SIGHUP", ours, SIGHUP}, {"SIGABRT", ours, SIGABRT},
      {"SIGSEGV", ours, SIGSEGV},       {"SIGBUS", ours, SIGBUS}, {"ssh killed", ssh_of, SIGKILL},
      {"ssh crashed", ssh_of, SIGSEGV},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    printing_session session(server, all_on());
    wait_until_sleeping(session.user.pid());  // it may have written what it has not noted yet
    send_signal(row.whom(session.user), row.signal);
    const auto closing = take_apart(session.after(""));
    CHECK(closing.text.starts_with("\r\n"));
    CHECK(compared(closing.sequences, mode_rows()) == exact);
  }
}
