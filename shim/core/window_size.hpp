// Size of a terminal, as TIOCGWINSZ tells it.
#pragma once

namespace shim {

struct window_size {
  unsigned short rows = 0;
  unsigned short columns = 0;
  unsigned short x_pixels = 0;  // of the whole window; 0 = unknown
  unsigned short y_pixels = 0;

  // Of a terminal that has gone, or that was never told its size, it is not.
  bool is_known() const { return rows != 0 && columns != 0; }

  bool operator==(const window_size&) const = default;
};

}  // namespace shim
