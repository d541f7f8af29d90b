#include <shim/hold/screen_model.hpp>

#include <algorithm>

namespace shim::hold {

screen_model::screen_model(const screen_message::begin& how)
    : history_({how.history_rows, static_cast<std::size_t>(how.history_bytes)}),
      screen_(static_cast<int>(how.rows), static_cast<int>(how.columns), this, this),
      skipper_(screen_, history_.rows().max_size()),
      origin_(how.position) {}

void screen_model::resize(const screen_message::resize& to) {
  screen_.resize(static_cast<int>(to.rows), static_cast<int>(to.columns));
}

void screen_model::push(const vt::row_view& row, int columns, const vt::cell_tables& tables) {
  ++rows_;
  history_.push(row, columns, tables);
}

void screen_model::push(const vt::answer& next) {
  if (answers_.size() == most_answers) answers_.pop_front();
  answers_.push_back(next);
}

vt::repainted screen_model::picture(const screen_message::paint& wanted) const {
  const auto unseen = rows_ - std::min(rows_, wanted.from_row);
  const auto rows = std::min<std::uint64_t>(unseen, wanted.most_history);
  auto painted = vt::repaint(screen_, &history_.rows(), static_cast<std::size_t>(rows));
  painted.position += origin_;
  return painted;
}

screen_message::answer screen_model::answer(const screen_message::ask& to) const {
  const auto is_asked = [&](const vt::answer& each) {
    return origin_ + each.to.end == to.position &&
           static_cast<std::uint32_t>(each.to.asked.kind) == to.kind &&
           each.to.asked.number == to.number;
  };
  const auto found = std::ranges::find_if(answers_, is_asked);
  if (found == answers_.end()) return {to.id, 0, {}};
  return {to.id, 1, found->numbers};
}

// What is on the screen above the cursor stays on a terminal that shows it; not so where the
// alternate screen hides it.
screen_message::description screen_model::description(std::uint32_t id) const {
  const auto above = screen_.on_alternate() ? 0 : screen_.cursor().row;
  const auto& said = screen_.said();
  return {id, rows_ + static_cast<std::uint64_t>(above), said.now.window, said.directory};
}

}  // namespace shim::hold
