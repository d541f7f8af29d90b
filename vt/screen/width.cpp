#include <vt/screen/width.hpp>

#include <utf8proc.h>

#include <vt/stream/utf8.hpp>

namespace vt {
namespace {

// DEC's special graphics, from `_` on.
constexpr char32_t graphics[] = {
    0x00a0, 0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0,  //
    0x00b1, 0x2424, 0x240b, 0x2518, 0x2510, 0x250c, 0x2514, 0x253c,  //
    0x23ba, 0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c, 0x2524, 0x2534,  //
    0x252c, 0x2502, 0x2264, 0x2265, 0x03c0, 0x2260, 0x00a3, 0x00b7,
};

bool is_without_meaning(char32_t character) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CO;
}

}  // namespace

int width_of(char32_t character) {
  if (character < 0x300) return 1;
  const int width = utf8proc_charwidth(static_cast<utf8proc_int32_t>(character));
  return width == 0 && is_without_meaning(character) ? 1 : width;
}

char32_t take_character(std::string_view& text) {
  constexpr unsigned char payload[] = {0x7f, 0x1f, 0x0f, 0x07};
  const auto length = length_by_lead(text[0]);
  char32_t value = byte_of(text[0]) & payload[length - 1];
  for (std::size_t i = 1; i < length; ++i) value = value << 6 | (byte_of(text[i]) & 0x3fu);
  text.remove_prefix(length);
  return value;
}

void append_utf8(std::string& text, char32_t c) {
  const auto add = [&text](char32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) return add(c);
  if (c >= 0x10000) {
    add(0xf0 | c >> 18);
    add(0x80 | (c >> 12 & 0x3f));
    add(0x80 | (c >> 6 & 0x3f));
  } else if (c >= 0x800) {
    add(0xe0 | c >> 12);
    add(0x80 | (c >> 6 & 0x3f));
  } else {
    add(0xc0 | c >> 6);
  }
  add(0x80 | (c & 0x3f));
}

char32_t translated(charsets::charset set, char byte) {
  const auto c = byte_of(byte);
  if (set == '0') return c >= 0x5f ? graphics[c - 0x5f] : c;
  if (set == 'A') return c == '#' ? 0xa3 : c;
  if (set == ('A' | charsets::is_96)) return c + 0x80u;
  return c;
}

}  // namespace vt
