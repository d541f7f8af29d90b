#include <vt/screen/repaint.hpp>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include <vt/screen/row_painter.hpp>
#include <vt/screen/row_stretches.hpp>
#include <vt/stream/reset.hpp>

namespace vt {
namespace {

constexpr std::string_view string_end = "\x1b\\";

class repainter {
 public:
  repainter(const screen& shown, const scrollback* history, std::size_t most_history);

  std::string run();

 private:
  // History and grid, as one column of rows. Numbers below history_rows_ are of the history.
  bool is_wrapped(std::size_t n) const;
  std::uint32_t width_of(std::size_t n) const;
  std::size_t end_of_line(std::size_t n) const;
  bool fits(std::size_t first, std::size_t last) const;
  bool begins_wide(std::size_t n);
  void add_row(std::size_t n);
  void paint_lines(const grid& of, std::size_t first);
  std::size_t paint_line(std::size_t first);

  void screens();
  void hidden_alternate();
  void alternate_rows();
  void keys(bool of_alternate);
  void saved(bool of_alternate);
  void set_cursor(const kept_cursor& wanted, const grid& on);
  void save(const kept_cursor& wanted, const grid& on, std::string_view by);
  void draw_plainly(const drawing& now);
  void titles();
  void colors();
  void tab_stops();
  void margins();
  void place(const cursor_position& at, const area& from);
  void wait_behind(const grid& of, const cursor_position& at);
  terminal_state modes() const;

  void number(int value) { out_ += std::to_string(value); }
  void sequence(std::initializer_list<int> numbers, char final);
  void command(std::string_view name, std::string_view value);

  const screen& shown_;
  const scrollback* history_;
  std::size_t first_history_ = 0;
  std::size_t history_rows_ = 0;
  const grid* grid_ = nullptr;
  std::uint32_t columns_;
  std::string out_;
  std::string text_;
  row_painter painter_;
};

repainter::repainter(const screen& shown, const scrollback* history, std::size_t most_history)
    : shown_(shown),
      history_(history),
      columns_(static_cast<std::uint32_t>(shown.columns())),
      painter_(out_, columns_) {
  if (history_ == nullptr) return;
  history_rows_ = std::min(history_->size(), most_history);
  first_history_ = history_->size() - history_rows_;
  if (history_rows_ == 0) return;
  // About what they are kept in: a string that grows is copied, into fresh pages each time.
  out_.reserve(history_->bytes_used() / history_->size() * history_rows_);
}

// Whatever moves the cursor comes before the cursor, whatever draws before the pen, and what would
// keep the rest from being understood last.
std::string repainter::run() {
  out_ = "\x1b[?2026h";
  keys(false);
  titles();
  colors();
  paint_lines(shown_.primary(), 0);
  painter_.plain();
  screens();
  tab_stops();
  margins();
  const auto origin = shown_.text().origin;
  const auto at = shown_.cursor();
  place(at, origin ? shown_.margins() : area{});
  if (at.wraps) wait_behind(shown_.shown(), at);
  painter_.plain();
  auto state = modes();
  terminal_state last;
  last.set_mode(2, state.mode(2));
  last.printing = state.printing;
  last.not_utf8 = state.not_utf8;
  state.set_mode(2, true);
  state.printing = state.not_utf8 = false;
  out_ += reapply(state);
  painter_.set_link(shown_.open_link());
  if (shown_.single_shift() != 0) out_ += shown_.single_shift() == 2 ? "\x1bN" : "\x1bO";
  out_ += "\x1b[?2026l";
  out_ += reapply(last);
  out_ += shown_.pending();
  return std::move(out_);
}

bool repainter::is_wrapped(std::size_t n) const {
  if (n < history_rows_) return (*history_)[first_history_ + n].wrapped();
  return grid_->row(static_cast<int>(n - history_rows_)).wrapped;
}

std::uint32_t repainter::width_of(std::size_t n) const {
  return n < history_rows_ ? (*history_)[first_history_ + n].columns() : columns_;
}

// The last row of the line, in the history or in the grid.
std::size_t repainter::end_of_line(std::size_t n) const {
  const auto end = history_rows_ + static_cast<std::size_t>(grid_->rows());
  while (n + 1 < end && is_wrapped(n)) ++n;
  return n;
}

// The terminal wraps the line just where its rows end.
bool repainter::fits(std::size_t first, std::size_t last) const {
  for (; first < last; ++first)
    if (width_of(first) != columns_) return false;
  return width_of(last) <= columns_;
}

bool repainter::begins_wide(std::size_t n) {
  stretch first;
  if (n < history_rows_) {
    row_decoder cells((*history_)[first_history_ + n]);
    return cells.next(first) && first.width() == 2;
  }
  const auto row = grid_->row(static_cast<int>(n - history_rows_));
  return !row.cells.empty() && row.cells[0].is_wide();
}

void repainter::add_row(std::size_t n) {
  const auto add = [this](const stretch& s) { painter_.add(s); };
  if (n < history_rows_) {
    (*history_)[first_history_ + n].for_each(add);
  } else {
    const auto row = grid_->row(static_cast<int>(n - history_rows_));
    for_each_stretch(row, grid_->columns(), shown_.tables(), text_, add);
  }
}

void repainter::paint_lines(const grid& of, std::size_t first) {
  grid_ = &of;
  painter_.moved();
  const auto end = history_rows_ + static_cast<std::size_t>(of.rows());
  while (first < end) first = paint_line(first);
}

// Where the next line begins. Of a line that the terminal will wrap elsewhere the part that is in
// the history is a line for itself, as the rows of the screen have their places.
std::size_t repainter::paint_line(std::size_t first) {
  const auto end = history_rows_ + static_cast<std::size_t>(grid_->rows());
  auto last = end_of_line(first);
  auto flows = !fits(first, last);
  if (flows && last >= history_rows_) {
    last = history_rows_ - 1;
    flows = !fits(first, last);
  }
  painter_.flow(flows);
  for (auto n = first; n < last; ++n) {
    add_row(n);
    painter_.wrap_line(begins_wide(n + 1));
  }
  add_row(last);
  painter_.end_line(last + 1 < end);
  painter_.flow(false);
  return last + 1;
}

void repainter::screens() {
  if (!shown_.on_alternate()) {
    hidden_alternate();
    return saved(false);
  }
  const auto entered = shown_.journal().state().alternate;
  const auto number = entered == 0 ? 1049 : entered;
  const auto enter = "\x1b[?" + std::to_string(number) + 'h';
  if (number == 1049) {
    save(shown_.saved(false), shown_.primary(), enter);
    draw_plainly(shown_.saved(false).text);
  } else {
    saved(false);
    out_ += enter;
  }
  keys(true);
  alternate_rows();
  saved(true);
}

bool is_blank(const grid& g) {
  for (int n = 0; n < g.rows(); ++n) {
    const auto row = g.row(n);
    if (row.fill != 0 || row.wrapped || !row.cells.empty()) return false;
  }
  return true;
}

// What is left on it comes back where a program enters it by 47, which does not clear.
void repainter::hidden_alternate() {
  const auto nothing = is_blank(shown_.alternate()) && shown_.saved(true) == kept_cursor{} &&
                       shown_.journal().state().keys[1].empty();
  if (nothing) return;
  out_ += "\x1b[?47h";
  keys(true);
  alternate_rows();
  saved(true);
  out_ += "\x1b[?47l";
}

void repainter::alternate_rows() {
  out_ += "\x1b[H\x1b[2J";
  history_rows_ = 0;
  paint_lines(shown_.alternate(), 0);
  painter_.plain();
}

// Each screen has a stack of its own: of the one that is shown.
void repainter::keys(bool of_alternate) {
  terminal_state only;
  only.keys[0] = shown_.journal().state().keys[of_alternate ? 1 : 0];
  out_ += reapply(only);
}

void repainter::saved(bool of_alternate) {
  const auto& kept = shown_.saved(of_alternate);
  if (kept == kept_cursor{}) return;
  save(kept, of_alternate ? shown_.alternate() : shown_.primary(), "\0337");
  draw_plainly(kept.text);
}

// `by`: what saves the cursor. One that waits before the last column does so at a margin.
void repainter::save(const kept_cursor& wanted, const grid& on, std::string_view by) {
  const bool at_margin = wanted.at.wraps && wanted.at.column != shown_.columns() - 1;
  if (at_margin) {
    out_ += "\x1b[?69h";
    sequence({1, wanted.at.column + 1}, 's');
  }
  set_cursor(wanted, on);
  out_ += by;
  if (at_margin) out_ += "\x1b[?69l";
}

void repainter::draw_plainly(const drawing& now) {
  const drawing plain;
  if (!now.pen.plain()) out_ += "\x1b[m";
  if (now.guarded) out_ += "\x1b[0\"q";
  if (now.sets != plain.sets) out_ += "\x1b(B\x1b)B\x1b*B\x1b+B\x0f\x1b}";
  if (now.origin) out_ += "\x1b[?6l";
}

// Margins are not set yet, or begin in the first row and column, so that origin mode changes no
// position.
void repainter::set_cursor(const kept_cursor& wanted, const grid& on) {
  if (wanted.text.origin) out_ += "\x1b[?6h";
  place(wanted.at, {});
  if (wanted.at.wraps) wait_behind(on, wanted.at);
  painter_.plain();
  terminal_state drawn;
  drawn.text = wanted.text;
  drawn.text.origin = false;
  out_ += reapply(drawn);
}

// Each as it was when it was pushed, then as they are.
void repainter::titles() {
  const auto& said = shown_.said();
  const auto set = [this](const vt::titles& wanted, const vt::titles& before) {
    if (wanted.icon != before.icon) command("1", wanted.icon);
    if (wanted.window != before.window) command("2", wanted.window);
  };
  vt::titles before;
  for (const auto& pushed : said.pushed) {
    set(pushed.were, before);
    before = pushed.were;
    sequence({22, static_cast<int>(pushed.kind)}, 't');
  }
  set(said.now, before);
  if (!said.directory.empty()) command("7", said.directory);
}

void repainter::colors() {
  constexpr int first_special = 256;
  for (const auto& [index, value] : shown_.said().palette) {
    const auto is_special = index >= first_special;
    command((is_special ? "5;" : "4;") + std::to_string(index - (is_special ? first_special : 0)),
            value);
  }
  int n = 10;
  for (const auto& value : shown_.said().dynamic) {
    if (!value.empty()) command(std::to_string(n), value);
    ++n;
  }
}

void repainter::tab_stops() {
  constexpr int usual = 8;
  bool are_usual = true;
  for (int c = 0; c < shown_.columns(); ++c)
    are_usual = are_usual && shown_.tab_stop(c) == (c != 0 && c % usual == 0);
  if (are_usual) return;
  out_ += "\x1b[3g";
  for (int c = 0; c < shown_.columns(); ++c) {
    if (!shown_.tab_stop(c)) continue;
    sequence({c + 1}, 'G');
    out_ += "\x1bH";
  }
}

void repainter::margins() {
  const auto& m = shown_.margins();
  if (m.first != 0 || m.last != shown_.rows()) sequence({m.first + 1, m.last}, 'r');
  if (shown_.journal().dec_mode(69)) out_ += "\x1b[?69h";
  if (m.left != 0 || m.right != shown_.columns()) sequence({m.left + 1, m.right}, 's');
  if (shown_.text().origin) out_ += "\x1b[?6h";
}

void repainter::place(const cursor_position& at, const area& from) {
  sequence({at.row - from.first + 1, at.column - from.left + 1}, 'H');
}

// Only printing makes a terminal wait at the margin: what is there is printed once more.
void repainter::wait_behind(const grid& of, const cursor_position& at) {
  auto last = of.at(at.row, at.column);
  if (last.empty()) last.content |= ' ';
  const bool half = last.is_half();
  if (half) out_ += '\b';
  const cell cells[] = {half ? of.at(at.row, at.column - 1) : last, last};
  const row_view only{{cells, half ? 2u : 1u}, 0, false};
  for_each_stretch(only, half ? 2 : 1, shown_.tables(), text_, [this](const stretch& s) {
    painter_.set_look(s.look);
    painter_.set_link(s.link);
    painter_.set_guard(s.guarded);
    out_ += s.text;
  });
}

// What was not brought back yet. Drawing and wrapping are the screen's: the journal has all that
// may be on in any terminal.
terminal_state repainter::modes() const {
  auto state = shown_.journal().state();
  state.alternate = 0;
  state.keys = {};
  state.titles = {};
  state.rows = {};
  state.columns = {};
  state.text = shown_.text();
  state.text.origin = false;
  state.set_mode(69, false);
  state.set_mode(2026, false);
  state.set_mode(7, shown_.autowrap());
  return state;
}

void repainter::sequence(std::initializer_list<int> numbers, char final) {
  out_ += "\x1b[";
  bool first = true;
  for (const auto n : numbers) {
    if (!first) out_ += ';';
    first = false;
    number(n);
  }
  out_ += final;
}

void repainter::command(std::string_view name, std::string_view value) {
  out_ += "\x1b]";
  out_ += name;
  out_ += ';';
  out_ += value;
  out_ += string_end;
}

}  // namespace

repainted repaint(const screen& shown, const scrollback* history, std::size_t most_history) {
  return {repainter(shown, history, most_history).run(), shown.position()};
}

}  // namespace vt
