#include <shim/core/screen_watch.hpp>

#include <algorithm>
#include <utility>

namespace shim {

void screen_watch::wanted(steady_time now) {
  if (state_ != state::unwanted) return;
  state_ = state::waiting;
  expired(now);
}

void screen_watch::asked(steady_time now) {
  if (owed_++ == 0) heard_ = now;
}

void screen_watch::heard(steady_time now) { heard_ = now; }

void screen_watch::answered(steady_time now) {
  heard(now);
  owed_ -= std::min<std::size_t>(owed_, 1);
}

void screen_watch::died(steady_time now) {
  owed_ = 0;
  if (state_ != state::unwanted) state_ = state::waiting;
  expired(now);
}

void screen_watch::expired(steady_time now) {
  if (state_ == state::waiting && now >= start_allowed().value_or(now)) return start(now);
  if (state_ != state::running || owed_ == 0 || now < heard_ + patience_) return;
  state_ = state::killed;
  step_ = step::kill;
}

void screen_watch::start(steady_time now) {
  state_ = state::running;
  starts_[next_start_] = now;
  next_start_ = (next_start_ + 1) % most_starts;
  step_ = step::start;
}

// Nothing: at any time.
std::optional<steady_time> screen_watch::start_allowed() const {
  const auto& oldest = starts_[next_start_];
  return oldest ? std::optional(*oldest + starts_within) : std::nullopt;
}

std::optional<screen_watch::step> screen_watch::next_step() { return std::exchange(step_, {}); }

std::optional<steady_time> screen_watch::deadline() const {
  if (state_ == state::waiting) return start_allowed();
  if (state_ == state::running && owed_ != 0) return heard_ + patience_;
  return std::nullopt;
}

}  // namespace shim
