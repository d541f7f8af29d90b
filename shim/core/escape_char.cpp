#include <shim/core/escape_char.hpp>

#include <cstddef>

namespace shim {
namespace {

constexpr std::string_view no_escape = "none";
constexpr unsigned char control_bits = 0x1f;
constexpr unsigned char letter_bit = 0x40;  // `^A` is A without it
constexpr unsigned char meta_bit = 0x80;
constexpr unsigned char delete_byte = 0x7f;

constexpr unsigned char byte_of(char c) { return static_cast<unsigned char>(c); }

constexpr bool is_graphic(unsigned char byte) { return byte > ' ' && byte < delete_byte; }

constexpr bool is_control(unsigned char byte) { return byte < ' ' || byte == delete_byte; }

// The byte that vis(3) writes `^X`; nothing if no control character is written so.
std::optional<unsigned char> control(char x) {
  const auto byte = static_cast<unsigned char>(byte_of(x) ^ letter_bit);
  if (!is_control(byte)) return std::nullopt;
  return byte;
}

// Three octal digits of one byte.
std::optional<unsigned char> octal(std::string_view digits) {
  if (digits.size() != 3 || digits[0] > '3') return std::nullopt;
  unsigned value = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '7') return std::nullopt;
    value = value * 8 + static_cast<unsigned>(digit - '0');
  }
  return static_cast<unsigned char>(value);
}

// What follows the backslash: `\`, `^X`, `M^X`, `M-x`, or three octal digits.
std::optional<unsigned char> vis_byte(std::string_view text) {
  if (text == "\\") return byte_of('\\');
  const bool meta = text.starts_with('M');
  const unsigned char high = meta ? meta_bit : 0;
  const auto rest = text.substr(meta ? 1 : 0);
  if (rest.size() == 2 && rest[0] == '^') {
    const auto low = control(rest[1]);
    if (low) return static_cast<unsigned char>(*low | high);
  }
  if (meta && rest.size() == 2 && rest[0] == '-' && is_graphic(byte_of(rest[1])))
    return static_cast<unsigned char>(byte_of(rest[1]) | high);
  return octal(text);
}

}  // namespace

// readconf.c takes the same texts for EscapeChar as ssh.c for -e.
std::optional<escape_char> parse_escape_char(std::string_view text) {
  if (text == no_escape) return escape_char{};
  if (text.size() == 1 && text[0] != '\0') return escape_char(byte_of(text[0]));
  if (text.size() != 2 || text[0] != '^') return std::nullopt;
  const auto letter = byte_of(text[1]);
  if (letter < letter_bit || letter >= meta_bit) return std::nullopt;
  return escape_char(letter & control_bits);
}

std::optional<escape_char> parse_vis_escape_char(std::string_view text) {
  if (text == no_escape) return escape_char{};
  if (text.size() == 1 && text[0] != '\\' && is_graphic(byte_of(text[0])))
    return escape_char(byte_of(text[0]));
  if (!text.starts_with('\\')) return std::nullopt;
  const auto byte = vis_byte(text.substr(1));
  if (!byte) return std::nullopt;
  return escape_char(*byte);
}

std::string spelled(escape_char c) {
  if (c.none()) return std::string(no_escape);
  if (c.byte() < ' ') return {'^', static_cast<char>(c.byte() | letter_bit)};
  return {static_cast<char>(c.byte())};
}

std::string shown(escape_char c) {
  static constexpr char hex[] = "0123456789abcdef";
  if (c.none()) return std::string(no_escape);
  if (is_control(c.byte())) return {'^', static_cast<char>(c.byte() ^ letter_bit)};
  if (c.byte() < meta_bit) return {static_cast<char>(c.byte())};
  return {'\\', 'x', hex[c.byte() >> 4], hex[c.byte() & 0xf]};
}

}  // namespace shim
