#include <vt/screen/row_stretches.hpp>

#include <vt/screen/width.hpp>

namespace vt {
namespace {

bool is_like(const cell& a, const cell& b) {
  constexpr auto flags = cell::wide | cell::guarded;
  return a.style == b.style && a.link == b.link && ((a.content ^ b.content) & flags) == 0;
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
  buffer_.clear();
  const auto first = at(column_);
  const auto width = first.is_wide() ? std::size_t{2} : std::size_t{1};
  const auto begin = column_;
  while (column_ < columns_) {
    const auto c = at(column_);
    if (c.empty() || !is_like(c, first) || (c.is_cluster() && into.glyphs != 0)) break;
    if (c.is_cluster()) {
      buffer_ = tables_.text(c);
    } else {
      append_utf8(buffer_, c.is_half() ? ' ' : static_cast<char32_t>(c.value()));
    }
    ++into.glyphs;
    column_ += width;
    if (c.is_cluster()) break;
  }
  into.columns = static_cast<std::uint32_t>(column_ - begin);
  into.text = buffer_;
  into.look = tables_.style(first.style);
  into.link = tables_.link(first.link);
  into.guarded = first.is_guarded();
}

}  // namespace vt
