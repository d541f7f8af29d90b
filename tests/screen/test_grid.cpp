// A grid, which moves and erases as little as it can, beside a table of cells that does it all.
#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <vt/screen/grid.hpp>

namespace {

constexpr int rows = 6;
constexpr int columns = 12;

class table {
 public:
  std::uint16_t fill = 0;

  const vt::cell& at(int row, int column) const { return cells_[place(row, column)]; }

  void put(int row, int column, vt::cell c, int count) {
    const int width = c.is_wide() ? 2 : 1;
    cut(row, column);
    cut(row, column + count * width);
    for (int i = 0; i < count; ++i) {
      cell(row, column + i * width) = c;
      if (width == 2)
        cell(row, column + i * width + 1) = {(c.content & vt::cell::guarded) | vt::cell::half,
                                             c.style, c.link};
    }
  }

  void scroll(const vt::area& where, int up, int left) {
    if (up == 0 && left == 0) return;
    cut(where);
    for (int row = where.first; row < where.last; ++row) {
      if (left > 0) cut(row, std::min(where.left + left, where.right));
      if (left < 0) cut(row, std::max(where.right + left, where.left));
    }
    const auto before = *this;
    for (int row = where.first; row < where.last; ++row) {
      for (int column = where.left; column < where.right; ++column) {
        const int from_row = row + up;
        const int from_column = column + left;
        const bool inside = where.first <= from_row && from_row < where.last &&
                            where.left <= from_column && from_column < where.right;
        cell(row, column) = inside ? before.at(from_row, from_column) : vt::cell{0, fill, 0};
      }
    }
  }

  void erase(const vt::area& where, bool selective) {
    cut(where);
    for (int row = where.first; row < where.last; ++row)
      for (int column = where.left; column < where.right; ++column)
        if (!selective || !at(row, column).is_guarded()) cell(row, column) = {0, fill, 0};
  }

 private:
  static std::size_t place(int row, int column) {
    return static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(column);
  }

  vt::cell& cell(int row, int column) { return cells_[place(row, column)]; }

  void cut(const vt::area& where) {
    for (int row = where.first; row < where.last; ++row) {
      cut(row, where.left);
      cut(row, where.right);
    }
  }

  // Both halves become spaces.
  void cut(int row, int column) {
    if (column >= columns || !at(row, column).is_half()) return;
    for (const int each : {column - 1, column})
      cell(row, each).content = (at(row, each).content & vt::cell::guarded) | ' ';
  }

  std::vector<vt::cell> cells_ = std::vector<vt::cell>(place(rows, 0));
};

std::string cells_told(const vt::cell& c) {
  return std::to_string(c.content) + '/' + std::to_string(c.style);
}

template <class Cells>
std::string cells_told(const Cells& all) {
  std::string text;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) text += cells_told(all.at(row, column)) + ' ';
    text += '\n';
  }
  return text;
}

// A grid and a table, and what is done to both at random.
class pair {
 public:
  void change() {
    switch (below(6)) {
      case 0: return set_fill(static_cast<std::uint16_t>(below(3)));
      case 1:
      case 2: return put(any_area());
      case 3: return scroll(any_area(), below(2 * rows + 1) - rows, 0);
      case 4: return scroll(any_area(), 0, below(2 * columns + 1) - columns);
      default: return erase(any_area(), below(2) == 0);
    }
  }

  vt::grid tested{rows, columns};
  table expected;

 private:
  int below(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  vt::area any_area() {
    const bool narrow = below(3) != 0;
    vt::area a{below(rows), 0, narrow ? below(columns) : 0, columns};
    a.last = a.first + 1 + below(rows - a.first);
    if (narrow) a.right = a.left + 1 + below(columns - a.left);
    return a;
  }

  void set_fill(std::uint16_t style) {
    tested.set_fill(style);
    expected.fill = style;
  }

  void put(const vt::area& where) {
    vt::cell c{static_cast<std::uint32_t>('a' + below(3)), 7, 0};
    if (below(3) == 0) c.content |= vt::cell::wide;
    if (below(4) == 0) c.content |= vt::cell::guarded;
    const int room = (where.right - where.left) / (c.is_wide() ? 2 : 1);
    tested.put(where.first, where.left, c, room);
    expected.put(where.first, where.left, c, room);
  }

  void scroll(const vt::area& where, int up, int left) {
    tested.scroll(where, up, left);
    expected.scroll(where, up, left);
  }

  void erase(const vt::area& where, bool selective) {
    tested.erase(where, selective);
    expected.erase(where, selective);
  }

  static inline std::mt19937 random_{1};
};

}  // namespace

TEST_CASE("a grid is as if each cell were moved and erased") {
  for (int trial = 0; trial < 300; ++trial) {
    pair both;
    for (int step = 0; step < 60; ++step) {
      both.change();
      REQUIRE(cells_told(both.tested) == cells_told(both.expected));
    }
  }
}
