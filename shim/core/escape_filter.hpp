// What is typed, split into what ssh is to get and what the user tells us: ssh(1) ESCAPE
// CHARACTERS, with clientloop.c's rule for every byte, one state per session and no loss where
// commands and text share a read.
//
// It decides what is an escape, and nothing else: what a command does is the relay's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include <shim/core/escape_char.hpp>
#include <shim/core/escape_commands.hpp>

namespace shim {

// Bytes for ssh, unchanged. A view into the bytes given, or of one byte in the filter: it holds
// until the filter is called again or either is gone.
struct forward {
  std::string_view bytes;
};

struct command {
  const escape_command* what;
};

using typed_event = std::variant<forward, command>;

class escape_filter {
 public:
  // `keys` must outlive the filter.
  escape_filter(escape_char escape, const escape_keys& keys);

  // Takes what it can from the front of `typed`; nothing when all is taken. Only a byte that may
  // begin an escape is held back, until the next one comes. How reads are cut does not matter.
  std::optional<typed_event> next(std::string_view& typed);

  // As at the start of a session: an escape needs no newline first, nothing is held back.
  void reset() { state_ = state::line_start; }

  bool holds_back() const { return state_ == state::pending; }

 private:
  enum class state : std::uint8_t {
    mid_line,
    line_start,  // an escape character now begins an escape
    pending,     // it did
    literal,     // the key after it was none of ours; both are text
  };

  std::optional<typed_event> after_escape(std::string_view& typed);
  std::optional<typed_event> text(std::string_view& typed);
  std::size_t find_escape(std::string_view typed) const;

  const escape_keys* keys_;
  escape_char escape_;
  char held_;
  state state_ = state::line_start;
};

}  // namespace shim
