// The words behind a verb, read by CLI11, with our own form of errors.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace shim::app {

using word_span = std::span<const std::string_view>;

// A verb's exit status.
inline constexpr int verb_ok = 0;
inline constexpr int verb_failed = 1;
inline constexpr int verb_usage = 2;
inline constexpr int verb_no_session = 3;

// Reads `words`, the first of which is the verb. Nothing: go on. Else the status to end with: help
// was wanted and printed, or something is wrong and was said.
std::optional<int> read_words(CLI::App& verb, word_span words);

}  // namespace shim::app
