// One cell of a screen, in eight bytes: what is in it, how it is drawn, where it links to.
//
// Styles, links and characters of several code points are numbers of a cell_tables; they hold until
// the screen that owns it is fed or resized.
#pragma once

#include <cstdint>

namespace vt {

struct cell {
  // A code point, or the number of a cluster; 0: nothing was ever written here, or it was erased.
  // All bits of `content` but these are flags.
  static constexpr std::uint32_t value_bits = (1u << 21) - 1;
  static constexpr std::uint32_t cluster = 1u << 21;  // the value is a number of a cluster
  static constexpr std::uint32_t wide = 1u << 22;     // the left half; the right one is behind it
  static constexpr std::uint32_t half = 1u << 23;     // the right half: its value is 0
  static constexpr std::uint32_t guarded = 1u << 24;  // DECSCA: a selective erase leaves it

  std::uint32_t content = 0;
  std::uint16_t style = 0;  // 0: the plain pen
  std::uint16_t link = 0;   // 0: none

  constexpr std::uint32_t value() const { return content & value_bits; }
  constexpr bool empty() const { return (content & (value_bits | half)) == 0; }
  constexpr bool is_cluster() const { return (content & cluster) != 0; }
  constexpr bool is_wide() const { return (content & wide) != 0; }
  constexpr bool is_half() const { return (content & half) != 0; }
  constexpr bool is_guarded() const { return (content & guarded) != 0; }

  bool operator==(const cell&) const = default;
};
static_assert(sizeof(cell) == 8);

}  // namespace vt
