// What a verb wants of holders: to know of sessions, or to have something done. Each call has a
// deadline of its own, so that a holder that hangs costs that much and no more.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <shim/core/session_protocol.hpp>
#include <shim/hold/places.hpp>

namespace shim::hold {

// session_message::info, kept. Texts are from outside: not safe to print.
struct session_info {
  std::string name;
  std::string host{}, command{}, title{}, directory{};
  session_message::info numbers{};  // all but its texts
  bool answers = false;             // false: its holder hangs, and only the name is known
  const place* where = nullptr;     // of those given
};

inline constexpr std::chrono::milliseconds holder_time{2000};

// Of all sessions in the places, in the order of places and names; they are asked at the same time.
std::vector<session_info> all_sessions(const std::vector<place>& places,
                                       std::chrono::milliseconds within = holder_time);

// Asks a holder to do something; the answer is why it did not, empty if it did. `request` is
// encoded. `gone_is_done`: what is asked for may be its end.
enum class gone : bool { is_failure, is_done };
std::string ask_holder(const place& where, std::string_view name, const std::string& request,
                       gone meaning, std::chrono::milliseconds within = holder_time);

}  // namespace shim::hold
