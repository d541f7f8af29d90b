#include <vt/screen/engine.hpp>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <new>
#include <string_view>

#include <vt/screen/libvterm.hpp>

namespace vt {
namespace {

enum class unit : std::uint8_t { rows, columns, part };

// Which margins matter. Characters are inserted and deleted in any row, but libvterm refuses
// outside of those of DECSTBM.
enum class bounds : std::uint8_t { none, columns, both };

// What matters of the cursor: all; its column, as one row is as another; its row; nothing.
enum class start : std::uint8_t { cursor, column, row, margins };

// A number stands where the `#` is.
struct edit_row {
  edit what;
  const char* spelled;
  unit counts;
  bounds within;
  start from;
};

constexpr edit_row edits[] = {
    {edit::insert_characters, "\x1b[#@", unit::columns, bounds::columns, start::column},
    {edit::delete_characters, "\x1b[#P", unit::columns, bounds::columns, start::column},
    {edit::erase_characters, "\x1b[#X", unit::columns, bounds::none, start::column},
    {edit::insert_lines, "\x1b[#L", unit::rows, bounds::both, start::row},
    {edit::delete_lines, "\x1b[#M", unit::rows, bounds::both, start::row},
    {edit::insert_columns, "\x1b[#'}", unit::columns, bounds::both, start::cursor},
    {edit::delete_columns, "\x1b[#'~", unit::columns, bounds::both, start::cursor},
    {edit::scroll_up, "\x1b[#S", unit::rows, bounds::both, start::margins},
    {edit::scroll_down, "\x1b[#T", unit::rows, bounds::both, start::margins},
    {edit::erase_display, "\x1b[#J", unit::part, bounds::none, start::cursor},
    {edit::erase_line, "\x1b[#K", unit::part, bounds::none, start::column},
    {edit::erase_display_selective, "\x1b[?#J", unit::part, bounds::none, start::cursor},
    {edit::erase_line_selective, "\x1b[?#K", unit::part, bounds::none, start::column},
};

bool inside(const area& a, int rows, int columns) {
  return 0 <= a.first && a.first < a.last && a.last <= rows && 0 <= a.left && a.left < a.right &&
         a.right <= columns;
}

area area_of(const VTermRect& r) { return {r.start_row, r.end_row, r.start_col, r.end_col}; }

std::int16_t narrow(int n) { return static_cast<std::int16_t>(n); }

// How far it is worth to go from there. libvterm takes more for negative sizes.
int most(unit counts, int rows, int columns) {
  switch (counts) {
    case unit::rows: return rows;
    case unit::columns: return columns;
    default: return 2;
  }
}

std::uint64_t packed(int a, int b, int c, int d) {
  const auto part = [](int n, int at) { return static_cast<std::uint64_t>(n) << (16 * at); };
  return part(a, 0) | part(b, 1) | part(c, 2) | part(d, 3);
}

bool contains(const area& margins, int row, int column) {
  return margins.first <= row && row < margins.last && margins.left <= column &&
         column < margins.right;
}

}  // namespace

engine::engine(int rows, int columns)
    : rows_(rows),
      columns_(columns),
      margins_{0, rows, 0, columns},
      vterm_(vterm_new(rows, columns)) {
  if (!vterm_) throw std::bad_alloc();
  static const auto callbacks = state_callbacks(
      [](VTermRect where, int up, int leftward, void* self) {
        static_cast<engine*>(self)->note(area_of(where), up, leftward, false);
        return 1;
      },
      [](VTermRect where, int selective, void* self) {
        static_cast<engine*>(self)->note(area_of(where), 0, 0, selective != 0);
        return 1;
      });
  vterm_set_utf8(vterm_.get(), 1);
  vterm_output_set_callback(
      vterm_.get(), [](const char*, std::size_t, void*) {}, nullptr);
  auto* state = vterm_obtain_state(vterm_.get());
  vterm_state_reset(state, 1);
  vterm_state_set_callbacks(state, &callbacks, this);
}

engine::~engine() = default;

void engine::free_vterm::operator()(VTerm* v) const { vterm_free(v); }

const engine::operations& engine::run(edit what, int number, int row, int column,
                                      const area& margins) {
  const auto& how = edits[static_cast<std::size_t>(what)];
  auto within = margins;
  if (how.within != bounds::both) within.first = 0, within.last = rows_;
  if (how.within == bounds::none) within.left = 0, within.right = columns_;
  if (how.from != start::margins && !contains(within, row, column)) return said_ = {};
  const int down = how.from == start::column ? row : 0;
  row = how.from == start::margins ? within.first : row - down;
  if (how.from == start::margins || how.from == start::row) column = within.left;
  number = std::clamp(number, 0, most(how.counts, within.last - row, within.right - column));
  const question asked{packed(column, row, number, static_cast<int>(what)),
                       packed(within.first, within.last, within.left, within.right)};
  auto& [newer, older] = answers_[place_of(asked)];
  if (newer.to != asked && older.to != asked) {
    ask(what, number, row, column, within);
    older = newer;
    newer.to = asked;
    newer.said = said_;
  }
  const auto& said = newer.to == asked ? newer.said : older.said;
  if (down == 0) return said;
  said_ = said;
  said_.move_down(down);
  return said_;
}

std::size_t engine::place_of(const question& asked) {
  const auto mixed = asked.edit * 0x9e3779b97f4a7c15u + asked.within * 0xff51afd7ed558ccdu;
  return static_cast<std::size_t>(mixed >> (64 - place_bits));
}

void engine::ask(edit what, int number, int row, int column, const area& within) {
  const auto& how = edits[static_cast<std::size_t>(what)];
  if (how.within != bounds::none) add_margins(within);
  if (row != row_ || column != column_) add("\x1b[#;#H", row + 1, column + 1);
  row_ = row;
  column_ = column;
  add(how.spelled, number, 0);
  said_ = {};
  send();
}

void engine::note(const area& where, int up, int leftward, bool selective) {
  if (!inside(where, rows_, columns_)) return;
  said_.add({narrow(where.first), narrow(where.last), narrow(where.left), narrow(where.right),
             narrow(up), narrow(leftward), selective});
}

void engine::operations::add(const operation& one) {
  assert(count_ < all_.size());
  if (count_ < all_.size()) all_[count_++] = one;
}

void engine::operations::move_down(int rows) {
  for (auto& each : all_) {
    each.first = narrow(each.first + rows);
    each.last = narrow(each.last + rows);
  }
}

// Each takes the cursor home.
void engine::add_margins(const area& wanted) {
  const bool rows = wanted.first != margins_.first || wanted.last != margins_.last;
  const bool columns = wanted.left != margins_.left || wanted.right != margins_.right;
  if (rows) add("\x1b[#;#r", wanted.first + 1, wanted.last);
  if (columns) add("\x1b[?69h", 0, 0);
  if (columns) add("\x1b[#;#s", wanted.left + 1, wanted.right);
  if (rows || columns) row_ = column_ = -1;
  margins_ = wanted;
}

// At most two numbers, below 10,000.
void engine::add(const char* sequence, int first, int second) {
  int next = first;
  for (const char c : std::string_view(sequence)) {
    if (c != '#') {
      bytes_[size_++] = c;
      continue;
    }
    auto* const end = bytes_.data() + bytes_.size();
    size_ = static_cast<std::size_t>(std::to_chars(bytes_.data() + size_, end, next).ptr -
                                     bytes_.data());
    next = second;
  }
}

void engine::send() {
  vterm_input_write(vterm_.get(), bytes_.data(), size_);
  size_ = 0;
}

}  // namespace vt
