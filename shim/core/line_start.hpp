// Where a line starts for ssh's escapes (clientloop.c, last_was_cr): after CR and after LF.
#pragma once

#include <cstddef>
#include <string_view>

namespace shim {

constexpr bool ends_line(char byte) { return byte == '\r' || byte == '\n'; }

// The first `byte` in `text` that stands right after a CR or LF of `text`; text.size() if none
// does.
constexpr std::size_t find_at_line_start(std::string_view text, char byte) {
  for (auto at = text.find(byte, 1); at != text.npos; at = text.find(byte, at + 1))
    if (ends_line(text[at - 1])) return at;
  return text.size();
}

}  // namespace shim
