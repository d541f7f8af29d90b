// Well-formed UTF-8 (the Unicode Standard, table 3-7), byte by byte.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace vt {

constexpr unsigned char byte_of(char c) { return static_cast<unsigned char>(c); }

constexpr bool is_between(char c, unsigned char first, unsigned char last) {
  return static_cast<unsigned char>(byte_of(c) - first) <= last - first;
}

// How many bytes the character has that begins so; 0: none does.
constexpr std::size_t length_by_lead(char lead) {
  if (byte_of(lead) < 0x80) return 1;
  if (is_between(lead, 0xc2, 0xdf)) return 2;
  if (is_between(lead, 0xe0, 0xef)) return 3;
  return is_between(lead, 0xf0, 0xf4) ? 4 : 0;
}

// What may be the second byte: it keeps out longer forms than needed, surrogates and what is beyond
// U+10FFFF.
constexpr bool is_second(char lead, char byte) {
  switch (byte_of(lead)) {
    case 0xe0: return is_between(byte, 0xa0, 0xbf);
    case 0xed: return is_between(byte, 0x80, 0x9f);
    case 0xf0: return is_between(byte, 0x90, 0xbf);
    case 0xf4: return is_between(byte, 0x80, 0x8f);
    default: return is_between(byte, 0x80, 0xbf);
  }
}

// And the third and fourth.
constexpr bool is_trail(char byte) { return is_between(byte, 0x80, 0xbf); }

// How many bytes at the front are one character or the beginning of one; 0: none. `bytes` is not
// empty.
constexpr std::size_t well_formed(std::string_view bytes) {
  const auto most = std::min(length_by_lead(bytes[0]), bytes.size());
  if (most < 2) return most;
  if (!is_second(bytes[0], bytes[1])) return 1;
  std::size_t length = 2;
  while (length < most && is_trail(bytes[length])) ++length;
  return length;
}

}  // namespace vt
