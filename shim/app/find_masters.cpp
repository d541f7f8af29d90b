#include <shim/app/find_masters.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include <shim/app/ssh_config_files.hpp>
#include <shim/core/control_path.hpp>
#include <shim/core/mux_pool.hpp>
#include <shim/io/capture.hpp>
#include <shim/io/child.hpp>

namespace shim::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// `ssh -G` runs Match exec commands and may resolve names.
constexpr auto settings_time = 2s;

// One that a master is still about to link to its path is no path of a master's.
bool is_own_name(const std::string& path) { return !path_of_bind_name(path); }

class masters_by_path {
 public:
  void add(const std::string& path, const control_path_match& tells) {
    auto& one = all_[path];
    one.path = path;
    one.host = tells.host ? *tells.host : tells.destination.value_or(one.host);
    one.user = tells.user.value_or(one.user);
    if (tells.port) one.port = std::to_string(*tells.port);
  }

  std::vector<mux_master> take() {
    std::vector<mux_master> sorted;
    for (auto& each : all_) sorted.push_back(std::move(each.second));
    return sorted;
  }

 private:
  std::map<std::string, mux_master> all_;
};

// A master of a pool has a number behind the ControlPath (core/mux_pool).
std::optional<control_path_match> match_with_pool(const control_path_pattern& pattern,
                                                  std::string_view path) {
  if (auto tells = pattern.match(path)) return tells;
  const auto first = path_without_pool_number(path);
  return first ? pattern.match(*first) : std::nullopt;
}

// Of a socket with or without such a number.
bool may_be_socket(const control_path_pattern& pattern, std::size_t level, std::string_view name) {
  if (pattern.may_be_at(level, name)) return true;
  const auto first = path_without_pool_number(name);
  return first && pattern.may_be_at(level, *first);
}

void walk(const control_path_pattern& pattern, const std::string& directory, std::size_t level,
          masters_by_path& into) {
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    const auto name = at->path().filename().string();
    const auto path = at->path().string();
    const bool is_last = level + 1 == pattern.levels();
    if (is_last ? !may_be_socket(pattern, level, name) : !pattern.may_be_at(level, name)) continue;
    std::error_code gone;
    if (!is_last) {
      if (at->is_directory(gone)) walk(pattern, path, level + 1, into);
    } else if (at->symlink_status(gone).type() == fs::file_type::socket && is_own_name(path)) {
      if (const auto tells = match_with_pool(pattern, path)) into.add(path, *tells);
    }
  }
}

std::vector<control_path_pattern> patterns_in(std::optional<std::string_view> config_file) {
  std::vector<control_path_pattern> all;
  const auto here = control_path_values_here();
  for (const auto& each : read_ssh_config(config_file).control_paths)
    if (auto pattern = control_path_pattern::parse(each, here)) all.push_back(std::move(*pattern));
  return all;
}

std::vector<std::string> settings_argv(const std::string& ssh,
                                       std::optional<std::string_view> config_file,
                                       const std::string& destination) {
  std::vector<std::string> argv{ssh};
  if (config_file) argv.insert(argv.end(), {"-F", std::string(*config_file)});
  argv.insert(argv.end(), {"-G", "--", destination});
  return argv;
}

mux_master from(const ssh_settings& settings) {
  mux_master one;
  one.path = settings.control_path;
  one.host = settings.hostname;
  one.user = settings.user;
  one.port = settings.port;
  one.persist = settings.control_persist;
  if (one.path.empty()) {
    one.state = master_state::none;
    one.why = "its configuration has no ControlPath";
  } else if (const auto problem = control_path_problem(one.path)) {
    one.state = master_state::refused;
    one.why = one.path + ": " + *problem;
  }
  return one;
}

}  // namespace

std::vector<mux_master> find_masters(std::optional<std::string_view> config_file) {
  masters_by_path found;
  for (const auto& each : patterns_in(config_file)) walk(each, each.directory(), 0, found);
  return found.take();
}

bool may_lead_to(std::optional<std::string_view> config_file, const std::string& path) {
  return std::ranges::any_of(patterns_in(config_file), [&](const auto& each) {
    return match_with_pool(each, path).has_value();
  });
}

std::vector<std::string> configured_hosts(std::optional<std::string_view> config_file) {
  return read_ssh_config(config_file).hosts;
}

std::vector<mux_master> masters_of(const std::string& ssh,
                                   std::optional<std::string_view> config_file,
                                   const std::vector<std::string>& destinations) {
  const io::sigchld_guard sigchld;
  std::vector<std::unique_ptr<io::capture>> asked;
  asked.reserve(destinations.size());
  for (const auto& each : destinations) {
    asked.push_back(std::make_unique<io::capture>(ssh, settings_argv(ssh, config_file, each),
                                                  io::capture::stream::out));
  }
  const auto deadline = std::chrono::steady_clock::now() + settings_time;
  std::vector<mux_master> all;
  for (auto& each : asked) {
    const auto said = each->finish(deadline);
    const auto settings = said && said->status == 0 ? parse_ssh_settings(said->text) : std::nullopt;
    all.push_back(settings ? from(*settings) : mux_master());
    auto& one = all.back();
    one.asked = destinations[all.size() - 1];
    if (settings) continue;
    one.state = master_state::none;
    one.why = said ? "ssh -G does not take it" : "ssh -G does not tell in time";
  }
  return all;
}

}  // namespace shim::app
