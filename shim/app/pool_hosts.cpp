#include <shim/app/pool_hosts.hpp>

#include <algorithm>
#include <utility>

#include <shim/app/environment.hpp>
#include <shim/app/join_master.hpp>

namespace shim::app {

void pool_question::ask(const std::string& ssh, pool_candidate candidate,
                        const std::vector<std::string>& argv) {
  candidates_.push_back(std::move(candidate));
  asked_.push_back(std::make_unique<io::capture>(ssh, argv, io::capture::stream::out));
}

std::vector<pool_candidate> pool_question::answers(std::chrono::steady_clock::time_point deadline) {
  for (std::size_t at = 0; at < asked_.size(); ++at) {
    const auto said = asked_[at]->finish(deadline);
    if (!said || said->status != 0) continue;
    if (auto settings = parse_ssh_settings(said->text))
      candidates_[at].told = {std::move(*settings), connection_of(said->text, environment)};
  }
  return std::move(candidates_);
}

std::optional<std::string> why_no_member(const pool_candidate& candidate,
                                         const pool_connection& session,
                                         const std::vector<std::string>& paths) {
  if (!candidate.told) return "ssh does not tell its settings";
  const auto& settings = candidate.told->settings;
  if (!carries(candidate.told->connection, session))
    return "it has other options of the connection than the session's";
  if (auto why = why_no_pool(settings)) return why;
  if (std::ranges::find(paths, settings.control_path) != paths.end())
    return "its ControlPath is that of another one";
  return std::nullopt;
}

}  // namespace shim::app
