#include <shim/core/session_life.hpp>

#include <utility>

namespace shim {

void session_life::client_came(steady_time) {
  ++clients_;
  given_up_.reset();
  if (!child_ended_) state_ = state::attached;
}

void session_life::client_went(client_exit how, steady_time now) {
  if (clients_ == 0) return;
  seen_ |= how == client_exit::seen;
  if (--clients_ == 0) nobody_left(how, now);
}

void session_life::nobody_left(client_exit how, steady_time now) {
  if (child_ended_) return keep_or_finish(now);
  state_ = how == client_exit::hung_up ? state::left_behind : state::detached;
  if (state_ == state::detached) return;
  if (!opened_ || !options_.outlives_hang_up) return begin_end(end_signal::hang_up, now);
  limit(options_.hang_up_limit, now);
}

void session_life::limit(std::chrono::milliseconds time, steady_time now) {
  given_up_.reset();
  if (time.count() != 0) given_up_ = now + time;
}

void session_life::end_asked(end_signal how, steady_time now) {
  if (!child_ended_) return begin_end(how, now);
  unwanted_ = true;
  if (clients_ == 0) finish();
}

// SIGKILL comes once, and no later because it is asked for more than once.
void session_life::begin_end(end_signal how, steady_time now) {
  unwanted_ = true;
  given_up_.reset();
  effects_.emplace_back(life_effect::signal{how});
  if (how == end_signal::kill) {
    ladder_ = {};
  } else if (!ladder_.deadline()) {
    ladder_.begin(now, options_.kill_after);
  }
}

void session_life::child_ended(steady_time now) {
  if (child_ended_) return;
  child_ended_ = true;
  state_ = state::ended;
  given_up_.reset();
  if (clients_ == 0) keep_or_finish(now);
}

void session_life::keep_or_finish(steady_time now) {
  if (state_ == state::over) return;
  if (seen_ || unwanted_ || !options_.keeps_ended) return finish();
  if (!std::exchange(kept_, true)) effects_.emplace_back(life_effect::keep{});
  limit(options_.keep_ended, now);
}

void session_life::finish() {
  if (state_ == state::over) return;
  state_ = state::over;
  given_up_.reset();
  effects_.emplace_back(life_effect::finish{});
}

void session_life::expired(steady_time now) {
  if (given_up_ && now >= *given_up_) {
    if (child_ended_) return finish();
    begin_end(end_signal::hang_up, now);
  }
  if (child_ended_ || ladder_.expired(now) != kill_ladder::step::kill) return;
  ladder_ = {};  // however long that takes
  effects_.emplace_back(life_effect::signal{end_signal::kill});
}

std::optional<session_life_effect> session_life::next_effect() {
  if (effects_.empty()) return std::nullopt;
  const auto first = effects_.front();
  effects_.pop_front();
  return first;
}

std::optional<steady_time> session_life::deadline() const {
  auto first = child_ended_ ? std::nullopt : ladder_.deadline();
  if (given_up_ && (!first || *given_up_ < *first)) first = given_up_;
  return first;
}

}  // namespace shim
