#include <vt/screen/row_stretches.hpp>

#include <algorithm>

#include <vt/screen/width.hpp>

namespace vt {
namespace {

// Not a cluster: each of them is a stretch of its own.
bool is_like(const cell& a, const cell& b) {
  constexpr auto flags = cell::wide | cell::half | cell::guarded | cell::cluster;
  return a.style == b.style && a.link == b.link && ((a.content ^ b.content) & flags) == 0 &&
         !a.empty();
}

}  // namespace

bool stretch_reader::next(stretch& into) {
  into = {};
  if (column_ >= columns_) return false;
  if (at(column_).empty()) {
    take_blanks(into);
  } else {
    take_text(into);
  }
  return true;
}

void stretch_reader::take_blanks(stretch& into) {
  const auto first = at(column_);
  const auto begin = column_;
  while (column_ < columns_ && column_ < row_.cells.size() && at(column_).empty() &&
         at(column_).style == first.style)
    ++column_;
  if (column_ >= row_.cells.size() && row_.fill == first.style) column_ = columns_;
  into.columns = static_cast<std::uint32_t>(column_ - begin);
  into.look = tables_.style(first.style);
}

void stretch_reader::take_text(stretch& into) {
  const auto cells = row_.cells.first(std::min(row_.cells.size(), columns_)).subspan(column_);
  const auto first = cells[0];
  const auto width = first.is_wide() ? std::size_t{2} : std::size_t{1};
  auto end = width;
  if (first.is_cluster()) {
    buffer_ = tables_.text(first);
  } else {
    while (end < cells.size() && is_like(cells[end], first)) end += width;
    write(cells, end, width);
  }
  column_ += end;
  into.glyphs = static_cast<std::uint32_t>(first.is_wide() ? end / 2 : end);
  into.columns = static_cast<std::uint32_t>(end);
  into.text = buffer_;
  into.look = tables_.style(first.style);
  into.link = tables_.link(first.link);
  into.guarded = first.is_guarded();
}

void stretch_reader::write(std::span<const cell> cells, std::size_t end, std::size_t width) {
  const auto character = [](const cell& c) { return c.is_half() ? U' ' : char32_t{c.value()}; };
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < end; i += width) bits |= cells[i].value();
  if (bits < 0x80 && width == 1) {
    buffer_.resize(end);
    for (std::size_t i = 0; i < end; ++i) buffer_[i] = static_cast<char>(character(cells[i]));
  } else {
    buffer_.clear();
    for (std::size_t i = 0; i < end; i += width) append_utf8(buffer_, character(cells[i]));
  }
}

}  // namespace vt
