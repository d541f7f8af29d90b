// The escape character: one byte, or none. Two spellings: what ssh(1) -e and ssh_config(5)
// EscapeChar take (misc: `X`, `^X`, `none`), and the vis(3) text that `ssh -G` prints.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shim {

class escape_char {
 public:
  constexpr escape_char() = default;  // none
  constexpr explicit escape_char(unsigned char byte) : byte_(byte) {}

  constexpr bool none() const { return byte_ < 0; }
  // Only when not none().
  constexpr unsigned char byte() const { return static_cast<unsigned char>(byte_); }

  bool operator==(const escape_char&) const = default;

 private:
  int byte_ = -1;
};

// As -e takes it: `none`, `^X` with X in 0x40..0x7f (X & 0x1f, so `^?` is refused, as by ssh), or
// exactly one byte 0x01..0xff. Nothing for anything else: ssh calls it a bad escape character.
std::optional<escape_char> parse_escape_char(std::string_view text);

// As `ssh -G` prints it: `none` or one byte in vis(3)'s text with VIS_WHITE (`~`, `\^A`, `\^@`,
// `\^?`, `\M-i`, `\M^A`, `\040`, `\240`, `\\`). Nothing if it is not one byte.
std::optional<escape_char> parse_vis_escape_char(std::string_view text);

// The text for -e; parse_escape_char(spelled(c)) == c for every c.
std::string spelled(escape_char c);

// For people and for notes on a terminal: printable ASCII as it is, `^A`, `\xff`.
std::string shown(escape_char c);

}  // namespace shim
