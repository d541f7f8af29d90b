// The cells of one screen, in rows that scroll without being copied and are erased without being
// written.
//
// It knows of no cursor and of no sequence; positions and rectangles are its callers' business and
// lie inside. Rows and columns count from 0. A wide character never loses a half: what is left of
// one that was cut becomes a space.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <vt/screen/cell.hpp>

namespace vt {

// `last` and `right` are behind the last one.
struct area {
  int first = 0, last = 0;  // rows
  int left = 0, right = 0;  // columns
};

// A row as it is: `cells` may be fewer than the screen has columns, the rest is empty and drawn in
// `fill`. Holds until the grid is changed.
struct row_view {
  std::span<const cell> cells;
  std::uint16_t fill = 0;
  bool wrapped = false;  // the text goes on in the next row, as it did not fit
};

class grid {
 public:
  grid(int rows, int columns);

  int rows() const { return static_cast<int>(lines_.size()); }
  int columns() const { return columns_; }

  row_view row(int n) const;
  cell at(int row, int column) const;  // empty ones in their row's fill

  // How the empty cells look that the functions below make.
  void set_fill(std::uint16_t style) { fill_ = style; }
  std::uint16_t fill() const { return fill_; }

  // ASCII that can be printed, or one cell `count` times, and its right half if it is wide. `like`
  // says how.
  void put(int row, int column, std::string_view ascii, cell like);
  void put(int row, int column, cell c, int count = 1);
  void replace(int row, int column, std::uint32_t content);  // of a cell that was written

  void set_wrapped(int row, bool wrapped) { line(row).wrapped = wrapped; }

  // Moves what is in the area up and to the left (negative: down, to the right); what comes in is
  // empty, what goes out is lost. By rows or by columns, not by both.
  void scroll(const area& where, int up, int left);

  // `selective`: but for guarded cells.
  void erase(const area& where, bool selective = false);
  void erase();

  // `top`: how many rows are taken away above; the others stay, cut or filled up below.
  void resize(int rows, int columns, int top);

  // Calls `each` with every cell that was written, and `fill` with every row's.
  template <class Each, class Fill>
  void for_each(Each each, Fill fill) const {
    for (const auto& l : lines_) {
      fill(l.fill);
      for (int i = 0; i < l.used; ++i) each(l.cells[static_cast<std::size_t>(i)]);
    }
  }

 private:
  struct line_of_cells {
    std::vector<cell> cells;  // as many as there are columns
    int used = 0;             // those behind are stale
    std::uint16_t fill = 0;
    bool wrapped = false;
  };

  line_of_cells& line(int row) { return lines_[order_[static_cast<std::size_t>(row)]]; }
  const line_of_cells& line(int row) const { return lines_[order_[static_cast<std::size_t>(row)]]; }

  void clear(line_of_cells& l) const;
  void use(line_of_cells& l, int columns) const;
  void cut(line_of_cells& l, int column) const;
  void trim(line_of_cells& l) const;
  void scroll_rows(const area& where, int up);
  void scroll_part(const area& where, int up);
  void copy_part(int from_row, int to_row, const area& where);
  void scroll_columns(const area& where, int left);
  void erase_row(line_of_cells& l, int left, int right, bool selective) const;

  std::vector<line_of_cells> lines_;
  std::vector<std::uint16_t> order_;  // which of the lines each row is
  int columns_;
  std::uint16_t fill_ = 0;
  bool guards_ = false;  // there may be guarded cells
};

}  // namespace vt
