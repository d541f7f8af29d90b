#include <shim/app/ssh_config_files.hpp>

#include <glob.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include <shim/io/file_text.hpp>

namespace shim::app {
namespace {

// readconf.c, READCONF_MAX_DEPTH
constexpr int deepest_include = 16;

constexpr auto system_directory = "/etc/ssh";

struct glob_result {
  glob_result() = default;
  glob_result(const glob_result&) = delete;
  glob_result& operator=(const glob_result&) = delete;
  ~glob_result() { ::globfree(&found); }
  glob_t found{};
};

std::vector<std::string> files_for(const std::string& pattern) {
  glob_result result;
  if (::glob(pattern.c_str(), 0, nullptr, &result.found) != 0) return {};
  return {result.found.gl_pathv, result.found.gl_pathv + result.found.gl_pathc};
}

void add(std::vector<std::string>& to, std::vector<std::string> more) {
  for (auto& each : more)
    if (std::ranges::find(to, each) == to.end()) to.push_back(std::move(each));
}

class config_reader {
 public:
  // `directory`: of what is included by a relative path.
  config_reader(std::string home, std::string directory, ssh_config_mentions& into)
      : home_(std::move(home)), directory_(std::move(directory)), into_(into) {}

  void read(const std::string& path, int depth = 0) {
    if (depth > deepest_include) return;
    auto found = mentions_in_ssh_config(io::file_text(path));
    add(into_.control_paths, std::move(found.control_paths));
    add(into_.hosts, std::move(found.hosts));
    for (const auto& include : found.includes)
      for (const auto& each : files_for(resolved(include))) read(each, depth + 1);
  }

 private:
  std::string resolved(const std::string& include) const {
    if (include.starts_with("~/")) return home_ + include.substr(1);
    return include.starts_with('/') ? include : directory_ + "/" + include;
  }

  std::string home_;
  std::string directory_;
  ssh_config_mentions& into_;
};

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

control_path_values control_path_values_here() {
  control_path_values here;
  here.uid = std::to_string(::getuid());
  if (const auto* user = ::getpwuid(::getuid())) {
    here.home = user->pw_dir;
    here.user = user->pw_name;
  }
  here.hostname = host_name();
  here.environment = variable;
  return here;
}

ssh_config_mentions read_ssh_config(std::optional<std::string_view> named) {
  ssh_config_mentions all;
  const auto home = control_path_values_here().home;
  config_reader of_user(home, home + "/.ssh", all);
  if (named) {
    if (*named != "none") of_user.read(std::string(*named));
    return all;
  }
  of_user.read(home + "/.ssh/config");
  config_reader(home, system_directory, all).read(std::string(system_directory) + "/ssh_config");
  return all;
}

}  // namespace shim::app
