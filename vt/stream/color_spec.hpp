// A colour as programs and terminals spell it in OSC 4 and 10 to 19: XParseColor's `rgb:` and `#`
// (Xlib). Names and the spaces of Xcms are not read: only an X server knows them all.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vt {

struct color_value {
  std::uint16_t red = 0;
  std::uint16_t green = 0;
  std::uint16_t blue = 0;

  bool operator==(const color_value&) const = default;
};

// `rgb:` and one to four hexadecimal digits for each part, scaled, so that all `f` is the most
// there is; `#` and one to four for all parts alike, which are the first digits of four.
std::optional<color_value> read_color(std::string_view spec);

}  // namespace vt
