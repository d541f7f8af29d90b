// What controls and sequences do to a screen.
#include <algorithm>

#include <vt/screen/engine.hpp>
#include <vt/screen/screen.hpp>

namespace vt {
namespace {

// How often: nothing and 0 are once.
int count_of(const parameter_list& given) { return std::max<int>(given.value_or(0, 1), 1); }

}  // namespace

void screen::control(char byte) {
  last_ = 0;
  switch (byte) {
    case '\b': return move_to(cursor_.row, std::max(cursor_.column - 1, line_begin()));
    case '\t': return tab(1);
    case '\n':
    case '\v':
    case '\f':
      cursor_.wraps = false;
      if (journal_.state().newline) carriage_return();
      return line_feed();
    case '\r': return carriage_return();
    case '\x0e': text_.sets.gl = 1; break;
    case '\x0f': text_.sets.gl = 0; break;
    default: return;
  }
  const std::string_view shift(&byte, 1);
  token t;
  t.kind = token_kind::control;
  t.bytes = shift;
  journal_.take(t);
}

void screen::escape(const token& t) {
  journal_.take(t);
  switch (t.function()) {
    case function("7"): return save_cursor();
    case function("8"): return restore_cursor();
    case function("D"): return line_feed();
    case function("E"): carriage_return(); return line_feed();
    case function("H"): tabs_[static_cast<std::size_t>(cursor_.column)] = true; return;
    case function("M"): return reverse_line_feed();
    case function("N"): single_shift_ = 2; return;
    case function("O"): single_shift_ = 3; return;
    case function("V"): return guard(true);
    case function("W"): return guard(false);
    case function("c"): return full_reset();
    case function("n"): text_.sets.gl = 2; return;
    case function("o"): text_.sets.gl = 3; return;
    case function("~"): text_.sets.gr = 1; return;
    case function("}"): text_.sets.gr = 2; return;
    case function("|"): text_.sets.gr = 3; return;
    case function("#8"): return align();
    default: return text_.sets.designate(t.intermediates, t.final);
  }
}

void screen::sequence(const token& t) {
  const parameter_list given(t.parameters);
  journal_.take(t, given);
  const int count = count_of(given);
  const int part = given.value_or(0, 0);
  switch (t.function()) {
    case function("m"):
      text_.pen.apply(given.begin(), given.end());
      redraw_ = true;
      return;
    case function("?h"): return set_dec_modes(given, true);
    case function("?l"): return set_dec_modes(given, false);
    case function("@"): return run(edit::insert_characters, count);
    case function("P"): return run(edit::delete_characters, count);
    case function("X"): return run(edit::erase_characters, count);
    case function("L"): run(edit::insert_lines, count); break;
    case function("M"): run(edit::delete_lines, count); break;
    case function("'}"): return run(edit::insert_columns, count);
    case function("'~"): return run(edit::delete_columns, count);
    case function("S"): return run(edit::scroll_up, count);
    case function("T"):
      if (given.size() == 1) run(edit::scroll_down, count);
      return;
    case function("J"):
      if (part == 3 && sink_ != nullptr) sink_->clear();
      return erase(edit::erase_display, part);
    case function("K"): return erase(edit::erase_line, part);
    case function("?J"): return erase(edit::erase_display_selective, part);
    case function("?K"): return erase(edit::erase_line_selective, part);
    case function("I"): return tab(count);
    case function("Z"): return tab_back(count);
    case function("g"): return clear_tabs(part);
    case function("?W"):
      if (part == 5) default_tabs(0);
      return;
    case function("b"): return repeat(count);
    case function("r"): return set_rows(given);
    case function("s"): return has_column_margins() ? set_columns(given) : save_cursor();
    case function("u"): return restore_cursor();
    case function("t"): return window_operation(given);
    case function("\"q"): return guard(part == 1);
    case function("!p"): return soft_reset();
    case function("H"):
    case function("f"): return place(count - 1, std::max<int>(given.value_or(1, 1), 1) - 1);
    default: return move(t, count);
  }
  if (margins_.first <= cursor_.row && cursor_.row < margins_.last) carriage_return();
}

// Margins stop what does not start beyond them.
void screen::move(const token& t, int count) {
  const auto& m = margins_;
  const int row = cursor_.row;
  const int column = cursor_.column;
  const int above = row >= m.first ? m.first : 0;
  const int below = row < m.last ? m.last - 1 : rows() - 1;
  const int before = line_begin();
  const int behind = column < m.right ? m.right - 1 : columns() - 1;
  const int origin_row = text_.origin ? m.first : 0;
  const int origin_column = text_.origin ? m.left : 0;
  switch (t.function()) {
    case function("A"): return move_to(std::max(row - count, above), column);
    case function("B"): return move_to(std::min(row + count, below), column);
    case function("C"): return move_to(row, std::min(column + count, behind));
    case function("D"): return move_to(row, std::max(column - count, before));
    case function("E"): move_to(std::min(row + count, below), column); return carriage_return();
    case function("F"): move_to(std::max(row - count, above), column); return carriage_return();
    case function("G"):
    case function("`"): return place(row - origin_row, count - 1);
    case function("a"): return place(row - origin_row, column - origin_column + count);
    case function("d"): return place(count - 1, column - origin_column);
    case function("e"): return place(row - origin_row + count, column - origin_column);
    default: return;
  }
}

void screen::set_dec_modes(const parameter_list& given, bool on) {
  for (const auto& p : given)
    if (!p.sub) set_dec_mode(p.value, on);
}

void screen::set_dec_mode(unsigned number, bool on) {
  switch (number) {
    case 6: text_.origin = on; return place(0, 0);
    case 7:
      autowrap_ = on;
      cursor_.wraps = cursor_.wraps && on;
      return;
    case 69: return set_margins({margins_.first, margins_.last, 0, columns()});
    case 47: return show_alternate(on);
    case 1047:
      if (!on && alternate_) {
        refill();
        now().erase();
      }
      return show_alternate(on);
    case 1048: return on ? save_cursor() : restore_cursor();
    case 1049:
      if (on) save_cursor();
      show_alternate(on);
      if (!on) return restore_cursor();
      refill();
      return now().erase();
    default: return;
  }
}

void screen::window_operation(const parameter_list& given) {
  const auto kind = given.value_or(1, 0);
  if (kind > 2 || given.value_or(2, 0) != 0) return;
  if (given.value_or(0, 0) == 22) said_.push_title(kind);
  if (given.value_or(0, 0) == 23) said_.pop_title(kind);
}

void screen::set_rows(const parameter_list& given) {
  const int first = std::max<int>(given.value_or(0, 1), 1);
  const int last = given.value_or(1, 0) == 0 ? rows() : std::min<int>(given[1].value, rows());
  if (first >= last) return;
  margins_.first = first - 1;
  margins_.last = last;
  place(0, 0);
}

void screen::set_columns(const parameter_list& given) {
  const int left = std::max<int>(given.value_or(0, 1), 1);
  const int right =
      given.value_or(1, 0) == 0 ? columns() : std::min<int>(given[1].value, columns());
  if (left >= right) return;
  margins_.left = left - 1;
  margins_.right = right;
  place(0, 0);
}

void screen::guard(bool on) {
  text_.guarded = on;
  like_.content = on ? cell::guarded : 0;
}

void screen::move_to(int row, int column) { cursor_ = {row, column, false}; }

void screen::place(int row, int column) {
  if (!text_.origin) {
    move_to(std::clamp(row, 0, rows() - 1), std::clamp(column, 0, columns() - 1));
  } else {
    move_to(std::clamp(row + margins_.first, margins_.first, margins_.last - 1),
            std::clamp(column + margins_.left, margins_.left, margins_.right - 1));
  }
}

// The leftmost column that the cursor goes to by itself.
int screen::line_begin() const { return cursor_.column >= margins_.left ? margins_.left : 0; }

void screen::carriage_return() { move_to(cursor_.row, line_begin()); }

void screen::line_feed() {
  cursor_.wraps = false;
  if (cursor_.row + 1 != margins_.last) {
    cursor_.row = std::min(cursor_.row + 1, rows() - 1);
  } else if (margins_.left <= cursor_.column && cursor_.column < margins_.right) {
    scroll(margins_, 1, 0);
  }
}

void screen::reverse_line_feed() {
  cursor_.wraps = false;
  if (cursor_.row != margins_.first) {
    cursor_.row = std::max(cursor_.row - 1, 0);
  } else if (margins_.left <= cursor_.column && cursor_.column < margins_.right) {
    scroll(margins_, -1, 0);
  }
}

void screen::tab(int count) {
  const int last = edge();
  for (; count > 0 && cursor_.column < last; --count) {
    cursor_.wraps = false;
    do ++cursor_.column;
    while (cursor_.column < last && !tab_stop(cursor_.column));
  }
}

void screen::tab_back(int count) {
  const int first = text_.origin ? margins_.left : 0;
  for (; count > 0 && cursor_.column > first; --count) {
    cursor_.wraps = false;
    do --cursor_.column;
    while (cursor_.column > first && !tab_stop(cursor_.column));
  }
}

void screen::clear_tabs(int what) {
  if (what == 0) tabs_[static_cast<std::size_t>(cursor_.column)] = false;
  if (what == 3) tabs_.assign(tabs_.size(), false);
}

void screen::save_cursor() { saved_[alternate_ ? 1 : 0] = {cursor_, text_}; }

void screen::restore_cursor() {
  const auto& from = saved_[alternate_ ? 1 : 0];
  text_ = from.text;
  guard(text_.guarded);
  redraw_ = true;
  cursor_ = from.at;
  const auto wraps = cursor_.wraps && autowrap_;
  if (text_.origin) place(cursor_.row - margins_.first, cursor_.column - margins_.left);
  cursor_.wraps = wraps && cursor_.column == edge();
}

void screen::run(edit what, int number) {
  refill();
  cursor_.wraps = false;
  sinks_ = what != edit::delete_lines;
  for (const auto& o : engine_->run(what, number, cursor_.row, cursor_.column, margins_)) {
    if (o.up != 0 || o.leftward != 0) {
      scroll(o.where(), o.up, o.leftward);
    } else {
      now().erase(o.where(), o.selective);
    }
  }
  sinks_ = true;
}

void screen::erase(edit what, int part) {
  if (part <= 2) run(what, part);
}

// What leaves the primary screen at its top is history, but not where lines are deleted.
void screen::scroll(const area& where, int up, int left) {
  refill();
  const bool leaves = up > 0 && where.first == 0 && where.left == 0 && where.right == columns();
  if (leaves && sink_ != nullptr && !alternate_ && sinks_) {
    for (int row = 0; row < std::min(up, where.last); ++row)
      sink_->push(now().row(row), columns(), tables_);
  }
  now().scroll(where, up, left);
}

// DECALN.
void screen::align() {
  whole_margins();
  move_to(0, 0);
  refill();
  now().erase();
  for (int row = 0; row < rows(); ++row) now().put(row, 0, {'E', 0, 0}, columns());
}

// What is erased has the background of the pen, and nothing else of it.
void screen::refill() {
  if (filled_ == text_.pen.background) return;
  filled_ = text_.pen.background;
  pen blank;
  blank.background = filled_;
  const auto style = style_of(blank);
  for (auto& g : grids_) g.set_fill(style);
}

}  // namespace vt
