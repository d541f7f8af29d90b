// A row of a grid as stretches, from left to right up to the last column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <vt/screen/cell_tables.hpp>
#include <vt/screen/grid.hpp>
#include <vt/screen/row_bytes.hpp>
#include <vt/stream/utf8.hpp>

namespace vt {

class stretch_reader {
 public:
  // `buffer` is written to: the texts given are views of it until the next one.
  stretch_reader(const row_view& row, int columns, const cell_tables& tables, std::string& buffer)
      : row_(row), columns_(static_cast<std::size_t>(columns)), tables_(tables), buffer_(buffer) {}

  bool next(stretch& into);  // false: no more

 private:
  cell at(std::size_t column) const {
    return column < row_.cells.size() ? row_.cells[column] : cell{0, row_.fill, 0};
  }
  void take_blanks(stretch& into);
  void take_text(stretch& into);
  void write(std::span<const cell> cells, std::size_t end, std::size_t width);

  row_view row_;
  std::size_t columns_;
  const cell_tables& tables_;
  std::string& buffer_;
  std::size_t column_ = 0;
};

// Calls `each(stretch)`.
template <class Each>
void for_each_stretch(const row_view& row, int columns, const cell_tables& tables,
                      std::string& buffer, const Each& each) {
  stretch_reader cells(row, columns, tables, buffer);
  for (stretch s; cells.next(s);) each(s);
}

}  // namespace vt
