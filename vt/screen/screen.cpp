#include <vt/screen/screen.hpp>

#include <algorithm>

#include <vt/screen/answers.hpp>
#include <vt/screen/engine.hpp>
#include <vt/stream/scan.hpp>
#include <vt/stream/sgr.hpp>
#include <vt/stream/utf8.hpp>

namespace vt {
namespace {

constexpr int tab_width = 8;

int clamped_rows(int rows) { return std::clamp(rows, 1, screen::max_rows); }

int clamped_columns(int columns, int rows) {
  return std::clamp(columns, 2, std::min(screen::max_columns, screen::max_cells / rows));
}

// An introducer makes a tokenizer forget what was before it; but the last byte may yet turn out to
// be half of a terminator. Up to `old` all was looked at but the last.
std::size_t begin_of_unfinished(std::string_view bytes, std::size_t old) {
  for (auto at = bytes.size(); at > std::max<std::size_t>(old, 1); --at) {
    if (bytes[at - 2] == '\x1b') return at - 2;
    if (bytes[at - 2] == '\xc2' && is_between(bytes[at - 1], 0x80, 0x9f)) return at - 2;
  }
  return 0;
}

void clamp(cursor_position& at, int rows, int columns) {
  const auto before = at;
  at.row = std::clamp(at.row, 0, rows - 1);
  at.column = std::clamp(at.column, 0, columns - 1);
  at.wraps = at.wraps && at.column == columns - 1 && before.column == at.column;
}

}  // namespace

screen::screen(int rows, int columns, line_sink* sink, query_sink* queries)
    : screen(clamped{}, clamped_rows(rows), clamped_columns(columns, clamped_rows(rows)), sink,
             queries) {}

screen::screen(clamped, int rows, int columns, line_sink* sink, query_sink* queries)
    : grids_{grid(rows, columns), grid(rows, columns)},
      engine_(std::make_unique<engine>(rows, columns)),
      sink_(sink),
      queries_(queries),
      tabs_(static_cast<std::size_t>(columns)) {
  whole_margins();
  default_tabs(0);
}

screen::~screen() = default;

void screen::feed(std::string_view bytes) {
  position_ += bytes.size();
  while (!bytes.empty()) {
    if (tokens_.at_ground() && bytes[0] != '\x1b') take_plain(bytes);
    if (bytes.empty()) break;
    const auto before = bytes;
    const auto found = tokens_.next(bytes);
    keep_pending(before.substr(0, before.size() - bytes.size()), found);
    if (!found) continue;
    if (queries_ != nullptr) tell(*found, position_ - bytes.size());
    apply(*found);
  }
}

// The pen of the journal may be another one.
void screen::pass_over(std::string_view bytes) {
  position_ += bytes.size();
  control('\r');
  auto sgrs = since_plain(bytes);
  const bool alike = text_.pen == journal_.state().text.pen;
  journal_.feed(sgrs);
  redraw_ = true;
  if (alike) {
    text_.pen = journal_.state().text.pen;
    return;
  }
  while (const auto t = tokens_.next(sgrs)) {
    if (t->kind != token_kind::csi || t->function() != function("m")) continue;
    const parameter_list given(t->parameters);
    text_.pen.apply(given.begin(), given.end());
  }
}

// Nearly all output is text and these four, for which a token each would cost more than they do.
void screen::take_plain(std::string_view& bytes) {
  while (!bytes.empty()) {
    const auto size = find_first(bytes, 0, ends_ascii);
    if (size != 0) print_ascii(bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (bytes.empty()) return;
    const char byte = bytes[0];
    if (byte != '\r' && byte != '\n' && byte != '\b' && byte != '\t') return;
    control(byte);
    bytes.remove_prefix(1);
  }
}

// A control in the midst of a sequence is done, and is no longer part of what is unfinished.
void screen::keep_pending(std::string_view taken, const std::optional<token>& found) {
  if (tokens_.at_ground()) return pending_.clear();
  if (found && found->kind == token_kind::control) taken.remove_suffix(1);
  const auto old = pending_.size();
  pending_ += taken;
  pending_.erase(0, begin_of_unfinished(pending_, old));
  if (pending_.size() <= max_pending) return;
  const char last = pending_.back();
  pending_.resize(max_pending);
  pending_.shrink_to_fit();
  if (last == '\x1b' || last == '\xc2') pending_.back() = last;  // it may end a string
}

void screen::apply(const token& t) {
  const auto was_printed = last_;
  if (t.kind != token_kind::text) last_ = 0;
  switch (t.kind) {
    case token_kind::text: return print(t.bytes);
    case token_kind::invalid: return print(U'\ufffd');
    case token_kind::control: return control(t.bytes[0]);
    case token_kind::escape: return escape(t);
    case token_kind::csi:
      if (t.function() == function("b")) last_ = was_printed;
      return sequence(t);
    case token_kind::osc:
      journal_.take(t);
      if (t.bytes.starts_with("8;")) return link(t.truncated ? ";" : t.bytes.substr(2));
      return said_.operating_system_command(t.bytes);
    default: return;
  }
}

void screen::tell(const token& t, std::uint64_t end) {
  if (const auto asked = query_in(t)) queries_->push({{*asked, end}, numbers_for(*asked, *this)});
}

void screen::resize(int rows, int columns) {
  rows = clamped_rows(rows);
  columns = clamped_columns(columns, rows);
  if (rows == this->rows() && columns == this->columns()) return;
  const auto old_columns = this->columns();
  engine_ = std::make_unique<engine>(rows, columns);
  auto& hidden_row = alternate_ ? saved_[0].at.row : saved_[1].at.row;
  const int hidden = resize_grid(!alternate_, rows, columns, hidden_row);
  const int up = resize_grid(alternate_, rows, columns, cursor_.row);
  cursor_.row -= up;
  saved_[alternate_ ? 1 : 0].at.row -= up;
  hidden_row -= hidden;
  for (auto& each : saved_) clamp(each.at, rows, columns);
  clamp(cursor_, rows, columns);
  tabs_.resize(static_cast<std::size_t>(columns));
  default_tabs(old_columns);
  whole_margins();
}

// How many rows it took away above the cursor.
int screen::resize_grid(bool alternate, int rows, int columns, int cursor_row) {
  auto& g = grids_[alternate ? 1 : 0];
  const int top = std::clamp(cursor_row - rows + 1, 0, std::max(g.rows() - rows, 0));
  if (!alternate && sink_ != nullptr)
    for (int row = 0; row < top; ++row) sink_->push(g.row(row), g.columns(), tables_);
  g.resize(rows, columns, top);
  return top;
}

void screen::whole_margins() { set_margins({0, rows(), 0, columns()}); }

// Only where the next character would pass a margin does a cursor wait.
void screen::set_margins(const area& to) {
  margins_ = to;
  cursor_.wraps = cursor_.wraps && cursor_.column == edge();
}

bool screen::has_column_margins() const { return journal_.state().dec.is_set(69); }

void screen::default_tabs(int from) {
  for (auto i = static_cast<std::size_t>(from); i < tabs_.size(); ++i)
    tabs_[i] = i != 0 && i % tab_width == 0;
}

void screen::show_alternate(bool on) { alternate_ = on; }

void screen::soft_reset() {
  text_ = {};
  like_.content = 0;
  redraw_ = true;
  autowrap_ = true;
  single_shift_ = 0;
  whole_margins();
  saved_[alternate_ ? 1 : 0] = {};
}

void screen::full_reset() {
  soft_reset();
  cursor_ = {};
  saved_ = {};
  like_ = {};
  refill();
  for (auto& g : grids_) g.erase();
  show_alternate(false);
  tabs_.assign(tabs_.size(), false);
  default_tabs(0);
  said_.palette.clear();
}

}  // namespace vt
