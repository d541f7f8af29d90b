// Host patterns against the obvious recursive matcher. The host, a NUL, the pattern list.
#include <shim/core/host_pattern.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <fuzz/check.hpp>

namespace {

constexpr std::string_view separators = ", \t\r\n";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool model_matches(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*')
    return model_matches(text, pattern.substr(1)) ||
           (!text.empty() && model_matches(text.substr(1), pattern));
  if (text.empty()) return false;
  return (pattern[0] == '?' || lower(pattern[0]) == lower(text[0])) &&
         model_matches(text.substr(1), pattern.substr(1));
}

bool model(std::string_view host, std::string_view list) {
  bool wanted = false;
  while (!list.empty()) {
    const auto end = std::min(list.find_first_of(separators), list.size());
    auto pattern = list.substr(0, end);
    list.remove_prefix(end < list.size() ? end + 1 : end);
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (pattern.empty() && !negated) continue;
    if (!model_matches(host, pattern)) continue;
    if (negated) return false;
    wanted = true;
  }
  return wanted;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t most = 24;  // the model takes exponential time
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = text.find('\0');
  if (end == text.npos) return 0;
  const auto host = text.substr(0, end);
  const auto list = text.substr(end + 1);
  const bool matches = shim::matches_host(host, list);
  if (size <= most) CHECK(matches == model(host, list));
  return 0;
}
