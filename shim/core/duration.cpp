#include <shim/core/duration.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace shim {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::int64_t longest = milliseconds(10'000 * 24h).count();
constexpr std::int64_t billion = 1'000'000'000;

struct unit {
  std::string_view suffix;
  milliseconds length;
};

constexpr unit units[] = {{"", 1s}, {"s", 1s}, {"m", 1min}, {"h", 1h}, {"d", 24h}};

constexpr bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

std::string_view take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const auto digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

// A number above `longest` stays one, however long it is written.
std::int64_t whole(std::string_view digits) {
  std::int64_t value = 0;
  for (const char digit : digits)
    if (value <= longest) value = value * 10 + (digit - '0');
  return value;
}

// In billionths, rounded up: what is not zero must not become "no limit".
std::int64_t billionths(std::string_view digits) {
  std::int64_t value = 0;
  std::int64_t place = billion / 10;
  for (const char digit : digits) {
    if (place == 0 && digit != '0') return value + 1;
    value += (digit - '0') * place;
    place /= 10;
  }
  return value;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto before_point = take_digits(text);
  std::string_view after_point;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    after_point = take_digits(text);
  }
  const auto* found = std::ranges::find(units, text, &unit::suffix);
  if (found == std::end(units) || before_point.size() + after_point.size() == 0)
    return std::nullopt;
  const auto length = found->length.count();
  const auto count = whole(before_point);
  if (count > longest / length) return std::nullopt;
  const auto total = count * length + (billionths(after_point) * length + billion - 1) / billion;
  if (total > longest) return std::nullopt;
  return milliseconds(total);
}

}  // namespace shim
