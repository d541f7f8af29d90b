// What is said between the screen process and the process that has started it, over a socket pair.
// Both are the same binary, so there is one version of it and nothing to negotiate; but the screen
// process reads what comes from the network, so of what it says nothing is trusted but its form.
//
// Frames are at most max_screen_frame bytes behind their length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <variant>

#include <shim/core/wire_message.hpp>

namespace shim {

inline constexpr std::size_t max_screen_frame = std::size_t{64} * 1024;

namespace screen_message {

// -- to the screen process --

// The first. `position`: of the output, from which on it reads; what was before is unknown to it.
struct begin {
  static constexpr std::uint32_t type = 1;
  std::uint64_t position = 0;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t history_rows = 0;
  std::uint64_t history_bytes = 0;
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.position, m.rows, m.columns, m.history_rows, m.history_bytes);
  };
  bool operator==(const begin&) const = default;
};

// Another size of the window, as soon as the output up to there was read.
struct resize {
  static constexpr std::uint32_t type = 2;
  std::uint64_t position = 0;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.position, m.rows, m.columns); };
  bool operator==(const resize&) const = default;
};

// Wants a picture, of all output that is there now.
struct paint {
  static constexpr std::uint32_t type = 3;
  std::uint32_t id = 0;
  std::uint32_t most_history = 0;  // rows
  static constexpr auto fields = [](auto& m) { return std::tie(m.id, m.most_history); };
  bool operator==(const paint&) const = default;
};

// -- from it --

// It works on something that takes long.
struct alive {
  static constexpr std::uint32_t type = 101;
  static constexpr auto fields = [](auto&) { return std::tie(); };
  bool operator==(const alive&) const = default;
};

// Begins a picture: bytes that rebuild the screen in a terminal as vt::repaint says, and stand for
// the output before `position`. They follow in pieces, `size` of them altogether.
struct picture {
  static constexpr std::uint32_t type = 102;
  std::uint32_t id = 0;
  std::uint64_t position = 0;
  std::uint64_t size = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.id, m.position, m.size); };
  bool operator==(const picture&) const = default;
};

struct piece {
  static constexpr std::uint32_t type = 103;
  std::string_view bytes;
  static constexpr auto fields = [](auto& m) { return std::tie(m.bytes); };
  bool operator==(const piece&) const = default;
};

}  // namespace screen_message

using screen_request =
    std::variant<screen_message::begin, screen_message::resize, screen_message::paint>;
using screen_report =
    std::variant<screen_message::alive, screen_message::picture, screen_message::piece>;

}  // namespace shim
