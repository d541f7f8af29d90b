#include <vt/stream/printable.hpp>

#include <algorithm>

#include <vt/stream/utf8.hpp>

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

// How long the character at the front is; 0 if it is none.
std::size_t length_of_first(std::string_view text) {
  const auto length = well_formed(text);
  return length == length_by_lead(text[0]) ? length : 0;
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
