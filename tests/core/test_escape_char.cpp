#include <shim/core/escape_char.hpp>

#include <string>

#include <tests/catch.hpp>

namespace {

struct row {
  std::string text;
  int byte;  // -1: none
};

shim::escape_char escape_of(int byte) {
  return byte < 0 ? shim::escape_char{} : shim::escape_char(static_cast<unsigned char>(byte));
}

}  // namespace

TEST_CASE("an escape character is spelled as for ssh -e") {
  const row rows[] = {
      {"none", -1}, {"~", '~'},   {".", '.'},     {"#", '#'},     {" ", ' '},      {"^", '^'},
      {"\\", '\\'}, {"\x01", 1},  {"\x7f", 0x7f}, {"\xe9", 0xe9}, {"\xff", 0xff},  {"^]", 0x1d},
      {"^@", 0},    {"^a", 1},    {"^A", 1},      {"^M", '\r'},   {"^{", 0x1b},    {"^[", 0x1b},
      {"^^", 0x1e}, {"^_", 0x1f}, {"^~", 0x1e},   {"^`", 0},      {"^\x7f", 0x1f},
  };
  for (const auto& [text, byte] : rows) {
    CAPTURE(text, byte);
    CHECK(shim::parse_escape_char(text) == escape_of(byte));
  }
}

TEST_CASE("what ssh calls a bad escape character is refused") {
  const std::string refused[] = {
      "",
      "^?",
      "^1",
      "^ ",
      "^\xe9",
      "\xc3\xa9",
      "None",
      "NONE",
      "none ",
      "ab",
      "^aa",
      "~~",
      "\\x7e",
      "^^^",
      "126",
      " none",
      std::string("\0", 1),
  };
  for (const auto& text : refused) {
    CAPTURE(text);
    CHECK_FALSE(shim::parse_escape_char(text));
  }
}

TEST_CASE("every escape character can be spelled and read again") {
  for (int byte = -1; byte < 256; ++byte) {
    CAPTURE(byte);
    CHECK(shim::parse_escape_char(spelled(escape_of(byte))) == escape_of(byte));
  }
}

TEST_CASE("no spelling holds a byte that ends a line or a word") {
  for (int byte = -1; byte < 256; ++byte) {
    CAPTURE(byte);
    CHECK(spelled(escape_of(byte)).find_first_of(std::string("\0\t\r\n", 4)) == std::string::npos);
  }
}

TEST_CASE("the vis text of an escape character is read") {
  const row rows[] = {
      {"none", -1},     {"~", '~'},      {"!", '!'},      {"^", '^'},      {"\\^A", 1},
      {"\\^@", 0},      {"\\^[", 0x1b},  {"\\^\\", 0x1c}, {"\\^?", 0x7f},  {"\\^I", '\t'},
      {"\\^J", '\n'},   {"\\\\", '\\'},  {"\\040", ' '},  {"\\240", 0xa0}, {"\\M^@", 0x80},
      {"\\M^\\", 0x9c}, {"\\M^?", 0xff}, {"\\M-i", 0xe9}, {"\\M--", 0xad}, {"\\M-\\", 0xdc},
      {"\\M-^", 0xde},  {"\\M-~", 0xfe}, {"\\377", 0xff}, {"\\000", 0},
  };
  for (const auto& [text, byte] : rows) {
    CAPTURE(text, byte);
    CHECK(shim::parse_vis_escape_char(text) == escape_of(byte));
  }
}

TEST_CASE("what is not the vis text of one byte is refused") {
  const std::string refused[] = {
      "",      " ",     "\\",     "\\^",  "\\^a",   "\\^ ",  "\\M",   "\\M^",   "\\M-",
      "\\M^a", "\\M- ", "\\M-ab", "\\04", "\\0400", "\\400", "\\08a", "\\M040", "\\n",
      "ab",    "~ ",    " ~",     "\xe9", "\x7f",   "\x01",  "None",  "\\-i",   "\\M\\",
  };
  for (const auto& text : refused) {
    CAPTURE(text);
    CHECK_FALSE(shim::parse_vis_escape_char(text));
  }
}

TEST_CASE("an escape character is shown without any byte a terminal would act on") {
  const row rows[] = {
      {"none", -1}, {"~", '~'},   {"\\", '\\'}, {" ", ' '},      {"^A", 1},
      {"^@", 0},    {"^]", 0x1d}, {"^?", 0x7f}, {"\\x80", 0x80}, {"\\xff", 0xff},
  };
  for (const auto& [text, byte] : rows) {
    CAPTURE(byte);
    CHECK(shown(escape_of(byte)) == text);
  }
  for (int byte = 0; byte < 256; ++byte)
    for (const char c : shown(escape_of(byte))) CHECK((c >= ' ' && c <= '~'));
}
