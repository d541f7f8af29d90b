#include <vt/screen/grid.hpp>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <utility>

namespace vt {
namespace {

constexpr auto at_least_0 = [](int n) { return static_cast<std::size_t>(std::max(n, 0)); };

// Each cell in one piece: std::fill writes its members one by one with g++ 12.
void fill_cells(cell* first, cell* last, cell c) {
  for (; first < last; ++first) std::memcpy(first, &c, sizeof c);
}

void make_space(cell& c) { c.content = (c.content & cell::guarded) | ' '; }

}  // namespace

grid::grid(int rows, int columns)
    : lines_(at_least_0(rows)), order_(lines_.size()), columns_(columns) {
  for (auto& l : lines_) l.cells.resize(at_least_0(columns));
  std::iota(order_.begin(), order_.end(), std::uint16_t{0});
}

row_view grid::row(int n) const {
  const auto& l = line(n);
  return {{l.cells.data(), at_least_0(l.used)}, l.fill, l.wrapped};
}

cell grid::at(int row, int column) const {
  const auto& l = line(row);
  return column < l.used ? l.cells[at_least_0(column)] : cell{0, l.fill, 0};
}

void grid::put(int row, int column, std::string_view ascii, cell like) {
  auto& l = line(row);
  guards_ |= like.is_guarded();
  const int end = column + static_cast<int>(ascii.size());
  cut(l, column);
  cut(l, end);
  use(l, column);
  auto* to = l.cells.data() + column;
  for (const char c : ascii) {
    *to = like;
    to++->content |= static_cast<unsigned char>(c);
  }
  l.used = std::max(l.used, end);
}

void grid::put(int row, int column, cell c, int count) {
  auto& l = line(row);
  const int end = column + count * (c.is_wide() ? 2 : 1);
  guards_ |= c.is_guarded();
  cut(l, column);
  cut(l, end);
  use(l, column);
  auto* to = l.cells.data() + column;
  if (c.is_wide()) {
    const cell right{(c.content & cell::guarded) | cell::half, c.style, c.link};
    for (int i = 0; i < count; ++i) {
      *to++ = c;
      *to++ = right;
    }
  } else {
    fill_cells(to, to + count, c);
  }
  l.used = std::max(l.used, end);
}

void grid::replace(int row, int column, std::uint32_t content) {
  line(row).cells[at_least_0(column)].content = content;
}

void grid::scroll(const area& where, int up, int left) {
  if (where.first >= where.last || where.left >= where.right) return;
  if (left != 0) return scroll_columns(where, left);
  if (up == 0) return;
  if (where.left == 0 && where.right == columns_) return scroll_rows(where, up);
  scroll_part(where, up);
}

void grid::erase(const area& where, bool selective) {
  for (int row = where.first; row < where.last; ++row)
    erase_row(line(row), where.left, where.right, selective && guards_);
}

void grid::erase() {
  erase({0, rows(), 0, columns()});
  guards_ = false;
}

void grid::resize(int rows, int columns, int top) {
  std::vector<line_of_cells> kept(at_least_0(rows));
  for (int row = 0; row < rows; ++row) {
    auto& l = kept[at_least_0(row)];
    if (row + top < this->rows()) l = std::move(line(row + top));
    if (l.used > columns) {
      cut(l, columns);
      l.used = columns;
    }
    l.cells.resize(at_least_0(columns));
    l.cells.shrink_to_fit();
  }
  if (!kept.empty()) kept.back().wrapped = false;
  lines_ = std::move(kept);
  order_.resize(lines_.size());
  std::iota(order_.begin(), order_.end(), std::uint16_t{0});
  columns_ = columns;
}

void grid::clear(line_of_cells& l) const {
  l.used = 0;
  l.fill = fill_;
  l.wrapped = false;
}

// Writes the empty cells up to there, as others are going to be behind them.
void grid::use(line_of_cells& l, int columns) const {
  if (l.used >= columns) return;
  fill_cells(l.cells.data() + l.used, l.cells.data() + columns, {0, l.fill, 0});
  l.used = columns;
}

// A wide character with one half on each side becomes two spaces.
void grid::cut(line_of_cells& l, int column) const {
  if (column <= 0 || column >= l.used || !l.cells[at_least_0(column)].is_half()) return;
  make_space(l.cells[at_least_0(column - 1)]);
  make_space(l.cells[at_least_0(column)]);
}

void grid::trim(line_of_cells& l) const {
  const cell none{0, l.fill, 0};
  while (l.used > 0 && l.cells[at_least_0(l.used - 1)] == none) --l.used;
}

void grid::scroll_rows(const area& where, int up) {
  const int height = where.last - where.first;
  const int n = std::min(std::abs(up), height);
  if (where.first > 0) line(where.first - 1).wrapped = false;
  const auto first = order_.begin() + where.first;
  std::rotate(first, first + (up > 0 ? n : height - n), order_.begin() + where.last);
  for (int i = 0; i < n; ++i) clear(line(up > 0 ? where.last - 1 - i : where.first + i));
  if (up < 0) line(where.last - 1).wrapped = false;
}

void grid::scroll_part(const area& where, int up) {
  const int n = std::min(std::abs(up), where.last - where.first);
  for (int row = where.first; row < where.last; ++row) {
    auto& l = line(row);
    cut(l, where.left);
    cut(l, where.right);
    if (where.right == columns_) l.wrapped = false;
  }
  if (up > 0) {
    for (int row = where.first; row + n < where.last; ++row) copy_part(row + n, row, where);
    erase({where.last - n, where.last, where.left, where.right});
  } else {
    for (int row = where.last - 1; row - n >= where.first; --row) copy_part(row - n, row, where);
    erase({where.first, where.first + n, where.left, where.right});
  }
}

// Not what lies behind the used cells of both, if it looks alike.
void grid::copy_part(int from_row, int to_row, const area& where) {
  const auto& from = line(from_row);
  auto& to = line(to_row);
  const int used = std::clamp(from.used, where.left, where.right);
  const int end = to.fill == from.fill ? std::clamp(to.used, used, where.right) : where.right;
  if (end == where.left) return;
  use(to, where.left);
  auto* const cells = to.cells.data();
  std::copy(from.cells.data() + where.left, from.cells.data() + used, cells + where.left);
  fill_cells(cells + used, cells + end, {0, from.fill, 0});
  to.used = std::max(to.used, end);
  trim(to);
}

void grid::scroll_columns(const area& where, int left) {
  const int n = std::min(std::abs(left), where.right - where.left);
  for (int row = where.first; row < where.last; ++row) {
    auto& l = line(row);
    cut(l, where.left);
    cut(l, where.right);
    cut(l, left > 0 ? where.left + n : where.right - n);
    // Where all behind the used cells is as what comes in, only they are moved.
    const bool lazy = where.right == columns_ && l.fill == fill_;
    if (where.right == columns_) l.wrapped = false;
    if (lazy && l.used <= where.left) continue;
    use(l, lazy ? std::min(l.used + n, columns_) : where.right);
    auto* begin = l.cells.data() + where.left;
    auto* end = l.cells.data() + (lazy ? l.used : where.right);
    const int moved = std::min(n, static_cast<int>(end - begin));
    if (left > 0) {
      fill_cells(std::move(begin + moved, end, begin), end, {0, fill_, 0});
    } else {
      fill_cells(begin, std::move_backward(begin, end - moved, end), {0, fill_, 0});
    }
    trim(l);
  }
}

void grid::erase_row(line_of_cells& l, int left, int right, bool selective) const {
  if (left == 0 && right == columns_ && !selective) return clear(l);
  cut(l, left);
  cut(l, right);
  if (right == columns_) l.wrapped = false;
  if (right == columns_ && !selective) {
    if (l.fill != fill_) use(l, left);
    l.used = std::min(l.used, left);
    l.fill = fill_;
  } else if (l.used > left || l.fill != fill_) {
    use(l, right);
    auto* const cells = l.cells.data();
    if (!selective) fill_cells(cells + left, cells + right, {0, fill_, 0});
    for (int i = left; selective && i < right; ++i)
      if (!cells[i].is_guarded()) cells[i] = {0, fill_, 0};
  }
  trim(l);
}

}  // namespace vt
