#include <shim/app/mux_selection.hpp>

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <set>

#include <shim/app/environment.hpp>
#include <shim/app/find_masters.hpp>
#include <shim/app/find_ssh.hpp>
#include <shim/app/mux_passengers.hpp>
#include <shim/app/talk.hpp>
#include <shim/core/find_session.hpp>
#include <shim/core/host_pattern.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

bool means(const std::string& pattern, const mux_master& one) {
  const auto matches = [&](const std::string& text) {
    return matches_pattern(text, pattern, letter_case::ignored);
  };
  return !one.host.empty() && (matches(one.host) || matches(one.user + "@" + one.host));
}

void add(std::vector<mux_master>& to, std::vector<mux_master> more) {
  for (auto& each : more) {
    const bool known =
        !each.path.empty() && std::ranges::find(to, each.path, &mux_master::path) != to.end();
    if (!known) to.push_back(std::move(each));
  }
}

std::optional<std::vector<mux_master>> master_of(pid_t ssh, const known_sessions& known) {
  std::vector<mux_master> one(1);
  one[0].path = path_of_master_of(ssh);
  if (one[0].path.empty()) {
    cannot(fmt::format("find the master of pid {}", ssh), "it goes through none");
    return std::nullopt;
  }
  add_passengers(one, known.sessions);
  return one;
}

}  // namespace

void mux_words::add_config_option(CLI::App& verb) {
  verb.add_option("-F", config_file, "ssh's configuration, as for ssh -F");
}

void mux_words::add_options(CLI::App& verb, const std::string& about_all) {
  auto* named = verb.add_option("host", hosts, "as for ssh; or patterns");
  if (!about_all.empty()) verb.add_flag("--all", all, about_all)->excludes(named);
  verb.add_option("--pid", ssh, "the one that this ssh goes through")->excludes(named);
  add_config_option(verb);
}

std::optional<std::string_view> mux_words::config() const {
  return config_file.empty() ? std::nullopt : std::optional<std::string_view>(config_file);
}

std::optional<std::vector<mux_master>> masters_meant(const mux_words& words,
                                                     const known_sessions& known) {
  if (words.ssh > 0) return master_of(words.ssh, known);
  std::vector<std::string> patterns;
  std::vector<std::string> destinations;
  for (const auto& each : words.hosts)
    (is_session_pattern(each) ? patterns : destinations).push_back(each);
  std::vector<mux_master> meant;
  if (!destinations.empty()) {
    const auto ssh = find_ssh(environment("SSH_SHIM_SSH"), environment("PATH"));
    if (ssh.error) {
      cannot("run " + (ssh.path.empty() ? "ssh" : ssh.path), ssh.error.message());
      return std::nullopt;
    }
    meant = masters_of(ssh.path, words.config(), destinations);
    add_passengers(meant, known.sessions);
  }
  if (!words.all && patterns.empty()) return meant;
  auto found = find_masters(words.config());
  add_passengers(found, known.sessions);
  if (!words.all) {
    std::erase_if(found, [&](const mux_master& one) {
      return std::ranges::none_of(patterns, [&](const auto& each) { return means(each, one); });
    });
  }
  add(meant, std::move(found));
  return meant;
}

void warn_of_shared_directories(const std::vector<mux_master>& masters) {
  std::set<std::string> told;
  for (const auto& each : masters) {
    const auto directory = std::filesystem::path(each.path).parent_path().string();
    if (!each.in_shared_directory || !told.insert(directory).second) continue;
    note(fmt::format("others may put sockets into {}: better a ControlPath in a directory of yours",
                     vt::printable(directory)));
  }
}

}  // namespace shim::app
