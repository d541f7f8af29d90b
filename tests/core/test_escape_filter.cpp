#include <shim/core/escape_filter.hpp>

#include <algorithm>
#include <random>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/escape_model.hpp>
#include <tests/support/vectors.hpp>

namespace {

struct outcome {
  std::string sent;
  std::string acted;

  bool operator==(const outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const outcome& o) {
  return out << '"' << o.sent << "\" acted " << o.acted;
}

// One read of the terminal. After a disconnect nothing is sent or done any more.
void read_once(shim::escape_filter& filter, std::string_view typed, outcome& so_far) {
  while (const auto event = filter.next(typed)) {
    if (so_far.acted.ends_with('.')) continue;
    if (const auto* text = std::get_if<shim::forward>(&*event)) {
      so_far.sent += text->bytes;
    } else {
      so_far.acted += std::get<shim::command>(*event).what->key;
    }
  }
}

struct session {
  shim::escape_char escape{'~'};
  unsigned kitty_flags = 0;
};

// Reads of the sizes that `size_at` gives for where they begin.
template <class Size>
outcome in_reads(const session& at, std::string_view typed, const Size& size_at) {
  const shim::escape_keys keys;
  shim::escape_filter filter(at.escape, keys);
  filter.keyboard({.kitty_flags = at.kitty_flags});
  outcome all;
  for (std::size_t from = 0; from < typed.size();) {
    const auto read = typed.substr(from, size_at(from));
    read_once(filter, read, all);
    from += read.size();
  }
  return all;
}

outcome in_pieces(const session& at, std::string_view typed, std::size_t size) {
  return in_reads(at, typed, [size](std::size_t) { return size; });
}

outcome cut_at(const session& at, std::string_view typed, std::size_t cut) {
  return in_reads(at, typed,
                  [=](std::size_t from) { return from < cut ? cut : typed.size() - from; });
}

// Byte by byte, but an ESC with what follows it.
outcome but_for_esc(const session& at, std::string_view typed) {
  return in_reads(at, typed, [=](std::size_t from) {
    return std::min(typed.find_first_not_of('\x1b', from), typed.size() - 1) - from + 1;
  });
}

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

outcome of_model(shim::escape_char escape, std::string_view typed) {
  test::escape_model model{escape.none() ? -1 : escape.byte(), std::string(test::ssh_keys),
                           std::string(test::own_keys)};
  for (const char byte : typed)
    if (!model.acted.ends_with('.')) model.type(byte);
  return {model.sent, model.acted};
}

// Bytes that matter to the rule, often; any other, seldom. No ESC: ssh's rule knows no sequences.
std::string random_typing(std::mt19937& random) {
  static constexpr std::string_view likely = "~~~~\r\r\n.?#BRvVC&IDLx \xff";
  std::string typed(random() % 24, '\0');
  for (auto& byte : typed)
    byte = random() % 8 == 0 ? static_cast<char>(random()) : likely[random() % likely.size()];
  std::replace(typed.begin(), typed.end(), '\x1b', '~');
  return typed;
}

}  // namespace

TEST_CASE("escapes act as ssh's do, however reads are cut") {
  for (const auto& row : test::read_vectors(SHIM_SOURCE_DIR "/tests/vectors/escapes.txt")) {
    CAPTURE(row[0], row[1], row[2]);
    REQUIRE(row.size() >= 5);
    const auto spelling = row[1].size() > 1 && row[1][0] == '\\' ? test::unescaped(row[1]) : row[1];
    const auto escape = shim::parse_escape_char(spelling);
    REQUIRE(escape);
    const auto typed = test::unescaped(row[2]);
    const outcome expected{test::unescaped(row[3]), test::unescaped(without_blanks(row[4]))};
    for (std::size_t cut = 0; cut <= typed.size(); ++cut)
      CHECK(cut_at({*escape}, typed, cut) == expected);
    CHECK(in_pieces({*escape}, typed, 1) == expected);
    CHECK(in_pieces({*escape}, typed, 2) == expected);
  }
}

TEST_CASE("escapes agree with a byte-at-a-time model of ssh on random typing and cuts") {
  std::mt19937 random(20230913);
  static constexpr std::string_view escapes = "~~~~.#D\r\x01\xff";
  for (int round = 0; round < 100'000; ++round) {
    const auto typed = random_typing(random);
    const shim::escape_char escape(static_cast<unsigned char>(escapes[random() % escapes.size()]));
    const auto expected = of_model(escape, typed);
    if (in_pieces({escape}, typed, 1 + random() % 5) == expected) continue;
    CAPTURE(round, typed, escape.byte());
    CHECK(in_pieces({escape}, typed, 1) == expected);
    CHECK(in_pieces({escape}, typed, typed.size() + 1) == expected);
    FAIL("pieces differ");
  }
}

TEST_CASE("keys are keys in every encoding, and reports are none, however reads are cut") {
  for (const auto& row : test::read_vectors(SHIM_SOURCE_DIR "/tests/vectors/keys.txt")) {
    CAPTURE(row[0], row[1]);
    REQUIRE(row.size() >= 4);
    const session at{shim::escape_char('~'), static_cast<unsigned>(std::stoi(row[0]))};
    const auto typed = test::unescaped(row[1]);
    const outcome expected{test::unescaped(row[2]), test::unescaped(without_blanks(row[3]))};
    const bool esc_is_encoded = (at.kitty_flags & 9) != 0;
    for (std::size_t cut = 0; cut <= typed.size(); ++cut)
      if (esc_is_encoded || cut == 0 || typed[cut - 1] != '\x1b')
        CHECK(cut_at(at, typed, cut) == expected);
    CHECK(but_for_esc(at, typed) == expected);
    if (esc_is_encoded) CHECK(in_pieces(at, typed, 1) == expected);
  }
}

TEST_CASE("only a byte that may begin an escape is held back") {
  const shim::escape_keys keys;
  shim::escape_filter filter(shim::escape_char('~'), keys);
  std::string_view typed = "ls\r~";
  const auto event = filter.next(typed);
  REQUIRE(event);
  CHECK(std::get<shim::forward>(*event).bytes == "ls\r");
  CHECK_FALSE(filter.next(typed));
  CHECK(filter.holds_back());
}

TEST_CASE("forwarded bytes are the ones given, not copies") {
  const shim::escape_keys keys;
  shim::escape_filter filter(shim::escape_char('~'), keys);
  const std::string typed = "make -j2\r";
  std::string_view rest = typed;
  const auto event = filter.next(rest);
  CHECK(std::get<shim::forward>(*event).bytes.data() == typed.data());
}

TEST_CASE("a reset filter is at a line start and has forgotten what it held") {
  const shim::escape_keys keys;
  shim::escape_filter filter(shim::escape_char('~'), keys);
  outcome all;
  read_once(filter, "x\r~", all);
  filter.reset();
  read_once(filter, ".", all);
  filter.reset();
  read_once(filter, "~.", all);
  CHECK(all == outcome{"x\r.", "."});
}

// -- what is held back --

namespace {

// One session, read by read: what came out of each.
class typist {
 public:
  explicit typist(const shim::input_modes& modes = {}) { filter_.keyboard(modes); }

  std::string reads(std::string_view typed) {
    outcome now;
    read_once(filter_, typed, now);
    return now.acted.empty() ? now.sent : now.sent + " does " + now.acted;
  }
  std::string guarded(std::string_view typed) {
    filter_.begin_read(typed);
    return reads(typed);
  }
  shim::escape_filter& filter() { return filter_; }

 private:
  shim::escape_keys keys_;
  shim::escape_filter filter_{shim::escape_char('~'), keys_};
};

}  // namespace

TEST_CASE("the Esc key is never waited for where it is one byte") {
  for (const unsigned flags : {0U, 2U, 4U}) {
    CAPTURE(flags);
    typist user({.kitty_flags = flags});
    CHECK(user.reads("\r\x1b") == "\r\x1b");
    CHECK(user.reads("\r~") == "\r");
    CHECK(user.reads("\x1b") == "~\x1b");
    CHECK_FALSE(user.filter().holds_back());
  }
}

TEST_CASE("an ESC that must be the beginning of something is waited for at a line start alone") {
  typist user({.kitty_flags = 1});
  CHECK(user.reads("\r\x1b") == "\r");
  CHECK(user.filter().holds_back());
  CHECK(user.reads("[A") == "\x1b[A");
  CHECK(user.reads("x\x1b") == "x\x1b");
  CHECK(user.reads("[13u~\x1b") == "[13u");
  CHECK(user.reads("[46u") == " does .");
}

TEST_CASE("in the midst of a line nothing waits") {
  typist user({.kitty_flags = 31});
  CHECK(user.reads("x") == "x");
  for (const std::string piece : {"\x1b", "[", "96", ":126;2", "u", "\x1b[", "1"}) {
    CHECK(user.reads(piece) == piece);
    CHECK_FALSE(user.filter().holds_back());
  }
}

TEST_CASE("a key whose ESC has gone out is typed, and no escape") {
  typist user;
  CHECK(user.reads("\x1b") == "\x1b");
  CHECK(user.reads("[27;2;126~") == "[27;2;126~");
  CHECK(user.reads(".") == ".");
  CHECK(user.reads("\x1b") == "\x1b");
  CHECK(user.reads("[13u~.") == "[13u does .");
}

TEST_CASE("a report whose ESC has gone out is invisible all the same") {
  typist user;
  CHECK(user.reads("\r\x1b") == "\r\x1b");
  CHECK(user.reads("[I~.") == "[I does .");
}

TEST_CASE("a report goes out before the escape that is held back") {
  typist user;
  CHECK(user.reads("\r~") == "\r");
  CHECK(user.reads("\x1b[24;8") == "");
  CHECK(user.reads("0R") == "\x1b[24;80R");
  CHECK(user.reads("\x1b]11;rgb") == "\x1b]11;rgb");
  CHECK(user.reads(":0/0/0\x07") == ":0/0/0\x07");
  CHECK(user.reads(".") == " does .");
}

TEST_CASE("what waits behind an escape is bounded, and nothing of it is lost") {
  typist user({.kitty_flags = 31});
  const std::string release = "\x1b[97;1:3u";
  CHECK(user.reads("~") == "");
  std::string waiting = "~";
  while (waiting.size() + release.size() <= 1 + 128) {
    CHECK(user.reads(release) == "");
    waiting += release;
  }
  CHECK(user.reads(release) == waiting + release);
  CHECK(user.reads(".") == ".");
}

TEST_CASE("a release is awaited only where the terminal tells of releases") {
  typist user({.kitty_flags = 1});
  CHECK(user.reads("~?\x1b[47;1:3u") == "\x1b[47;1:3u does ?");
}

TEST_CASE("a release that does not come is given up") {
  typist user({.kitty_flags = 3});
  CHECK(user.reads("~?") == " does ?");
  CHECK(user.reads("abcdefgh\x1b[47;1:3u") == "abcdefgh\x1b[47;1:3u");
  CHECK(user.reads("\r~?") == "\r does ?");
  CHECK(user.reads("abcdefg\x1b[47;1:3u") == "abcdefg");
}

TEST_CASE("a key that is pressed anew is released for the far end") {
  typist user({.kitty_flags = 3});
  CHECK(user.reads("~?") == " does ?");
  CHECK(user.reads("?\x1b[47;1:3u") == "?\x1b[47;1:3u");
}

TEST_CASE("a released key waits for its end in the midst of a line, too, if it is awaited") {
  typist user({.kitty_flags = 31});
  CHECK(user.reads("~?") == " does ?");
  CHECK(user.reads("x\x1b[47;1") == "x");
  CHECK(user.reads(":3uy") == "y");
}

TEST_CASE("where ESC is the escape character, ssh's rule holds and nothing is decoded") {
  const session at{shim::escape_char('\x1b')};
  CHECK(in_pieces(at, "\r\x1b[A", 9) == outcome{"\r\x1b[A", ""});
  CHECK(in_pieces(at, "\r\x1b\x1b[A", 9) == outcome{"\r\x1b[A", ""});
  CHECK(in_pieces(at, "\x1b[200~\r\x1b.", 9) == outcome{"\x1b[200~\r", "."});
  CHECK(in_pieces(at, "\x1b.", 1) == outcome{"", "."});
}

TEST_CASE("mouse reports are decoded as the terminal was told to send them") {
  typist user({.kitty_flags = 0, .utf8_mouse = true});
  CHECK(user.reads("\r\x1b[M \xc4\x80\xc4\x80~.") == "\r\x1b[M \xc4\x80\xc4\x80 does .");
  typist other;
  CHECK(other.reads("\r\x1b[M \xc4\x80\xc4\x80~.") == "\r\x1b[M \xc4\x80\xc4\x80~.");
}

// -- pastes --

TEST_CASE("a paste whose end does not come is over when the user says so") {
  typist user;
  CHECK(user.reads("\x1b[200~a\r~.") == "\x1b[200~a\r~.");
  CHECK(user.filter().in_paste());
  user.filter().paste_is_over();
  CHECK(user.reads("\r~.") == "\r does .");
}

TEST_CASE("more than 16 bytes of text in one read are a paste, and no escape but at its end") {
  struct row {
    std::string name;
    std::string typed;
    std::string expected;
  };
  const row rows[] = {
      {"16 bytes are typed", "0123456789abc\r~.", "0123456789abc\r does ."},
      {"17 are not, but for an end", "0123456789abcd\r~.", "0123456789abcd\r does ."},
      {"in the midst", "hello hello\r~.world", "hello hello\r~.world"},
      {"at the front", "~.hello hello hello", "~.hello hello hello"},
      {"doubled in the midst", "hello hello\r~~world", "hello hello\r~~world"},
      {"doubled at the end", "hello hello hello\r~~", "hello hello hello\r~"},
      {"no line start before the end", "hello hello hello\rx~.", "hello hello hello\rx~."},
      {"two commands at the end", "hello hello hello\r~?~.", "hello hello hello\r~?~."},
      {"line after line", "~.\r~.\r~.\r~.\r~.\r~.\r~.", "~.\r~.\r~.\r~.\r~.\r~.\r does ."},
      {"reports do not count", "\x1b[<0;10;20M\x1b[<0;10;20m\r~.x",
       "\x1b[<0;10;20M\x1b[<0;10;20m\r does ."},
      {"keys that are encoded do not count", "\x1b[97;;97u\x1b[98;;98u\x1b[13u~.x",
       "\x1b[97;;97u\x1b[98;;98u\x1b[13u does ."},
      {"and act anywhere", "hello hello hello\r\x1b[96;2u\x1b[46ux", "hello hello hello\r does ."},
      {"a report behind it", "hello hello hello\r~.\x1b[I", "hello hello hello\r~.\x1b[I"},
  };
  for (const auto& [name, typed, expected] : rows) {
    CAPTURE(name);
    typist user;
    CHECK(user.guarded(typed) == expected);
  }
}

TEST_CASE("an escape character that ends a paste is held back, and the next key decides") {
  typist user;
  CHECK(user.guarded("hello hello hello\r~") == "hello hello hello\r");
  CHECK(user.guarded(".") == " does .");
}

TEST_CASE("a paste is no command for an escape character that was typed") {
  typist user;
  CHECK(user.guarded("\r~") == "\r");
  CHECK(user.guarded(". and so on and on") == "~. and so on and on");
}

TEST_CASE("a guard is for one read") {
  typist user;
  CHECK(user.guarded("hello hello hello\r") == "hello hello hello\r");
  CHECK(user.reads("~.x") == " does .");
}
