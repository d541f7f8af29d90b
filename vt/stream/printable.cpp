#include <vt/stream/printable.hpp>

#include <algorithm>

namespace vt {
namespace {

struct range {
  char32_t first;
  char32_t last;
};

constexpr range unsafe[] = {
    {0x0000, 0x001f},  // C0
    {0x007f, 0x009f},  // DEL, C1
    {0x061c, 0x061c},  // Arabic letter mark
    {0x200e, 0x200f},  // left-to-right and right-to-left mark
    {0x2028, 0x202e},  // line and paragraph separator, embeddings and overrides
    {0x2066, 0x2069},  // isolates
};

constexpr unsigned char byte_of(char c) { return static_cast<unsigned char>(c); }

// Well-formed UTF-8 (the Unicode Standard, table 3-7): which bytes lead, how many there are, and
// what the second may be, which keeps out longer forms than needed, surrogates and what is beyond
// U+10FFFF.
struct lead_bytes {
  unsigned char first, last;
  std::size_t length;
  unsigned char second_first, second_last;
};

constexpr lead_bytes leads[] = {
    {0x00, 0x7f, 1, 0x00, 0x00}, {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

bool is_trail(char c) { return (byte_of(c) & 0xc0) == 0x80; }

// How long the character at the front is; 0 if it is none.
std::size_t length_of_first(std::string_view text) {
  const auto lead = byte_of(text[0]);
  const auto row = std::find_if(std::begin(leads), std::end(leads), [lead](const auto& candidate) {
    return candidate.first <= lead && lead <= candidate.last;
  });
  if (row == std::end(leads) || text.size() < row->length) return 0;
  if (row->length == 1) return 1;
  const auto trail = text.substr(1, row->length - 1);
  const auto second = byte_of(trail[0]);
  if (second < row->second_first || second > row->second_last) return 0;
  return std::all_of(trail.begin(), trail.end(), is_trail) ? row->length : 0;
}

// Of one well-formed character.
char32_t code_point(std::string_view character) {
  constexpr unsigned char payload[] = {0x7f, 0x1f, 0x0f, 0x07};
  char32_t value = byte_of(character[0]) & payload[character.size() - 1];
  for (const char trail : character.substr(1)) value = value << 6 | (byte_of(trail) & 0x3fu);
  return value;
}

bool is_safe(std::string_view character) {
  const auto value = code_point(character);
  return std::none_of(std::begin(unsafe), std::end(unsafe), [value](const range& bad) {
    return bad.first <= value && value <= bad.last;
  });
}

void append_escaped(std::string& text, std::string_view bytes) {
  constexpr char hex[] = "0123456789abcdef";
  for (const char c : bytes) text.append({'\\', 'x', hex[byte_of(c) >> 4], hex[byte_of(c) & 0xf]});
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_characters) {
  std::string result;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == max_characters) return result + "...";
    const auto length = length_of_first(text);
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length != 0 && is_safe(character)) {
      result += character;
    } else {
      append_escaped(result, character);
    }
    text.remove_prefix(character.size());
  }
  return result;
}

}  // namespace vt
