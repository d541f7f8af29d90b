// How a process that may be stopped, blocked or deaf is ended: a polite signal, then SIGKILL, then
// nobody waits any longer. It says when; who is signalled, and how, is its owner's business.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace shim {

using steady_time = std::chrono::steady_clock::time_point;

class kill_ladder {
 public:
  enum class step : std::uint8_t { none, kill, give_up };

  // The polite signal goes out now; SIGKILL is due after `grace`, never if it is zero.
  void begin(steady_time now, std::chrono::milliseconds grace);
  bool begun() const { return rung_ != rung::idle; }

  // When expired() must be called next; call it again after begin() and expired().
  std::optional<steady_time> deadline() const;
  step expired(steady_time now);

 private:
  enum class rung : std::uint8_t { idle, asked, killed, abandoned };

  rung rung_ = rung::idle;
  std::optional<steady_time> due_;
};

// A process that SIGKILL does not end at once hangs in the kernel.
constexpr std::chrono::milliseconds patience_after_kill{100};

}  // namespace shim
