// The words that are commands of ours rather than a host.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace shim::app {

// Runs the verb and gives its exit status (verb_words.hpp); nothing if the first word is
// none, or there is none. `ssh-shim -- ls` is the host of that name.
std::optional<int> run_verb(std::span<const std::string_view> words);

// What --help and `help` print.
void print_help();
void print_version();

}  // namespace shim::app
