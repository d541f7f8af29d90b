// A configuration file of any bytes: read without a crash, the same way twice, and with warnings
// that lie within it; what it does not know, it does not obey.
#include <shim/app/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>

namespace {

using shim::app::config;
using shim::app::config_result;

config_result parse(std::string_view text, const config& under = {}) {
  return shim::app::parse_config(text, "f", "db1.prod.test", under);
}

bool same_keys(const shim::escape_keys& a, const shim::escape_keys& b) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto key = static_cast<unsigned char>(byte);
    if (a.of_ssh(key) != b.of_ssh(key) || a.of_shim(key) != b.of_shim(key)) return false;
  }
  return true;
}

bool same(const config& a, const config& b) {
  return a.timeout == b.timeout && a.idle_timeout == b.idle_timeout &&
         a.kill_after == b.kill_after && a.plain == b.plain && a.hold == b.hold &&
         same_keys(a.keys, b.keys);
}

bool ignored(const config_result& result) {
  return result.warnings.size() == 1 && result.warnings.front().what.starts_with("ignored: ");
}

void check_values(const config& values) {
  constexpr std::chrono::milliseconds none{0};
  CHECK(values.timeout >= none);
  CHECK(values.idle_timeout >= none);
  CHECK(values.kill_after.value_or(none) >= none);
}

void check_warnings(const config_result& result, std::string_view text) {
  const auto lines = static_cast<unsigned>(std::ranges::count(text, '\n')) + 1;
  unsigned before = 0;
  for (const auto& warning : result.warnings) {
    CHECK(warning.line >= before);
    CHECK(warning.line <= lines);
    before = warning.line;
    for (const char c : described(warning)) CHECK(c < 0 || c >= ' ');
  }
}

// Read over itself, a text without fault changes nothing.
void check_repeated(const config_result& once, std::string_view text) {
  CHECK(same(parse(text).values, once.values));
  if (once.warnings.empty()) CHECK(same(parse(text, once.values).values, once.values));
}

// What is unknown, in front of all tables and as a table: two warnings more, no other value.
void check_unknown(const config_result& once, std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto with = parse("fuzz_unknown = true\n" + std::string(text) + "\n[fuzz_unknown_too]\n");
  if (ignored(with)) return;  // it has these very names
  CHECK(same(with.values, once.values));
  CHECK(with.warnings.size() == once.warnings.size() + 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto once = parse(text);
  check_values(once.values);
  check_warnings(once, text);
  check_repeated(once, text);
  if (!ignored(once)) {
    check_unknown(once, text);
  } else {
    CHECK(same(once.values, config{}));
  }
  return 0;
}
