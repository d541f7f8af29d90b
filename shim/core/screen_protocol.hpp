// What is said between the screen process and the process that has started it, over a socket pair.
// Both are the same binary, so there is one version of it and nothing to negotiate; but the screen
// process reads what comes from the network, so of what it says nothing is trusted but its form.
//
// Frames are at most max_screen_frame bytes behind their length.
#pragma once

#include <array>
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
  std::uint64_t from_row = 0;      // those of history before it are not wanted, see described
  static constexpr auto fields = [](auto& m) { return std::tie(m.id, m.most_history, m.from_row); };
  bool operator==(const paint&) const = default;
};

// What did the screen know of the query that ends at `position` (vt/stream/queries.hpp)? It must
// have been read less than a thousand queries ago.
struct ask {
  static constexpr std::uint32_t type = 4;
  std::uint32_t id = 0;
  std::uint64_t position = 0;
  std::uint32_t kind = 0;
  std::uint32_t number = 0;
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.id, m.position, m.kind, m.number);
  };
  bool operator==(const ask&) const = default;
};

// Wants to know what is described below.
struct describe {
  static constexpr std::uint32_t type = 5;
  std::uint32_t id = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.id); };
  bool operator==(const describe&) const = default;
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

// The numbers for a reply (vt/stream/replies.hpp); `known` is 0 if there was no such query.
struct answer {
  static constexpr std::uint32_t type = 104;
  std::uint32_t id = 0;
  std::uint32_t known = 0;
  std::array<std::uint32_t, 4> numbers{};
  static constexpr auto fields = [](auto& m) { return std::tie(m.id, m.known, m.numbers); };
  bool operator==(const answer&) const = default;
};

struct description {
  static constexpr std::uint32_t type = 105;
  std::uint32_t id = 0;
  // Rows of the primary screen that were above the cursor or in the history so far, counted from
  // the beginning: a terminal that shows the screen now has all of these.
  std::uint64_t seen_rows = 0;
  std::string_view title;
  std::string_view directory;  // OSC 7, as it was given
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.id, m.seen_rows, m.title, m.directory);
  };
  bool operator==(const description&) const = default;
};

}  // namespace screen_message

using screen_request =
    std::variant<screen_message::begin, screen_message::resize, screen_message::paint,
                 screen_message::ask, screen_message::describe>;
using screen_report =
    std::variant<screen_message::alive, screen_message::picture, screen_message::piece,
                 screen_message::answer, screen_message::description>;

}  // namespace shim
