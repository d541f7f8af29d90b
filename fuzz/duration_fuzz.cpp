// Durations: what is taken is within bounds, means the same in smaller units, and is never "no
// limit" by rounding.
#include <shim/core/duration.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto duration = shim::parse_duration(text);
  if (!duration) return 0;
  CHECK(text.find_first_not_of("0123456789.smhd") == text.npos);
  CHECK(*duration >= 0ms && *duration <= 10'000 * 24h);
  CHECK((*duration == 0ms) == (text.find_first_of("123456789") == text.npos));
  const auto count = duration->count();
  auto fraction = std::to_string(count % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  CHECK(shim::parse_duration(std::to_string(count / 1000) + "." + fraction + "s") == duration);
  return 0;
}
