#include <shim/core/escape_filter.hpp>

#include <shim/core/line_start.hpp>

namespace shim {

escape_filter::escape_filter(escape_char escape, const escape_keys& keys)
    : keys_(&keys),
      escape_(escape),
      held_(escape.none() ? '\0' : static_cast<char>(escape.byte())) {}

std::optional<typed_event> escape_filter::next(std::string_view& typed) {
  while (!typed.empty()) {
    auto event = state_ == state::pending ? after_escape(typed) : text(typed);
    if (event) return event;
  }
  return std::nullopt;
}

// ssh's keys come before the escape character itself, ours after it: with `-e .`, `..` disconnects.
std::optional<typed_event> escape_filter::after_escape(std::string_view& typed) {
  const auto key = static_cast<unsigned char>(typed.front());
  const auto* what = keys_->of_ssh(key);
  if (what == nullptr && key != escape_.byte()) what = keys_->of_shim(key);
  if (what != nullptr) {
    typed.remove_prefix(1);
    state_ = state::line_start;  // so that commands follow each other, as in ssh
    return command{what};
  }
  state_ = state::literal;
  if (key == escape_.byte()) return std::nullopt;
  return forward{{&held_, 1}};
}

std::optional<typed_event> escape_filter::text(std::string_view& typed) {
  const auto end = find_escape(typed);
  const auto run = typed.substr(0, end);
  typed.remove_prefix(run.size());
  if (!run.empty()) state_ = ends_line(run.back()) ? state::line_start : state::mid_line;
  if (!typed.empty()) {
    typed.remove_prefix(1);
    state_ = state::pending;
  }
  if (run.empty()) return std::nullopt;
  return forward{run};
}

// Where the first escape character stands that begins an escape; the size if none does.
std::size_t escape_filter::find_escape(std::string_view typed) const {
  if (escape_.none()) return typed.size();
  if (state_ == state::line_start && typed.front() == held_) return 0;
  return find_at_line_start(typed, held_);  // the first byte is text now, whatever it is
}

}  // namespace shim
