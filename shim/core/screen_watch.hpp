// Whether the screen process is let live: one that owes something and is not heard of for two
// seconds hangs and is killed; one that has died is started again, but not more than five times in
// a minute, as the output that killed it may come again.
//
// It decides when; starting and killing are its owner's. Time is an argument.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <shim/core/kill_ladder.hpp>

namespace shim {

class screen_watch {
 public:
  enum class step : std::uint8_t { start, kill };

  static constexpr std::chrono::seconds usual_patience{2};
  static constexpr std::size_t most_starts = 5;
  static constexpr std::chrono::seconds starts_within{60};

  explicit screen_watch(std::chrono::milliseconds patience = usual_patience)
      : patience_(patience) {}

  // -- what happens --
  void wanted(steady_time now);  // from now on there shall be one
  void asked(steady_time now);   // one more thing is owed
  void heard(steady_time now);   // any sign of life
  void answered(steady_time now);
  void died(steady_time now);  // or could not be started; what was owed is owed no more
  void expired(steady_time now);

  // -- what must be done --
  std::optional<step> next_step();
  std::optional<steady_time> deadline()
      const;  // call expired() then; it may differ after each call

  bool running() const { return state_ == state::running; }

 private:
  enum class state : std::uint8_t { unwanted, waiting, running, killed };

  void start(steady_time now);
  std::optional<steady_time> start_allowed() const;

  std::chrono::milliseconds patience_;
  state state_ = state::unwanted;
  std::size_t owed_ = 0;
  steady_time heard_;
  std::array<std::optional<steady_time>, most_starts> starts_;  // the last ones, as a ring
  std::size_t next_start_ = 0;                                  // where the oldest of them is
  std::optional<step> step_;
};

}  // namespace shim
