#include <shim/core/display.hpp>

#include <string>

#include <tests/catch.hpp>

namespace {

// A terminal that takes all there is, and the output as the ring would have it.
struct screen {
  shim::display display;
  std::string output;
  std::string seen;

  void print(std::string_view bytes) {
    output += bytes;
    display.printed(bytes.size());
  }

  void show(std::size_t at_most = std::string::npos) {
    for (auto bytes = front(); !bytes.empty() && at_most > 0; bytes = front()) {
      bytes = bytes.substr(0, at_most);
      at_most -= bytes.size();
      seen += bytes;
      const std::string taken(bytes);
      display.shown(taken);
    }
  }

  std::string_view front() const {
    const auto next = display.next();
    return next.text.empty() ? std::string_view(output).substr(next.from, next.size) : next.text;
  }
};

}  // namespace

TEST_CASE("a line of ours comes behind the output that was there before it") {
  screen s;
  s.print("before");
  s.display.note("[ours]");
  s.print("after");
  s.show();
  CHECK(s.seen == "before[ours]after");
  CHECK(s.display.all_shown());
}

TEST_CASE("lines of ours stay together and in order") {
  screen s;
  s.print("a");
  s.display.note("[1]");
  s.show(2);
  s.display.note("[2]");
  s.print("b");
  s.show();
  CHECK(s.seen == "a[1][2]b");
}

TEST_CASE("a line of ours waits for the end of a sequence or a character") {
  struct row {
    std::string_view before, rest;
  };
  static constexpr row rows[] = {
      {"\x1b", "[1m"},
      {"\x1b[", "1m"},
      {"\x1b[38;5;", "196m"},
      {"\x1b]0;a ti", "tle\x07"},
      {"\x1b]0;a title\x1b", "\\"},
      {"\x1bP$q", "m\x1b\\"},
      {"gr\xc3", "\xbc"},
      {"\xe6\x97", "\xa5"},
      {"\x1b(", "0"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.before, row.rest);
    screen s;
    s.print(row.before);
    s.display.note("[ours]");
    s.show();
    CHECK(s.seen == row.before);
    CHECK(s.display.note_waits());
    s.print(std::string(row.rest) + "more");
    s.show();
    CHECK(s.seen == std::string(row.before) + std::string(row.rest) + "[ours]more");
    CHECK(s.display.all_shown());
  }
}

TEST_CASE("a sequence that does not end is cancelled for a line of ours") {
  screen s;
  s.print("\x1b]0;a ti");
  s.display.note("[ours]");
  s.show();
  s.display.end_sequence();
  CHECK_FALSE(s.display.note_waits());
  s.show();
  CHECK(s.seen == "\x1b]0;a ti\x18\x1b\\[ours]");
}

TEST_CASE("no sequence is cancelled where no line waits") {
  screen s;
  s.print("\x1b]0;a ti");
  s.show();
  CHECK_FALSE(s.display.note_waits());
  s.display.end_sequence();
  s.print("tle\x07");
  s.show();
  CHECK(s.seen == "\x1b]0;a title\x07");
}

TEST_CASE("the journal knows what the terminal has taken, and no more") {
  screen s;
  s.print("\x1b[?1049h\x1b[?2004h");
  s.show(8);
  CHECK(s.display.journal().alternate_screen());
  CHECK_FALSE(s.display.journal().dec_mode(2004));
  s.show();
  CHECK(s.display.journal().dec_mode(2004));
}

TEST_CASE("the terminal is on a fresh line after a newline only") {
  screen s;
  CHECK(s.display.on_fresh_line());
  s.print("$ ");
  s.show();
  CHECK_FALSE(s.display.on_fresh_line());
  s.print("logout\r\n");
  s.show();
  CHECK(s.display.on_fresh_line());
}
