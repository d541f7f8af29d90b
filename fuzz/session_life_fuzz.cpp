// A session's life under any order of events: a byte of options, then two bytes an event, what and
// how much.
//   Each signal was asked for just now, or its time has come: a limit's, or SIGKILL's, which comes
//   once, for the first of the polite ones before it, and never late. Nothing is signalled that has
//   ended. The holder ends at the very moment at which nobody needs it any more, and never while a
//   client is there; an end that nobody wanted is kept until it was seen, or as long as was said.
//   Who detached by wish is never ended by time. Nothing comes after the end, and every deadline
//   lies ahead.
#include <shim/core/session_life.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

#include <fuzz/check.hpp>

namespace {

using namespace std::chrono_literals;
using shim::client_exit;
using shim::end_signal;
using shim::session_life;
using state = session_life::state;

shim::session_life_options some_options(std::uint8_t choice) {
  shim::session_life_options options;
  options.outlives_hang_up = (choice & 1) != 0;
  options.keeps_ended = (choice & 2) != 0;
  options.hang_up_limit = (choice & 4) != 0 ? 2s : 0s;
  options.keep_ended = (choice & 8) != 0 ? 3s : 0s;
  options.kill_after = (choice & 16) != 0 ? 0s : (choice & 32) != 0 ? 1s : 3s;
  return options;
}

class world {
 public:
  explicit world(std::uint8_t choice) : options_(some_options(choice)), life_(options_) {}

  void happen(std::uint8_t what, std::uint8_t amount) {
    switch (what % 8) {
      case 0: come(); break;
      case 1: go(static_cast<client_exit>(amount % 3)); break;
      case 2: ask(static_cast<end_signal>(amount % 3)); break;
      case 3: end(); break;
      case 4: open(); break;
      case 5: life_.expired(now_); break;  // before its time: nothing
      default: pass(amount * 20ms);
    }
    look();
  }

 private:
  void come() {
    life_.client_came(now_);
    ++clients_;
    left_behind_.reset();
  }

  void go(client_exit how) {
    life_.client_went(how, now_);
    if (clients_ == 0) return;
    seen_ |= how == client_exit::seen;
    if (--clients_ != 0) return;
    alone_ = now_;
    last_ = how;
    if (ended_ || how != client_exit::hung_up) return;
    if (opened_ && options_.outlives_hang_up) {
      left_behind_ = now_;
    } else {
      wish_ = end_signal::hang_up;
    }
  }

  void ask(end_signal how) {
    life_.end_asked(how, now_);
    unwanted_ = true;
    if (!ended_) wish_ = how;
  }

  void end() {
    life_.child_ended(now_);
    if (ended_) return;
    ended_ = true;
    alone_ = now_;
    left_behind_.reset();
  }

  void open() {
    life_.opened();
    opened_ = true;
  }

  // Its owner calls at the deadline, never later than that.
  void pass(std::chrono::milliseconds time) {
    const auto until = now_ + time;
    for (auto due = life_.deadline(); due && *due <= until; due = life_.deadline()) {
      now_ = *due;
      life_.expired(now_);
      look();
    }
    now_ = until;
  }

  void look() {
    while (const auto next = life_.next_effect()) {
      CHECK(!over_);
      if (const auto* sent = std::get_if<shim::life_effect::signal>(&*next))
        signalled(sent->number);
      if (std::holds_alternative<shim::life_effect::keep>(*next)) keep();
      over_ = std::holds_alternative<shim::life_effect::finish>(*next);
    }
    CHECK(!wish_);
    CHECK(over_ == nobody_needs_it());
    CHECK(kept_ || over_ || !ended_ || clients_ != 0);
    CHECK(!kill_due() || now_ < *kill_due());
    CHECK(life_.given_up_at() == given_up_at());
    CHECK(!given_up_at() || now_ < *given_up_at());
    CHECK(!life_.deadline() || (now_ < *life_.deadline() && !over_));
    CHECK(life_.clients() == clients_ && life_.now() == state_now());
  }

  void signalled(end_signal number) {
    CHECK(!ended_);
    if (number == end_signal::kill) return killed();
    CHECK(wish_ ? number == *wish_ : number == end_signal::hang_up && given_up_at() == now_);
    wish_.reset();
    unwanted_ = true;
    left_behind_.reset();
    if (!polite_) polite_ = now_;
  }

  void killed() {
    CHECK(wish_ == end_signal::kill || kill_due() == now_);
    if (wish_) left_behind_.reset();
    wish_.reset();
    polite_.reset();
  }

  void keep() {
    CHECK(ended_ && !kept_ && clients_ == 0 && !nobody_needs_it());
    kept_ = true;
  }

  bool nobody_needs_it() const {
    if (over_) return true;
    if (!ended_ || clients_ != 0) return false;
    const auto forgotten = options_.keep_ended != 0s && now_ >= alone_ + options_.keep_ended;
    return seen_ || unwanted_ || !options_.keeps_ended || forgotten;
  }

  std::optional<shim::steady_time> kill_due() const {
    if (ended_ || !polite_ || options_.kill_after == 0s) return std::nullopt;
    return *polite_ + options_.kill_after;
  }

  std::optional<shim::steady_time> given_up_at() const {
    if (over_ || clients_ != 0) return std::nullopt;
    if (ended_ && options_.keep_ended != 0s) return alone_ + options_.keep_ended;
    if (left_behind_ && options_.hang_up_limit != 0s) return *left_behind_ + options_.hang_up_limit;
    return std::nullopt;
  }

  state state_now() const {
    if (over_) return state::over;
    if (ended_) return state::ended;
    if (clients_ != 0) return state::attached;
    return last_ == client_exit::hung_up ? state::left_behind : state::detached;
  }

  shim::session_life_options options_;
  session_life life_;
  shim::steady_time now_{};
  std::size_t clients_ = 0;
  client_exit last_ = client_exit::asked;
  shim::steady_time alone_;  // since when nobody is there; of an ended one, since it has ended
  bool opened_ = false;
  bool ended_ = false;
  bool seen_ = false;
  bool unwanted_ = false;
  bool kept_ = false;
  bool over_ = false;
  std::optional<end_signal> wish_;                // a signal that must come at once
  std::optional<shim::steady_time> left_behind_;  // and nobody came or wanted its end since
  std::optional<shim::steady_time> polite_;       // the first signal of those before SIGKILL
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  world w(data[0]);
  for (std::size_t at = 1; at + 1 < size; at += 2) w.happen(data[at], data[at + 1]);
  return 0;
}
