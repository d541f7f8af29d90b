// The two spellings of an escape character: what is read can be spelled and read again.
//   The text is tried both as -e takes it and as `ssh -G` prints it; its first byte as a character.
#include <shim/core/escape_char.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <fuzz/check.hpp>

namespace {

void check_spelling(shim::escape_char c) {
  const auto text = spelled(c);
  CHECK(shim::parse_escape_char(text) == c);
  CHECK(text.find_first_of("\t\r\n") == text.npos);
}

void check_shown(shim::escape_char c) {
  for (const char byte : shown(c)) CHECK(byte >= ' ' && byte <= '~');
}

// vis(3) has one text for each byte, but for those that octal digits can say as well.
void check_vis(std::string_view text, shim::escape_char c) {
  CHECK(c.none() == (text == "none"));
  if (text.size() == 1) CHECK(c.byte() == static_cast<unsigned char>(text[0]));
  if (text.starts_with("\\M")) CHECK(c.byte() >= 0x80);
  if (text.starts_with("\\^")) CHECK(c.byte() < 0x80);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_spelling({});
  if (size != 0) check_spelling(shim::escape_char(data[0]));
  if (const auto c = shim::parse_escape_char(text)) {
    check_spelling(*c);
    check_shown(*c);
  }
  if (const auto c = shim::parse_vis_escape_char(text)) {
    check_spelling(*c);
    check_vis(text, *c);
  }
  return 0;
}
