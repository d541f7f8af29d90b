// What the far end of a real ssh receives, through the shim and through plain ssh.
#include <algorithm>
#include <map>
#include <random>

#include <tests/support/escape_model.hpp>
#include <tests/support/file.hpp>
#include <tests/support/terminal.hpp>
#include <tests/support/text.hpp>
#include <tests/support/vectors.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

// A session whose far end records, at a terminal where the test types: faster than any hand, so
// the shim must not take it for a paste.
class recorded {
 public:
  recorded(const sshd& server, const std::string& program, const std::string& escape) {
    write_file(file_, "");
    write_file(config_, "paste_guard = false\n");
    std::vector<std::string> words{"-e", escape, "-t", "far", FAR_END + (" " + file_)};
    if (program == SHIM_BINARY) words.insert(words.begin(), {"--config", config_});
    user.start(server.argv(program, words));
    user.expect("far_end: ready\r\n");
  }

  std::string received_once(const std::function<bool(std::string_view)>& enough) {
    return wait_for_content(file_, enough);
  }
  std::string received() const { return read_file(file_); }

  // Ends it from the far side; what had come by then.
  std::string finish() {
    user.type(end);
    CHECK(user.wait_exit() == exited(0));
    auto all = received();
    REQUIRE(all.ends_with(end));
    return all.substr(0, all.size() - end.size());
  }

  terminal user;

 private:
  // The end that far_end knows, where no escape character begins an escape.
  static constexpr std::string_view end = "\nend\x1d\x1dq";
  temp_dir dir_;
  std::string file_ = dir_ / "received";
  std::string config_ = dir_ / "config.toml";
};

struct row {
  std::string number;
  std::string escape;
  std::string typed;
  std::string received;
  std::string commands;
  bool differs;

  bool ends() const { return commands.ends_with('.'); }
  // Stops the program or detaches it: a test of its own each.
  bool leaves() const { return commands.find_first_of("\x1a&D") != std::string::npos; }
};

std::vector<row> all_rows() {
  std::vector<row> rows;
  for (const auto& columns : read_vectors(SHIM_SOURCE_DIR "/tests/vectors/escapes.txt")) {
    auto commands = unescaped(columns[4]);
    std::erase(commands, ' ');
    const bool differs = columns[0] == "D" || (columns.size() > 5 && !columns[5].empty());
    const auto escape = columns[1].starts_with('\\') ? unescaped(columns[1]) : columns[1];
    rows.push_back(
        {columns[0], escape, unescaped(columns[2]), unescaped(columns[3]), commands, differs});
  }
  return rows;
}

void type(terminal& user, std::string_view bytes, std::size_t piece) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
    user.type(bytes.substr(0, piece));
}

// All rows of one escape character in one session, each from a line start of its own. (LF: with
// `-e ^M` a CR would be an escape.)
void check_rows(const sshd& server, const std::string& program, const std::string& escape,
                const std::vector<row>& rows, std::size_t piece) {
  recorded session(server, program, escape);
  std::string expected;
  for (const auto& row : rows) {
    type(session.user, "\n" + row.typed, piece);
    expected += "\n" + row.received;
  }
  CAPTURE(program, escaped(escape), piece);
  CHECK(escaped(session.finish()) == escaped(expected));
}

std::map<std::string, std::vector<row>> by_escape(const std::function<bool(const row&)>& wanted) {
  std::map<std::string, std::vector<row>> sorted;
  for (const auto& row : all_rows())
    if (wanted(row)) sorted[row.escape].push_back(row);
  return sorted;
}

bool ssh_has_info() { return ssh_is_from({10, 3}); }

// Typing that never ends or stops a session, and that ssh of every version takes alike. No ESC: ssh
// knows no sequences, we do.
std::string random_typing(unsigned seed, std::size_t size) {
  static constexpr std::string_view alphabet = "~~~~~~\r\r\r\n\nxy ?BRvV/1\x7f\xff\xff\xc3\xa9";
  std::mt19937 random(seed);
  std::string typed(size, '\0');
  for (auto& byte : typed) byte = alphabet[random() % alphabet.size()];
  return typed;
}

// Typed in pieces of 1 to `longest` bytes.
std::string received_of(const sshd& server, const std::string& program, std::string_view typed,
                        unsigned longest) {
  recorded session(server, program, "~");
  std::mt19937 random(longest);
  while (!typed.empty()) {
    const auto piece = typed.substr(0, 1 + random() % longest);
    session.user.type(piece);
    typed.remove_prefix(piece.size());
  }
  return session.finish();
}

}  // namespace

TEST_CASE("the far end receives what the vectors say, whole and byte by byte") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const auto lasting = [](const row& r) { return !r.ends() && !r.leaves() && r.escape != "none"; };
  for (const auto& [escape, rows] : by_escape(lasting)) {
    check_rows(server, SHIM_BINARY, escape, rows, 1000);
    check_rows(server, SHIM_BINARY, escape, rows, 1);
  }
}

TEST_CASE("plain ssh does what the vectors say, but where they say that we differ") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const auto common = [](const row& r) { return !r.ends() && !r.leaves() && !r.differs; };
  for (const auto& [escape, rows] : by_escape(common))
    check_rows(server, real_ssh(), escape, rows, 1);
}

TEST_CASE("a disconnecting escape loses nothing that was typed before it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const auto& row : all_rows()) {
    if (!row.ends()) continue;
    CAPTURE(row.number, escaped(row.escape), escaped(row.typed));
    recorded session(server, SHIM_BINARY, row.escape);
    session.user.type(row.typed);
    CHECK(session.user.wait_exit() == exited(255));
    CHECK(escaped(session.received()) == escaped(row.received));
  }
}

TEST_CASE("any typing arrives as it does through plain ssh") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const unsigned longest : {1U, 3U, 16U, 500U}) {
    const auto typed = random_typing(longest, 3000);
    CAPTURE(longest);
    const auto through_ssh = received_of(server, real_ssh(), typed, longest);
    CHECK(escaped(received_of(server, SHIM_BINARY, typed, longest)) == escaped(through_ssh));
    escape_model model{'~', std::string(ssh_keys)};
    model.type(typed);
    CHECK(escaped(through_ssh) == escaped(model.sent));
  }
}

TEST_CASE("all bytes arrive unchanged") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const auto typed = "x" + any_bytes(200'000);
  recorded session(server, SHIM_BINARY, "~");
  session.user.type(typed);
  escape_model model{'~', std::string(ssh_keys), std::string(own_keys)};
  model.type(typed);
  if (model.acted.empty()) CHECK((session.finish() == model.sent));
}

TEST_CASE("ssh's own commands are done by ssh, and show the user's escape character") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  recorded session(server, SHIM_BINARY, "^]");
  session.user.type("\x1d#");
  session.user.expect("\x1d#\r\nThe following connections are open:\r\n  #0 client-session");
  session.user.type("\x1dv");
  session.user.expect("\x1dv [LogLevel VERBOSE]\r\n");
  session.user.type(
      "\x1d"
      "B");
  session.user.expect(
      "\x1d"
      "B\r\n");
  session.user.type(
      "\x1d"
      "C");
  session.user.expect("commandline disabled");
  session.user.type("\x1dI");
  session.user.expect(ssh_has_info() ? "\x1dI\r\n" : "^]I [needs OpenSSH 10.3 or newer]\r\n");
  if (ssh_has_info()) session.user.expect("Connection information for ");
  session.user.type(
      "\x1d"
      "R\x1d\x1d");
  CHECK(session.received_once([](auto got) { return !got.empty(); }) == "\x1d");
}

TEST_CASE("ssh's command line opens, takes a line, and the session goes on") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  temp_dir dir;
  const auto file = dir / "received";
  write_file(file, "");
  terminal user;
  user.start(server.argv(SHIM_BINARY,
                         {"-oEnableEscapeCommandline=yes", "-t", "far", FAR_END + (" " + file)}));
  user.expect("far_end: ready\r\n");
  user.type("~C");
  user.expect("ssh> ");
  user.type("-L 0\r");
  user.expect("Bad local forwarding specification");
  user.type("~~abc");
  CHECK(wait_for_content(file, [](auto got) { return got.size() >= 4; }) == "~abc");
}

TEST_CASE("where a mux master may share the session, ssh's commands say why they are off") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  terminal user;
  user.start(server.argv(
      SHIM_BINARY, {"-S", dir / "master", "-t", "far", FAR_END + (" " + (dir / "received"))}));
  user.expect("far_end: ready\r\n");
  user.type("~B");
  user.expect("~B [not in a session that a mux master may share: see ssh -S none]\r\n");
  user.type("~?");
  const auto help = user.expect("by typing it twice\r\n");
  CHECK(help.find("~B") == std::string::npos);
  user.type("~.");
  CHECK(user.wait_exit() == exited(255));
}

TEST_CASE("two sessions of one master have nothing to do with each other's line starts") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  const mux_master master(server);
  const auto session = [&](terminal& user, const std::string& name) {
    write_file(dir / name, "");
    user.start(
        server.argv(SHIM_BINARY, master.through({"-t", "far", FAR_END + (" " + (dir / name))})));
    user.expect("far_end: ready\r");  // the master may write before the client made its pty raw
  };
  terminal a;
  terminal b;
  session(a, "a");
  session(b, "b");
  const auto holds = [&](const std::string& name, const std::string& bytes) {
    wait_for_content(dir / name, [&](auto got) { return got == bytes; });
  };
  // B's Enter does not make A's tilde an escape.
  a.type("abc");
  holds("a", "abc");
  b.type("\r");
  holds("b", "\r");
  a.type("~.");
  holds("a", "abc~.");
  // And B's text does not take A's line start away.
  a.type("\r");
  holds("a", "abc~.\r");
  b.type("x");
  holds("b", "\rx");
  a.type("~.");
  CHECK(a.wait_exit() == exited(255));
  b.type("\r~.");
  CHECK(b.wait_exit() == exited(255));
}
