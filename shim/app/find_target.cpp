#include <shim/app/find_target.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

#include <shim/app/talk.hpp>
#include <shim/core/find_session.hpp>

namespace shim::app {

known_sessions::known_sessions()
    : places(hold::find_places(hold::places_of_environment()).places),
      sessions(hold::all_sessions(places)) {}

const hold::session_info* find_target(const known_sessions& all, std::string_view word) {
  std::vector<named_session> names;
  for (const auto& each : all.sessions) names.push_back({each.name, each.host});
  const auto found = find_session(word, names);
  if (found.size() == 1) return &all.sessions[found.front()];
  const auto what = fmt::format("find the session '{}'", word);
  if (found.empty()) return cannot(what, "there is none"), nullptr;
  std::string candidates;
  for (const auto at : found)
    candidates += (candidates.empty() ? "" : ", ") + all.sessions[at].name;
  return cannot(what, "it may be " + candidates), nullptr;
}

const hold::session_info* latest(const known_sessions& all) {
  const auto by_time = [](const hold::session_info& a, const hold::session_info& b) {
    return std::pair(a.numbers.detached, a.numbers.since) <
           std::pair(b.numbers.detached, b.numbers.since);
  };
  const auto found = std::ranges::max_element(all.sessions, by_time);
  return found == all.sessions.end() ? nullptr : &*found;
}

}  // namespace shim::app
