#include <vt/stream/terminal_state.hpp>

#include <algorithm>
#include <string_view>

namespace vt {
namespace {

constexpr unsigned greatest_number = 0xffff;  // a parameter that is greater reads so, too

bool has_no_bit(unsigned number) {
  return number == 0 || number >= greatest_number || row_of(number).role != mode_role::undone;
}

// Takes the first of `size` items out.
template <class Items>
void drop_oldest(Items& items, std::uint8_t& size) {
  std::move(items.begin() + 1, items.begin() + size, items.begin());
  items[--size] = 0;
}

template <class Value>
Value either(const Value& first, const Value& second) {
  return first != Value{} ? first : second;
}

// What may be on if either is.
drawing merged(const drawing& first, const drawing& second) {
  drawing all = first;
  all.pen = either(first.pen, second.pen);
  for (std::size_t i = 0; i < all.sets.g.size(); ++i)
    all.sets.g[i] = either(first.sets.g[i], second.sets.g[i]);
  all.sets.gl = either(first.sets.gl, second.sets.gl);
  if (all.sets.gr == charsets{}.gr) all.sets.gr = second.sets.gr;
  all.origin = either(first.origin, second.origin);
  all.guarded = either(first.guarded, second.guarded);
  return all;
}

}  // namespace

void key_flags_stack::set(unsigned flags, unsigned how) {
  auto& now = depth_ == 0 ? base_ : pushed_[depth_ - 1];
  const auto given = flags & 0x7f;
  if (how == 1) now = static_cast<std::uint8_t>(given);
  if (how == 2) now = static_cast<std::uint8_t>(now | given);
  if (how == 3) now = static_cast<std::uint8_t>(now & ~given);
}

void key_flags_stack::push(unsigned flags) {
  if (depth_ == max_depth) drop_oldest(pushed_, depth_);
  pushed_[depth_++] = flags & 0x7f;
}

void key_flags_stack::pop(unsigned count) {
  if (count > depth_) base_ = 0;
  while (count-- > 0 && depth_ > 0) pushed_[--depth_] = 0;
}

std::optional<unsigned> key_resources::value(unsigned resource) const {
  if (!changed(resource) || disabled(resource)) return std::nullopt;
  return kept_[resource] - 1u;
}

void key_resources::set(unsigned resource, unsigned value) {
  if (resource >= count) return;
  kept_[resource] = static_cast<std::uint8_t>(1 + std::min(value, max_value));
}

void key_resources::disable(unsigned resource) {
  if (resource < count) kept_[resource] = off;
}

void key_resources::reset(unsigned resource) {
  if (resource < count) kept_[resource] = 0;
}

void title_stack::push(unsigned kind) {
  if (depth_ == max_depth) drop_oldest(kinds_, depth_);
  kinds_[depth_++] = static_cast<std::uint8_t>(kind);
}

void title_stack::pop(unsigned kind) {
  if (depth_ == 0) return;
  auto* const end = kinds_.data() + depth_;
  auto* at = end - 1;
  while (at != kinds_.data() && *at != kind) --at;
  if (*at != kind) at = end - 1;
  std::move(at + 1, end, at);
  kinds_[--depth_] = 0;
}

void charsets::designate(std::array<char, 2> intermediates, char final) {
  const auto of_94 = std::string_view("()*+").find(intermediates[0]);
  const auto of_96 = std::string_view("-./").find(intermediates[0]);
  if (intermediates[0] == 0 || (of_94 == std::string_view::npos && of_96 == of_94)) return;
  const auto name = static_cast<charset>(intermediates[1] << 8 | final);
  if (of_94 != std::string_view::npos) {
    g[of_94] = name == 'B' ? 0 : name;
  } else {
    g[of_96 + 1] = name | is_96;
  }
}

bool terminal_state::operator==(const terminal_state& o) const {
  return dec == o.dec && alternate == o.alternate && text == o.text && keys == o.keys &&
         rows == o.rows && columns == o.columns && keypad == o.keypad &&
         keyboard_locked == o.keyboard_locked && insert == o.insert && local_echo == o.local_echo &&
         newline == o.newline && not_utf8 == o.not_utf8 &&
         eight_bit_answers == o.eight_bit_answers && printing == o.printing &&
         cursor_style == o.cursor_style && modify_keys == o.modify_keys &&
         format_keys == o.format_keys && titles == o.titles && values == o.values;
}

bool terminal_state::mode(unsigned number) const {
  if (number == 6) return text.origin;
  if (row_of(number).role == mode_role::elsewhere) return number == alternate;
  return dec.is_set(number);
}

void terminal_state::set_mode(unsigned number, bool on) {
  switch (number) {
    case 6: text.origin = on; return;
    case 47:
    case 1047:
    case 1049: return on ? enter_alternate(number) : leave_alternate(number);
    case 1048: return on ? save_cursor() : restore_some();
    default: break;
  }
  if (has_no_bit(number)) return;
  dec.set(number, on);
  if (number == 69 && !on) columns = {};
}

void terminal_state::save_mode(unsigned number) {
  if (!has_no_bit(number)) dec.save(number);
}

void terminal_state::restore_mode(unsigned number) {
  if (!has_no_bit(number)) dec.restore(number);
}

void terminal_state::save_cursor() {
  last_saved = alternate != 0;
  saved[last_saved] = saved_cursor{text, !dec.is_set(7), dec.is_set(5)};
}

// Where none was saved some terminals have it as it was first, others ignore it.
void terminal_state::restore(const std::optional<saved_cursor>& from) {
  if (!from) return;
  text = from->text;
  if (from->unwrapped) dec.set(7, false);
  if (from->reversed) dec.set(5, true);
}

// xterm has one for each screen; tmux and libvterm have one for both.
void terminal_state::restore_cursor() {
  const bool here = alternate != 0;
  restore(saved[here]);
  if (here != last_saved && saved[last_saved]) text = merged(text, saved[last_saved]->text);
}

void terminal_state::enter_alternate(unsigned number) {
  if (number == 1049) save_cursor();
  if (alternate == 0) alternate = static_cast<std::uint16_t>(number);
  values.maybe_alternate = false;
}

// By 1048 and 1049: all that is saved with the cursor comes back in xterm, in tmux nothing by the
// first and the pen alone by the second.
void terminal_state::restore_some() {
  const auto before = text;
  restore(saved[alternate != 0]);
  text = merged(text, before);
}

void terminal_state::set_columns(margins wanted) {
  columns = wanted;
  auto& slot = saved[alternate != 0];
  const auto before = slot;
  save_cursor();
  if (before) slot->text = merged(before->text, text);
}

void terminal_state::leave_alternate(unsigned number) {
  alternate = 0;
  values.maybe_alternate = false;
  if (number == 1049) restore_some();
}

// As xterm's ReallyReset has it, but for the palette, which others keep.
void terminal_state::soft_reset() {
  for (const auto off : {1u, 12u, 45u, 66u, 69u}) set_mode(off, false);
  for (const auto on : {7u, 25u}) set_mode(on, true);
  rows = {};
  text = {};
  keypad = keyboard_locked = insert = false;
  cursor_style = 0;
  modify_keys.reset_all();
  save_cursor();
}

// What xterm does not undo is kept, as long as it has it at all.
void terminal_state::full_reset() {
  terminal_state fresh;
  fresh.titles = titles;
  fresh.format_keys = format_keys;
  fresh.values.special_colors = values.special_colors;
  fresh.values.dynamic_colors = values.dynamic_colors;
  fresh.values.pointer_shape = values.pointer_shape;
  fresh.values.maybe_alternate = values.maybe_alternate || alternate != 0;
  *this = fresh;
  save_cursor();
  saved[1] = saved[0];
}

}  // namespace vt
