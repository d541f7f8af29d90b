// What a verb wants of holders: to know of sessions, or to have something done. Each call has a
// deadline of its own, so that a holder that hangs costs that much and no more.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <shim/core/session_protocol.hpp>
#include <shim/hold/places.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::hold {

// session_message::info, kept. Texts are from outside: not safe to print.
struct session_info {
  std::string name;
  std::string host{}, command{}, title{}, directory{};
  session_message::info numbers{};  // all but its texts
  bool answers = false;             // false: its holder hangs, and only the name is known
  const place* where = nullptr;     // of those given
  std::uint64_t left = 0;           // nanoseconds since 1970, where `detached` has seconds

  bool has_ended() const { return numbers.end_how != 0; }
};

inline constexpr std::chrono::milliseconds holder_time{2000};

// Of all sessions in the places, in the order of places and names; they are asked at the same time.
std::vector<session_info> all_sessions(const std::vector<place>& places,
                                       std::chrono::milliseconds within = holder_time);

// Asks the holders of sessions to do something, all at the same time. For each the answer is why it
// did not, safe to print; empty if it did. `request` is encoded. What is asked for may be to end:
// then the answer is that it is over.
enum class wait_until : std::uint8_t { done, over };
std::vector<std::string> ask_holders(std::span<const session_info* const> sessions,
                                     const std::string& request, wait_until what,
                                     std::chrono::milliseconds within = holder_time);

// Of a session that this process has started: it goes on without us. The answer is why there is
// none, safe to print; empty if it runs.
std::string leave_session(io::unique_fd holder, std::chrono::milliseconds within = holder_time);

}  // namespace shim::hold
