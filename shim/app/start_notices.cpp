#include <shim/app/start_notices.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <shim/app/session_table.hpp>
#include <shim/core/find_session.hpp>
#include <shim/io/listening.hpp>

namespace shim::app {
namespace {

bool is_left(const hold::session_info& session) {
  return session.answers && session.numbers.clients == 0;
}

}  // namespace

targets sessions_to(const known_sessions& all, std::string_view destination) {
  std::vector<named_session> hosts;
  for (const auto& each : all.sessions) hosts.push_back({"", each.host});
  targets those;
  for (const auto at : find_session(destination, hosts)) those.push_back(&all.sessions[at]);
  return those;
}

std::string left_sessions(const targets& those, std::string_view destination) {
  std::string named;
  for (const auto* each : those) {
    if (!is_left(*each)) continue;
    named += fmt::format("{}{} ({})", named.empty() ? "" : ", ", each->name, state_words(*each));
  }
  if (named.empty()) return {};
  return fmt::format("to {} there are: {}; see ssh-shim attach", destination, named);
}

std::vector<std::string> taken_ports(const known_sessions& all,
                                     std::span<const std::uint16_t> wanted) {
  std::vector<std::string> told;
  if (wanted.empty()) return told;
  for (const auto& each : all.sessions) {
    if (!is_left(each) || each.has_ended()) continue;
    for (const auto port : io::listening_ports(static_cast<pid_t>(each.numbers.pid))) {
      if (std::ranges::find(wanted, port) == wanted.end()) continue;
      told.push_back(fmt::format(
          "port {} is in use by the session {}: see ssh-shim attach, or kill", port, each.name));
    }
  }
  return told;
}

}  // namespace shim::app
