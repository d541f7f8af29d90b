// How text comes onto a screen.
#include <algorithm>
#include <array>

#include <vt/screen/screen.hpp>
#include <vt/screen/width.hpp>
#include <vt/stream/scan.hpp>

namespace vt {

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
  put(character, width);
}

void screen::put(char32_t character, int width) {
  if (cursor_.wraps) wrap();
  if (cursor_.column + width - 1 > edge()) {
    if (!autowrap_) return;
    wrap();
    if (cursor_.column + width - 1 > edge()) return;
  }
  const int last = edge();
  if (inserting()) scroll({cursor_.row, cursor_.row + 1, cursor_.column, last + 1}, 0, -width);
  auto c = like_;
  c.content |= character | (width == 2 ? cell::wide : 0);
  now().put(cursor_.row, cursor_.column, c);
  cursor_.column += width;
  if (cursor_.column > last) cursor_ = {cursor_.row, last, autowrap_};
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
  const auto number = number_of(tables_.clusters_, text);
  if (number == 0) return;
  const auto flags = c.content & (cell::wide | cell::guarded);
  now().replace(cursor_.row, column, flags | cell::cluster | number);
}

// What is repeated beyond a whole screen is seen no more.
void screen::repeat(int count) {
  constexpr int size = 256;
  const auto character = last_;
  if (character == 0) return;
  count = std::min(count, rows() * columns());
  if (character >= 0x80) {
    for (; count > 0; --count) print(character);
    return;
  }
  std::array<char, size> run;
  run.fill(static_cast<char>(character));
  for (; count > 0; count -= size)
    put({run.data(), static_cast<std::size_t>(std::min(count, size))});
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

std::uint16_t screen::style_of(const pen& wanted) { return number_of(tables_.styles_, wanted); }

// A table that stays full although only what is on the screens is kept is not looked through again
// for each new value.
template <class Table, class Value>
std::uint16_t screen::number_of(Table& table, const Value& value) {
  if (const auto found = table.find_or_add(value)) return *found;
  return collect() ? table.find_or_add(value).value_or(0) : 0;
}

bool screen::collect() {
  constexpr unsigned rest = 4096;
  if (spared_ > 0) {
    --spared_;
    return false;
  }
  spared_ = rest;
  std::vector<bool> styles(tables_.styles_.numbers());
  std::vector<bool> links(tables_.links_.numbers());
  std::vector<bool> clusters(tables_.clusters_.numbers());
  styles[like_.style] = links[like_.link] = true;
  for (auto& g : grids_) {
    styles[g.fill()] = true;
    g.for_each(
        [&](const cell& c) {
          styles[c.style] = links[c.link] = true;
          if (c.is_cluster()) clusters[c.value()] = true;
        },
        [&](std::uint16_t fill) { styles[fill] = true; });
  }
  tables_.styles_.keep(styles);
  tables_.links_.keep(links);
  tables_.clusters_.keep(clusters);
  tables_.link_bytes_ = 0;
  tables_.links_.for_each([&](const std::string& each) { tables_.link_bytes_ += each.size(); });
  return true;
}

void screen::link(std::string_view payload) {
  const auto address = payload.find(';');
  like_.link = 0;
  if (address == payload.npos || address + 1 == payload.size()) return;
  const std::string wanted(payload);
  if (tables_.link_bytes_ + wanted.size() > cell_tables::max_link_bytes) collect();
  if (tables_.link_bytes_ + wanted.size() > cell_tables::max_link_bytes) return;
  const auto before = tables_.links_.size();
  like_.link = number_of(tables_.links_, wanted);
  if (tables_.links_.size() > before) tables_.link_bytes_ += wanted.size();
}

}  // namespace vt
