// Tokens that outlive what they were read from, and their way back to bytes.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <vt/stream/tokenizer.hpp>

namespace test {

struct owned_token {
  vt::token_kind kind;
  bool malformed, truncated, bell;
  char leader;
  std::array<char, 2> intermediates;
  char final;
  std::string parameters;
  std::string bytes;

  bool operator==(const owned_token&) const = default;
};

inline owned_token owned(const vt::token& found) {
  return {found.kind,
          found.malformed,
          found.truncated,
          found.bell,
          found.leader,
          found.intermediates,
          found.final,
          std::string(found.parameters),
          std::string(found.bytes)};
}

// Adjacent text is one token: where a run is cut depends on the reads.
inline void add(std::vector<owned_token>& all, const vt::token& found) {
  using enum vt::token_kind;
  if (found.kind == text && !all.empty() && all.back().kind == text) {
    all.back().bytes += found.bytes;
  } else {
    all.push_back(owned(found));
  }
}

inline std::vector<owned_token> tokens_in_pieces(std::string_view bytes, std::size_t size) {
  vt::tokenizer reader;
  std::vector<owned_token> all;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) {
    auto piece = bytes.substr(0, size);
    while (const auto found = reader.next(piece)) add(all, *found);
  }
  return all;
}

inline std::vector<owned_token> tokens_of(std::string_view bytes) {
  return tokens_in_pieces(bytes, bytes.size() + 1);
}

inline std::string header(const owned_token& found) {
  std::string text;
  if (found.leader != 0) text += found.leader;
  text += found.parameters;
  for (const char c : found.intermediates)
    if (c != 0) text += c;
  if (found.final != 0) text += found.final;
  return text;
}

// Bytes that are read as this token. A malformed one has lost its own: some other malformed one.
inline std::string spelled(const owned_token& found) {
  const auto payload = found.bytes + (found.truncated ? "x" : "") + (found.bell ? "\a" : "\x1b\\");
  switch (found.kind) {
    using enum vt::token_kind;
    case text:
    case control: break;
    case invalid: return '\x1b' + found.bytes;  // else it could go on a character begun before
    case escape: return '\x1b' + (found.malformed ? "(((B" : header(found));
    case csi:
      return "\x1b[" + (found.malformed ? "?"
                                          "?h"
                                        : header(found));
    case osc: return "\x1b]" + payload;
    case dcs: return "\x1bP" + (found.malformed ? "\x01" : header(found)) + payload;
    case apc: return "\x1b_" + payload;
    case pm: return "\x1b^" + payload;
    case sos: return "\x1bX" + payload;
  }
  return found.bytes;
}

}  // namespace test
