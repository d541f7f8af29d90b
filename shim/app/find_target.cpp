#include <shim/app/find_target.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <tuple>

#include <shim/app/talk.hpp>
#include <shim/core/find_session.hpp>

namespace shim::app {
namespace {

std::vector<named_session> names_of(const known_sessions& all) {
  std::vector<named_session> names;
  for (const auto& each : all.sessions) names.push_back({each.name, each.host});
  return names;
}

}  // namespace

known_sessions::known_sessions(std::chrono::milliseconds within) {
  auto found = hold::find_places(hold::places_of_environment());
  places = std::move(found.places);
  refused = std::move(found.refused);
  sessions = hold::all_sessions(places, within);
}

const hold::session_info* find_target(const known_sessions& all, std::string_view word) {
  const auto found = find_session(word, names_of(all));
  if (found.size() == 1) return &all.sessions[found.front()];
  std::string candidates;
  for (const auto at : found)
    candidates += (candidates.empty() ? "it may be " : ", ") + all.sessions[at].name;
  cannot(fmt::format("find the session '{}'", word), found.empty() ? "there is none" : candidates);
  return nullptr;
}

targets all_of(const known_sessions& all) {
  targets those;
  for (const auto& each : all.sessions) those.push_back(&each);
  return those;
}

const hold::session_info* latest(const targets& those) {
  const auto times = [](const hold::session_info* of) {
    const auto& n = of->numbers;
    return std::tuple(n.detached, n.detached != 0 ? of->left : 0, n.since, of->left);
  };
  const auto found = std::ranges::max_element(those, {}, times);
  return found == those.end() ? nullptr : *found;
}

std::optional<targets> find_targets(const known_sessions& all,
                                    const std::vector<std::string>& words) {
  std::vector<bool> wanted(all.sessions.size());
  for (const auto& word : words) {
    if (!is_session_pattern(word)) {
      const auto* one = find_target(all, word);
      if (one == nullptr) return std::nullopt;
      wanted[static_cast<std::size_t>(one - all.sessions.data())] = true;
      continue;
    }
    const auto found = matching_sessions(word, names_of(all));
    if (found.empty()) return cannot("find a session '" + word + "'", "none matches"), std::nullopt;
    for (const auto at : found) wanted[at] = true;
  }
  targets those;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i]) those.push_back(&all.sessions[i]);
  return those;
}

}  // namespace shim::app
