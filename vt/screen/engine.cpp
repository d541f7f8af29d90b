#include <vt/screen/engine.hpp>

#include <algorithm>
#include <charconv>
#include <new>
#include <string_view>

#include <vt/screen/libvterm.hpp>

namespace vt {
namespace {

enum class unit : std::uint8_t { rows, columns, part };

// A number stands where the `#` is.
// Which margins matter. Characters are inserted and deleted in any row, but libvterm refuses
// outside of those of DECSTBM.
enum class bounds : std::uint8_t { none, columns, both };

struct edit_row {
  edit what;
  const char* spelled;
  unit counts;
  bounds within;
};

constexpr edit_row edits[] = {
    {edit::insert_characters, "\x1b[#@", unit::columns, bounds::columns},
    {edit::delete_characters, "\x1b[#P", unit::columns, bounds::columns},
    {edit::erase_characters, "\x1b[#X", unit::columns, bounds::none},
    {edit::insert_lines, "\x1b[#L", unit::rows, bounds::both},
    {edit::delete_lines, "\x1b[#M", unit::rows, bounds::both},
    {edit::insert_columns, "\x1b[#'}", unit::columns, bounds::both},
    {edit::delete_columns, "\x1b[#'~", unit::columns, bounds::both},
    {edit::scroll_up, "\x1b[#S", unit::rows, bounds::both},
    {edit::scroll_down, "\x1b[#T", unit::rows, bounds::both},
    {edit::erase_display, "\x1b[#J", unit::part, bounds::none},
    {edit::erase_line, "\x1b[#K", unit::part, bounds::none},
    {edit::erase_display_selective, "\x1b[?#J", unit::part, bounds::none},
    {edit::erase_line_selective, "\x1b[?#K", unit::part, bounds::none},
};

bool inside(const VTermRect& r, int rows, int columns) {
  return 0 <= r.start_row && r.start_row < r.end_row && r.end_row <= rows && 0 <= r.start_col &&
         r.start_col < r.end_col && r.end_col <= columns;
}

area area_of(const VTermRect& r) { return {r.start_row, r.end_row, r.start_col, r.end_col}; }

// How far it is worth to go from there. libvterm takes more for negative sizes.
int most(const edit_row& row, int at_row, int at_column, const area& margins) {
  switch (row.counts) {
    case unit::part: return 2;
    case unit::columns: return std::max(margins.right - at_column, 1);
    default: break;
  }
  const bool from_cursor = row.what == edit::insert_lines || row.what == edit::delete_lines;
  return std::max(margins.last - (from_cursor ? at_row : margins.first), 1);
}

bool contains(const area& margins, int row, int column) {
  return margins.first <= row && row < margins.last && margins.left <= column &&
         column < margins.right;
}

bool needs_cursor_inside(edit what) { return what != edit::scroll_up && what != edit::scroll_down; }

}  // namespace

engine::engine(int rows, int columns)
    : rows_(rows),
      columns_(columns),
      margins_{0, rows, 0, columns},
      vterm_(vterm_new(rows, columns)) {
  if (!vterm_) throw std::bad_alloc();
  static const auto callbacks = state_callbacks(
      [](VTermRect rect, int downward, int rightward, void* self) {
        auto& e = *static_cast<engine*>(self);
        if (inside(rect, e.rows_, e.columns_)) e.note({area_of(rect), downward, rightward, false});
        return 1;
      },
      [](VTermRect rect, int selective, void* self) {
        auto& e = *static_cast<engine*>(self);
        if (inside(rect, e.rows_, e.columns_)) e.note({area_of(rect), 0, 0, selective != 0});
        return 1;
      });
  vterm_set_utf8(vterm_.get(), 1);
  vterm_output_set_callback(
      vterm_.get(), [](const char*, std::size_t, void*) {}, nullptr);
  auto* state = vterm_obtain_state(vterm_.get());
  vterm_state_set_callbacks(state, &callbacks, this);
  vterm_state_reset(state, 1);
}

engine::~engine() = default;

void engine::free_vterm::operator()(VTerm* v) const { vterm_free(v); }

std::span<const engine::operation> engine::run(edit what, int number, int row, int column,
                                               const area& margins) {
  const auto& how = edits[static_cast<std::size_t>(what)];
  auto wanted = margins;
  if (how.within == bounds::none) wanted = {0, rows_, 0, columns_};
  if (how.within == bounds::columns) {
    const bool any = margins_.first <= row && row < margins_.last;
    wanted.first = any ? margins_.first : 0;
    wanted.last = any ? margins_.last : rows_;
  }
  count_ = 0;
  if (needs_cursor_inside(what) && !contains(wanted, row, column)) return {};
  if (how.within != bounds::none) add_margins(wanted);
  if (row != row_ || column != column_) add("\x1b[#;#H", row + 1, column + 1);
  row_ = row;
  column_ = column;
  add(how.spelled, std::clamp(number, 0, most(how, row, column, wanted)), 0);
  send();
  return {noted_.data(), count_};
}

void engine::note(const operation& what) {
  if (count_ < noted_.size()) noted_[count_++] = what;
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
