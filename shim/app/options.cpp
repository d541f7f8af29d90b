#include <shim/app/options.hpp>

#include <algorithm>

#include <shim/core/duration.hpp>
#include <shim/core/session_name.hpp>

namespace shim::app {
namespace {

using value = std::optional<std::string_view>;
// Takes the option's value in; the answer is what is wrong with it, empty if nothing is.
using reader = std::string (*)(options&, std::string_view);

template <auto Member>
std::string read_duration(options& all, std::string_view text) {
  const auto duration = parse_duration(text);
  if (!duration) return "'" + std::string(text) + "' is no duration: 20, 1.5m, 2h, 0 for none";
  all.*Member = *duration;
  return "";
}

template <auto Member>
std::string read_text(options& all, std::string_view text) {
  all.*Member = std::string(text);
  return "";
}

template <auto Member>
std::string switch_on(options& all, std::string_view) {
  all.*Member = true;
  return "";
}

std::string read_name(options& all, std::string_view text) {
  all.name = std::string(text);
  const auto wrong = check_session_name(text);
  return wrong ? wrong.message() : std::string();
}

struct row {
  std::string_view name;
  bool takes_value;
  reader read;
};

constexpr row table[] = {
    {"attach", false, switch_on<&options::attach>},
    {"config", true, read_text<&options::config_file>},
    {"detached", false, switch_on<&options::detached>},
    {"help", false, switch_on<&options::help>},
    {"idle-timeout", true, read_duration<&options::idle_timeout>},
    {"kill-after", true, read_duration<&options::kill_after>},
    {"name", true, read_name},
    {"no-hold", false, switch_on<&options::no_hold>},
    {"plain", false, switch_on<&options::plain>},
    {"pool", false, switch_on<&options::pool>},
    {"timeout", true, read_duration<&options::timeout>},
    {"version", false, switch_on<&options::version>},
};

const row* find_row(std::string_view name) {
  const auto found = std::ranges::find(table, name, &row::name);
  return found == std::end(table) ? nullptr : found;
}

std::string read_one(options& all, const long_option& given) {
  const auto* known = find_row(given.name);
  if (known == nullptr) return "there is no such option; see ssh-shim --help";
  if (known->takes_value && !given.value) return "it needs a value";
  if (!known->takes_value && given.value) return "it takes no value";
  return known->read(all, given.value.value_or(""));
}

}  // namespace

bool option_takes_value(std::string_view name) {
  const auto* known = find_row(name);
  return known != nullptr && known->takes_value;
}

std::variant<options, option_error> read_options(const std::vector<long_option>& given) {
  options all;
  for (const auto& option : given) {
    auto wrong = read_one(all, option);
    if (!wrong.empty()) return option_error{"use --" + std::string(option.name), std::move(wrong)};
  }
  if (all.detached && all.no_hold)
    return option_error{"use --detached", "with --no-hold nothing would keep the session"};
  return all;
}

}  // namespace shim::app
