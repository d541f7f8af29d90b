#include <vt/stream/printable.hpp>

#include <random>
#include <string>

#include <tests/catch.hpp>

using vt::printable;

namespace {

// One byte or one well-formed character of two, by the rule of RFC 3629 for those alone.
bool holds_control(const std::string& text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool c1 =
        byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    if (byte < 0x20 || byte == 0x7f || c1) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("text that acts on nothing is shown as it is") {
  for (const std::string text :
       {"", "box.example", "a b", "C:\\x41", "~!@#$%^&*()", "gr\u00fc\u00df", "\u65e5\u672c",
        "\U0001f600", "e\u0301", "\u00a0", "\ufffd", "\U0010ffff", "\ud7ff", "\ue000"}) {
    CAPTURE(text);
    CHECK(printable(text) == text);
  }
}

TEST_CASE("what could act on a terminal or reorder a line is shown as bytes") {
  struct row {
    std::string name;
    std::string text;
    std::string expected;
  };
  const row rows[] = {
      {"escape sequence", "\x1b]0;x\x07", "\\x1b]0;x\\x07"},
      {"line ends", "a\r\nb\tc", "a\\x0d\\x0ab\\x09c"},
      {"NUL", std::string("a\0b", 3), "a\\x00b"},
      {"DEL", "\x7f", "\\x7f"},
      {"C1 CSI as UTF-8", "\u009b31m", "\\xc2\\x9b31m"},
      {"first and last C1", "\u0080\u009f", "\\xc2\\x80\\xc2\\x9f"},
      {"C1 CSI as a byte",
       "\x9b"
       "31m",
       "\\x9b31m"},
      {"right-to-left override", "a\u202eb", "a\\xe2\\x80\\xaeb"},
      {"embeddings", "\u202a\u202c", "\\xe2\\x80\\xaa\\xe2\\x80\\xac"},
      {"isolates", "\u2066\u2069", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9"},
      {"marks", "\u200e\u200f\u061c", "\\xe2\\x80\\x8e\\xe2\\x80\\x8f\\xd8\\x9c"},
      {"line and paragraph separators", "\u2028\u2029", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9"},
      {"neighbours of the marks stay", "\u200d\u2010\u2027\u202f\u2065\u206a",
       "\u200d\u2010\u2027\u202f\u2065\u206a"},
  };
  for (const auto& [name, text, expected] : rows) {
    CAPTURE(name);
    CHECK(printable(text) == expected);
  }
}

TEST_CASE("what is not UTF-8 is shown as bytes, each by itself") {
  struct row {
    std::string name;
    std::string text;
    std::string expected;
  };
  const row rows[] = {
      {"latin1", "caf\xe9", "caf\\xe9"},
      {"cut off", "\xe2\x82", "\\xe2\\x82"},
      {"cut off by text",
       "\xe2\x82"
       "a",
       "\\xe2\\x82a"},
      {"cut off by a character", "\xf0\x9f\xc3\xa9", "\\xf0\\x9f\u00e9"},
      {"continuation alone", "\x80\xbf", "\\x80\\xbf"},
      {"overlong slash", "\xc0\xaf", "\\xc0\\xaf"},
      {"overlong ESC", "\xc0\x9b", "\\xc0\\x9b"},
      {"overlong in three", "\xe0\x80\x9b", "\\xe0\\x80\\x9b"},
      {"overlong in four", "\xf0\x80\x80\x9b", "\\xf0\\x80\\x80\\x9b"},
      {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"beyond Unicode", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
      {"never a lead", "\xf5\x80\x80\x80\xff", "\\xf5\\x80\\x80\\x80\\xff"},
  };
  for (const auto& [name, text, expected] : rows) {
    CAPTURE(name);
    CHECK(printable(text) == expected);
  }
}

TEST_CASE("long text ends in dots, counted in characters") {
  CHECK(printable("abcd", 4) == "abcd");
  CHECK(printable("abcde", 4) == "abcd...");
  CHECK(printable("\u65e5\u672c\u8a9e", 2) == "\u65e5\u672c...");
  CHECK(printable("\x1b\x1b\x1b", 2) == "\\x1b\\x1b...");
  CHECK(printable("a", 0) == "...");
  CHECK(printable("", 0).empty());
  CHECK(printable(std::string(256, 'x')).size() == 256);
  CHECK(printable(std::string(257, 'x')).size() == 259);
}

TEST_CASE("no bytes at all come out as a control character, and what came out stays as it is") {
  std::mt19937 random(20232);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 12, '\0');
    for (auto& byte : text)
      byte = static_cast<char>(random() % 3 == 0 ? 0x80 + random() % 0x80 : random());
    const auto shown = printable(text);
    if (!holds_control(shown) && printable(shown) == shown) continue;
    CAPTURE(shown);
    FAIL_CHECK("a control character is in it");
  }
}
