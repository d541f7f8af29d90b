// How text comes onto a screen.
#include <algorithm>

#include <vt/screen/screen.hpp>
#include <vt/screen/width.hpp>
#include <vt/stream/scan.hpp>

namespace vt {
namespace {

std::uint16_t style_in(const cell& c) { return c.style; }

std::uint16_t link_in(const cell& c) { return c.link; }

std::uint16_t cluster_in(const cell& c) {
  return c.is_cluster() ? static_cast<std::uint16_t>(c.value()) : std::uint16_t{0};
}

}  // namespace

void screen::print(std::string_view text) {
  while (!text.empty()) {
    const auto size = find_first(text, 0, ends_ascii);
    if (size != 0) print_ascii(text.substr(0, size));
    text.remove_prefix(size);
    while (!text.empty() && static_cast<unsigned char>(text[0]) >= 0x80)
      print(take_character(text));
  }
}

void screen::print_ascii(std::string_view ascii) {
  if (translates()) return print_translated(ascii);
  last_ = static_cast<unsigned char>(ascii.back());
  put(ascii);
}

bool screen::translates() const { return single_shift_ != 0 || text_.sets.g[text_.sets.gl] != 0; }

void screen::put(std::string_view ascii) {
  if (redraw_) draw_anew();
  while (!ascii.empty()) {
    if (cursor_.wraps) wrap();
    const int last = edge();
    const auto size = std::min(ascii.size(), static_cast<std::size_t>(last - cursor_.column + 1));
    const auto count = static_cast<int>(size);
    if (inserting()) scroll({cursor_.row, cursor_.row + 1, cursor_.column, last + 1}, 0, -count);
    now().put(cursor_.row, cursor_.column, ascii.substr(0, size), like_);
    cursor_.column += count;
    if (cursor_.column > last) cursor_ = {cursor_.row, last, autowrap_};
    ascii.remove_prefix(size);
  }
}

void screen::print_translated(std::string_view ascii) {
  for (const char byte : ascii) {
    const auto set = text_.sets.g[single_shift_ != 0 ? single_shift_ : text_.sets.gl];
    single_shift_ = 0;
    print(translated(set, byte));
  }
}

void screen::print(char32_t character) {
  const int width = width_of(character);
  if (width == 0) return combine(character);
  if (redraw_) draw_anew();
  single_shift_ = 0;
  last_ = character;
  put(character, width, 1);
}

// Without a wrap all that comes behind the last column is the same one there.
void screen::put(char32_t character, int width, int count) {
  while (count > 0) {
    if (cursor_.wraps) wrap();
    if (cursor_.column + width - 1 > edge()) {
      if (!autowrap_) return;
      wrap();
      if (cursor_.column + width - 1 > edge()) return;
    }
    const int last = edge();
    const int room = last - cursor_.column + 1;
    const int fits = std::min(count, width == 2 ? room / 2 : room);
    if (inserting())
      scroll({cursor_.row, cursor_.row + 1, cursor_.column, last + 1}, 0, -fits * width);
    auto c = like_;
    c.content |= character | (width == 2 ? cell::wide : 0);
    now().put(cursor_.row, cursor_.column, c, fits);
    cursor_.column += fits * width;
    if (cursor_.column > last) cursor_ = {cursor_.row, last, autowrap_};
    count = autowrap_ ? count - fits : 0;
  }
}

// Joins the character before the cursor, whatever brought the cursor there.
void screen::combine(char32_t mark) {
  int column = cursor_.wraps ? cursor_.column : cursor_.column - 1;
  if (column < 0) return;
  if (now().at(cursor_.row, column).is_half()) --column;
  auto c = now().at(cursor_.row, column);
  if (c.empty()) {
    c.content |= ' ';
    now().put(cursor_.row, column, c);
  }
  auto text = tables_.text(c);
  append_utf8(text, mark);
  if (text.size() > cell_tables::max_cluster_bytes) return;
  const auto number = number_of(tables_.clusters_, text, cluster_in);
  if (number == 0) return;
  const auto flags = c.content & (cell::wide | cell::guarded);
  now().replace(cursor_.row, column, flags | cell::cluster | number);
}

void screen::repeat(int count) {
  if (last_ == 0) return;
  const int width = width_of(last_);
  // No character of width 0 is ever the last one.
  put(last_, width, std::min(count, most_repeated() / width));  // NOLINT(*-core.DivideZero)
}

// In columns. What is repeated beyond a whole screen is seen no more. Between column margins, where
// each line that scrolls is moved cell by cell, nothing goes beyond the end of the next row.
int screen::most_repeated() const {
  if (margins_.left == 0 && margins_.right == columns()) return rows() * columns();
  return edge() + 1 - cursor_.column + margins_.right - margins_.left;
}

// The last column that text at the cursor may use.
int screen::edge() const {
  return cursor_.column < margins_.right ? margins_.right - 1 : columns() - 1;
}

void screen::wrap() {
  cursor_.wraps = false;
  const bool whole = margins_.left == 0 && margins_.right == columns();
  const bool has_next = cursor_.row + 1 == margins_.last || cursor_.row + 1 < rows();
  if (whole && has_next) now().set_wrapped(cursor_.row, true);
  carriage_return();
  line_feed();
}

void screen::draw_anew() {
  redraw_ = false;
  if (text_.pen != tables_.style(like_.style)) like_.style = style_of(text_.pen);
}

std::uint16_t screen::style_of(const pen& wanted) {
  return number_of(tables_.styles_, wanted, style_in);
}

template <class Table, class Value>
std::uint16_t screen::number_of(Table& table, const Value& value, number_in in) {
  if (const auto found = table.find_or_add(value)) return *found;
  return collect(table, in) ? table.find_or_add(value).value_or(0) : 0;
}

// Each table for itself: that one is full says nothing of the others.
template <class Table>
bool screen::collect(Table& table, number_in in) {
  if (table.rests()) return false;
  std::vector<bool> used(table.numbers());
  const auto use = [&used, in](const cell& c) { used[in(c)] = true; };
  const auto use_fill = [&use](std::uint16_t fill) { use({0, fill, 0}); };
  use(like_);
  for (const auto& g : grids_) {
    use_fill(g.fill());
    g.for_each(use, use_fill);
  }
  table.keep(used);
  tables_.link_bytes_ = 0;
  tables_.links_.for_each([&](const std::string& each) { tables_.link_bytes_ += each.size(); });
  return true;
}

void screen::link(std::string_view payload) {
  const auto address = payload.find(';');
  like_.link = 0;
  if (address == payload.npos || address + 1 == payload.size()) return;
  if (!has_room_for_link(payload.size())) return;
  const auto before = tables_.links_.size();
  like_.link = number_of(tables_.links_, std::string(payload), link_in);
  if (tables_.links_.size() > before) tables_.link_bytes_ += payload.size();
}

bool screen::has_room_for_link(std::size_t bytes) {
  constexpr auto most = cell_tables::max_link_bytes;
  constexpr auto little = most / 16;
  if (tables_.link_bytes_ + bytes <= most) return true;
  if (!collect(tables_.links_, link_in)) return false;
  if (tables_.link_bytes_ > most - little) tables_.links_.rest();
  return tables_.link_bytes_ + bytes <= most;
}

}  // namespace vt
