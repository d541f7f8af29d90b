// Where masters are: at the paths that ssh's configuration gives, whoever they lead to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <shim/app/mux_master.hpp>
#include <shim/core/ssh_settings.hpp>

namespace shim::app {

// What stands where the ControlPath lines of the files lead (ssh_config_files.hpp), in the order of
// paths: not asked, and not all of them need be masters. No ssh is run.
std::vector<mux_master> find_masters(std::optional<std::string_view> config_file);

// Whether a ControlPath line of the files may lead to that path.
bool may_lead_to(std::optional<std::string_view> config_file, const std::string& path);

// The hosts that the files name; ssh is asked for each, which runs their `Match exec`.
std::vector<std::string> configured_hosts(std::optional<std::string_view> config_file);

// Where the master of a destination is, or would be. The path is empty, and `why` says so, where
// ssh has none for it, or does not tell in time. `ssh`: the real one's absolute path.
std::vector<mux_master> masters_of(const std::string& ssh,
                                   std::optional<std::string_view> config_file,
                                   const std::vector<std::string>& destinations);

}  // namespace shim::app
