// Sessions as holders tell of them, for what lists them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <shim/hold/ask_holder.hpp>

namespace test {

inline std::uint64_t seconds_ago(std::chrono::seconds time) {
  const auto then = std::chrono::system_clock::now() - time;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(then.time_since_epoch()).count());
}

inline shim::hold::session_info listed(const std::string& name, const std::string& host = "far") {
  using namespace std::chrono_literals;
  shim::hold::session_info one;
  one.name = name;
  one.host = host;
  one.command = "ssh " + host;
  one.numbers.state = 2;
  one.numbers.pid = 1234;
  one.numbers.holder = 1233;
  one.numbers.rows = 24;
  one.numbers.columns = 80;
  one.numbers.since = seconds_ago(3h);
  one.numbers.active = seconds_ago(5min);
  one.numbers.detached = seconds_ago(4min);
  one.answers = true;
  return one;
}

// One whose holder hangs.
inline shim::hold::session_info mute(const std::string& name) {
  shim::hold::session_info one;
  one.name = name;
  return one;
}

}  // namespace test
