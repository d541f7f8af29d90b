// Durations as timeout(1) takes them: a decimal number, fractions too, with s, m, h or d behind it.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace shim {

// Seconds if there is no suffix; zero means "no limit" and is a value. Nothing for anything else:
// empty, negative, not a number, or more than 10,000 days.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace shim
