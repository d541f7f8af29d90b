// What the screen process keeps of a session: the screen, its history, and what it knew of the last
// queries. Positions are of the output; rows are counted from the session's first one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include <shim/core/screen_protocol.hpp>
#include <vt/screen/answers.hpp>
#include <vt/screen/history.hpp>
#include <vt/screen/repaint.hpp>
#include <vt/screen/screen.hpp>
#include <vt/screen/skip.hpp>

namespace shim::hold {

class screen_model final : vt::line_sink, vt::query_sink {
 public:
  explicit screen_model(const screen_message::begin& how);

  std::uint64_t position() const { return origin_ + screen_.position(); }

  // Takes from the front of the output that is there, and lets the screen read at most so many
  // bytes of it; as if it had read all that was taken, once that is all there was.
  void step(std::string_view output, std::size_t most) { skipper_.step(output, most); }
  void resize(const screen_message::resize& to);

  vt::repainted picture(const screen_message::paint& wanted) const;
  screen_message::answer answer(const screen_message::ask& to) const;
  screen_message::description description(std::uint32_t id) const;  // views of this

 private:
  static constexpr std::size_t most_answers = 1024;

  void push(const vt::row_view& row, int columns, const vt::cell_tables& tables) override;
  void clear() override { history_.clear(); }
  void push(const vt::answer& next) override;

  vt::history history_;
  std::uint64_t rows_ =
      0;  // that left the screen: at least as many as the history has since any one
  std::deque<vt::answer> answers_;
  vt::screen screen_;
  vt::skipper skipper_;
  std::uint64_t origin_;  // where the screen's position 0 is
};

}  // namespace shim::hold
