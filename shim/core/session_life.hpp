// How long a session lives: what becomes of it when its clients go, when it is asked to end, and
// what is kept when what runs in it has ended.
//
// It decides for the holder. Signals, pictures and the holder's own end are its owner's. Time is an
// argument.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>

#include <shim/core/kill_ladder.hpp>

namespace shim {

struct session_life_options {
  bool outlives_hang_up = true;                // the window is closed, or the client has died
  std::chrono::milliseconds hang_up_limit{0};  // how long then; 0: for ever, as for the next one
  std::chrono::milliseconds keep_ended{0};     // how long an end waits for somebody to see it
  bool keeps_ended = true;
  std::chrono::milliseconds kill_after{3000};  // from the polite signal to SIGKILL; 0: never
};

enum class end_signal : std::uint8_t { hang_up, terminate, kill };
enum class client_exit : std::uint8_t {
  asked,    // its user wanted to leave the session running
  hung_up,  // its terminal is gone, or it has died
  seen,     // it has shown the session's end, maybe before the holder knew of it
};

namespace life_effect {
struct signal {  // to the process group of what runs; with SIGCONT behind it, if it is not SIGKILL
  end_signal number;
  bool operator==(const signal&) const = default;
};
struct keep {  // the last picture and the end, once; nothing else is needed any more
  bool operator==(const keep&) const = default;
};
struct finish {  // the holder's own end
  bool operator==(const finish&) const = default;
};
}  // namespace life_effect
using session_life_effect =
    std::variant<life_effect::signal, life_effect::keep, life_effect::finish>;

class session_life {
 public:
  enum class state : std::uint8_t {
    attached,
    detached,
    left_behind,  // detached, not because anybody wanted it
    ended,
    over,  // nobody needs the holder any more
  };

  explicit session_life(session_life_options options) : options_(options) {}

  // -- what happens --
  void opened() { opened_ = true; }   // what runs has left the mode in which ssh asks for passwords
  void client_came(steady_time now);  // or is to come: it has started the holder
  void client_went(client_exit how, steady_time now);
  void end_asked(end_signal how, steady_time now);
  void child_ended(steady_time now);  // and all its output was read, unless a client reads it
  void expired(steady_time now);

  // -- what must be done --
  std::optional<session_life_effect> next_effect();
  std::optional<steady_time> deadline() const;

  state now() const { return state_; }
  std::size_t clients() const { return clients_; }
  // When it is given up, if nothing happens.
  std::optional<steady_time> given_up_at() const { return given_up_; }

 private:
  void nobody_left(client_exit how, steady_time now);
  void begin_end(end_signal how, steady_time now);
  void keep_or_finish(steady_time now);
  void finish();
  void limit(std::chrono::milliseconds time, steady_time now);

  session_life_options options_;
  state state_ = state::detached;
  std::size_t clients_ = 0;
  bool opened_ = false;
  bool child_ended_ = false;
  bool unwanted_ = false;  // somebody, or a rule, wanted its end: there is nothing to tell
  bool seen_ = false;
  bool kept_ = false;
  kill_ladder ladder_;
  std::optional<steady_time> given_up_;
  std::deque<session_life_effect> effects_;
};

}  // namespace shim
