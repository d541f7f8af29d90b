// A relay with a clock, a far end and a terminal that can be told not to read.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <shim/core/relay.hpp>

namespace test {

inline constexpr shim::child_status exited_255{shim::child_status::how::exited, 255};
inline constexpr shim::child_status exited_0{shim::child_status::how::exited, 0};
inline constexpr shim::child_status killed{shim::child_status::how::signalled, 9};

struct relay_bench {
  shim::steady_time now{};
  shim::relay relay;
  std::string sent;    // to ssh
  std::string screen;  // what the terminal got
  std::string output;  // what ssh printed, by position
  std::vector<shim::relay_effect> effects;
  bool terminal_reads = true;
  bool ssh_reads = true;

  explicit relay_bench(shim::relay_options options = with_private_escape())
      : relay(std::move(options), shim::steady_time{}) {}

  static shim::relay_options with_private_escape() {
    shim::relay_options options;
    options.private_escape = shim::escape_char(0xff);
    options.host = "example.org";
    return options;
  }

  void type(std::string_view bytes, shim::line_mode mode = shim::line_mode::raw) {
    relay.typed(bytes, mode, now);
    turn();
  }

  void print(std::string bytes) {
    bytes.resize(relay.output(bytes, now));
    output += bytes;
    turn();
  }

  void end_ssh(shim::child_status status) {
    relay.ssh_ended(status, now);
    relay.pty_drained();
    turn();
  }

  // Jumps to the next deadline; false if there is none.
  bool wait() {
    const auto due = relay.deadline();
    if (!due) return false;
    now = std::max(now, *due);
    relay.expired(now);
    turn();
    return true;
  }

  void turn() {
    while (auto next = relay.next_effect()) effects.push_back(*next);
    if (ssh_reads) {
      sent += relay.for_ssh();
      relay.sent(relay.for_ssh().size());
    }
    while (terminal_reads && show_once()) {
    }
    while (auto next = relay.next_effect()) effects.push_back(*next);
  }

  bool show_once() {
    const auto piece = relay.terminal();
    const auto bytes =
        piece.text.empty() ? std::string_view(output).substr(piece.from, piece.size) : piece.text;
    if (bytes.empty()) return false;
    screen += bytes;
    relay.shown(bytes, now);
    return true;
  }

  template <class Effect>
  bool did(const Effect& wanted) const {
    for (const auto& done : effects)
      if (const auto* same = std::get_if<Effect>(&done); same && *same == wanted) return true;
    return false;
  }

  bool finished() const {
    return !effects.empty() && std::holds_alternative<shim::effect::finish>(effects.back());
  }
  shim::session_end end() const { return std::get<shim::effect::finish>(effects.back()).end; }
};

}  // namespace test
