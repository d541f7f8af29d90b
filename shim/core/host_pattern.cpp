#include <shim/core/host_pattern.hpp>

#include <algorithm>
#include <cstddef>

namespace shim {
namespace {

constexpr std::string_view separators = ", \t\r\n";

// Without <cctype>: a locale must not change which host is meant.
constexpr char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

bool matches_one(char byte, char pattern, letter_case letters) {
  return pattern == '?' || byte == pattern ||
         (letters == letter_case::ignored && lower(byte) == lower(pattern));
}

// The next pattern of a list; empty at its end.
std::string_view take_pattern(std::string_view& list) {
  list.remove_prefix(std::min(list.find_first_not_of(separators), list.size()));
  const auto pattern = list.substr(0, list.find_first_of(separators));
  list.remove_prefix(pattern.size());
  return pattern;
}

}  // namespace

bool same_host(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, lower, lower);
}

// Only the last `*` is ever tried again: what the ones before it took can stay as short as it was.
bool matches_pattern(std::string_view text, std::string_view pattern, letter_case letters) {
  std::size_t at = 0, in_pattern = 0;
  std::size_t star = pattern.npos, after_star = 0;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      after_star = at;
    } else if (in_pattern < pattern.size() && matches_one(text[at], pattern[in_pattern], letters)) {
      ++at;
      ++in_pattern;
    } else if (star != pattern.npos) {
      in_pattern = star + 1;
      at = ++after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == pattern.npos;
}

bool matches_host(std::string_view host, std::string_view patterns) {
  bool wanted = false;
  while (true) {
    const auto pattern = take_pattern(patterns);
    if (pattern.empty()) return wanted;
    if (!pattern.starts_with('!')) {
      wanted = wanted || matches_pattern(host, pattern, letter_case::ignored);
    } else if (matches_pattern(host, pattern.substr(1), letter_case::ignored)) {
      return false;
    }
  }
}

}  // namespace shim
