// Where a line starts for ssh's escapes (clientloop.c, last_was_cr): after CR and after LF.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace shim {

constexpr bool ends_line(char byte) { return (byte == '\r') | (byte == '\n'); }

// The first `byte` in `text` that stands right after a CR or LF of `text`; text.size() if none
// does. Where the byte is rare the library's search passes over the rest; where it is not, a block
// at a time is tested without a branch, so that no text is slow.
constexpr std::size_t find_at_line_start(std::string_view text, char byte) {
  constexpr std::size_t block = 64;
  for (auto at = text.find(byte, 1); at != text.npos; at = text.find(byte, at)) {
    const auto end = std::min(at + block, text.size());
    unsigned found = 0;
    for (auto i = at; i < end; ++i)
      found |= unsigned{text[i] == byte} & unsigned{ends_line(text[i - 1])};
    for (; found != 0; ++at)
      if (text[at] == byte && ends_line(text[at - 1])) return at;
    at = end;
  }
  return text.size();
}

}  // namespace shim
