#include <shim/app/verb_words.hpp>

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

#include <shim/app/talk.hpp>

namespace shim::app {

// CLI11 takes them from the back.
std::optional<int> read_words(CLI::App& verb, word_span words) {
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  reversed.pop_back();
  try {
    verb.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", verb.help());
    return verb_ok;
  } catch (const CLI::ParseError& error) {
    cannot(fmt::format("run '{}'", words.front()), error.what());
    return verb_usage;
  }
  return std::nullopt;
}

}  // namespace shim::app
