// The reading of ssh's command line. Byte 0 chooses the version and what is dropped; the rest is
// the words, a NUL after each but the last.
//   Every word read has one part to play, views stay inside the words, and neither a bundle taken
//   apart nor an option dropped changes what the others mean.
#include <shim/core/ssh_argv.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fuzz/check.hpp>

namespace {

constexpr shim::ssh_version versions[] = {{9, 2}, {9, 4}, {10, 5}};
constexpr std::string_view drops[] = {"", "eS", "q", "tTl", "elqtSvP", "1246"};

using words = std::vector<std::string_view>;

bool test_takes_value(std::string_view name) { return name.ends_with('n'); }

words split(std::string_view text) {
  words all;
  while (true) {
    const auto end = text.find('\0');
    all.push_back(text.substr(0, end));
    if (end == text.npos) return all;
    text.remove_prefix(end + 1);
  }
}

bool inside(std::string_view part, std::string_view whole) {
  constexpr std::less_equal<> in_order;
  return in_order(whole.data(), part.data()) &&
         in_order(part.data() + part.size(), whole.data() + whole.size());
}

bool has_apart_value(const words& all, const shim::long_option& option) {
  return option.value && all[option.word].find('=') == std::string_view::npos;
}

// How often each word was used; a bundle counts once.
std::vector<int> uses(const words& all, const shim::ssh_argv& found) {
  std::vector<int> count(all.size(), 0);
  for (const auto& option : found.options) {
    if (option.offset == 1) ++count[option.word];
    if (option.argument_apart) ++count[option.word + 1];
  }
  for (const auto& option : found.long_options) {
    ++count[option.word];
    if (has_apart_value(all, option)) ++count[option.word + 1];
  }
  if (found.destination) ++count[*found.destination];
  if (found.command)
    for (auto at = *found.command; at < all.size(); ++at) ++count[at];
  return count;
}

bool may_be_unused(const words& all, std::size_t at) {
  return all[at] == "--" || (all[at].empty() && at + 1 == all.size());
}

void check_uses(const words& all, const shim::ssh_argv& found) {
  const auto count = uses(all, found);
  for (std::size_t at = 0; at < all.size(); ++at) {
    CHECK(count[at] <= 1);
    CHECK(count[at] == 1 || found.unknown || may_be_unused(all, at));
  }
}

void check_places(const words& all, const shim::ssh_argv& found) {
  std::pair<std::size_t, std::size_t> last{0, 0};
  for (const auto& option : found.options) {
    const std::pair place{option.word, option.offset};
    CHECK(last < place);
    last = place;
    CHECK(all.at(option.word).at(option.offset) == option.letter);
    if (!option.argument.empty())
      CHECK(inside(option.argument, all.at(option.word + (option.argument_apart ? 1 : 0))));
  }
  if (found.command) CHECK(found.destination && *found.destination < *found.command);
  if (found.command) CHECK(last.first < *found.command);
}

void check_long(const words& all, const shim::ssh_argv& found) {
  for (const auto& option : found.long_options) {
    CHECK(inside(option.name, all.at(option.word)));
    CHECK(all[option.word].starts_with("--"));
    if (option.value)
      CHECK(!has_apart_value(all, option) || *option.value == all.at(option.word + 1));
  }
  CHECK(std::ranges::is_sorted(found.long_options, std::less_equal<>{}, &shim::long_option::word));
}

// What was read, apart from where it stood and from the options in `drop`.
std::string meaning(const words& all, const shim::ssh_argv& found, std::string_view drop = {}) {
  std::string text;
  const auto add = [&text](std::string_view kind, std::string_view what) {
    text.append(kind).append(what).append(1, '\n');
  };
  for (const auto& option : found.options) {
    const bool flag = option.argument.empty() && !option.argument_apart;
    if (drop.find(option.letter) != drop.npos) continue;
    add({&option.letter, 1}, flag ? "(flag)" : option.argument);
  }
  if (found.destination) add("to ", all[*found.destination]);
  if (found.command)
    for (auto at = *found.command; at < all.size(); ++at) add("run ", all[at]);
  if (found.unknown) add("unknown ", {&*found.unknown, 1});
  return text;
}

words views_of(const std::vector<std::string>& all) { return {all.begin(), all.end()}; }

void check_dropping(const words& all, const shim::ssh_argv& found, shim::ssh_version version,
                    std::string_view drop) {
  const auto rest = shim::without_options(all, found, drop);
  const auto views = views_of(rest);
  const auto again = shim::scan_ssh_argv(views, version, test_takes_value);
  CHECK(again.long_options.empty());
  CHECK(meaning(views, again) == meaning(all, found, found.unknown ? "" : drop));
}

// Each option of a bundle in a word of its own.
std::vector<std::string> unbundled(const words& all, const shim::ssh_argv& found) {
  std::vector<std::string> apart;
  auto option = found.options.begin();
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (option == found.options.end() || option->word != at) {
      apart.emplace_back(all[at]);
      continue;
    }
    for (; option != found.options.end() && option->word == at; ++option) {
      apart.push_back({'-', option->letter});
      if (!option->argument_apart) apart.back() += option->argument;
    }
  }
  return apart;
}

void check_unbundled(const words& all, const shim::ssh_argv& found, shim::ssh_version version) {
  if (found.unknown) return;
  const auto apart = unbundled(all, found);
  const auto views = views_of(apart);
  const auto again = shim::scan_ssh_argv(views, version, test_takes_value);
  CHECK(meaning(views, again) == meaning(all, found));
  CHECK(again.long_options.size() == found.long_options.size());
}

std::string reading(const words& all, shim::ssh_version version) {
  const auto found = shim::scan_ssh_argv(all, version, test_takes_value);
  return meaning(all, found) + std::to_string(found.long_options.size());
}

void check_versions(const words& all) {
  const auto first = reading(all, versions[0]);
  const bool alike = std::ranges::all_of(
      versions, [&](const auto& version) { return reading(all, version) == first; });
  if (!alike) CHECK(shim::depends_on_version(all, test_takes_value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto all = split({reinterpret_cast<const char*>(data) + 1, size - 1});
  const auto version = versions[data[0] % std::size(versions)];
  const auto drop = drops[data[0] / std::size(versions) % std::size(drops)];
  const auto found = shim::scan_ssh_argv(all, version, test_takes_value);
  check_places(all, found);
  check_long(all, found);
  check_uses(all, found);
  check_dropping(all, found, version, drop);
  check_unbundled(all, found, version);
  check_versions(all);
  return 0;
}
