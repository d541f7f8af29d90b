// The masters that words mean which somebody typed.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <shim/app/find_target.hpp>
#include <shim/app/mux_master.hpp>

namespace CLI {
class App;
}

namespace shim::app {

struct mux_words {
  std::vector<std::string> hosts{};  // as for ssh: a host, user@host, a URI; or patterns of these
  std::string config_file{};         // ssh's; empty: its usual ones
  bool all = false;
  pid_t ssh = -1;  // the one whose master is meant; -1: none

  // Adds -F; and hosts, --pid, and where it is wanted --all.
  void add_config_option(CLI::App& verb);
  void add_options(CLI::App& verb, const std::string& about_all);
  bool names_none() const { return hosts.empty() && !all && ssh < 0; }
  std::optional<std::string_view> config() const;
};

// Those that the words mean, with who uses them; not asked. For a host that is no pattern it is the
// one that ssh would use, there or not; patterns and `all` mean what is found. Nothing where ssh
// cannot be found, or the one that is named goes through no master; this was told.
std::optional<std::vector<mux_master>> masters_meant(const mux_words& words,
                                                     const known_sessions& known);

// What everybody should know of the sockets that were looked at: on stderr.
void warn_of_shared_directories(const std::vector<mux_master>& masters);

}  // namespace shim::app
