// What `ssh -G` says of a session: the effective options, a line each, `keyword value`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <shim/core/escape_char.hpp>

namespace shim {

enum class request_tty { automatic, no, yes, force };

struct ssh_settings {
  std::string host;      // the destination as given
  std::string hostname;  // what ssh connects to
  std::string user;
  std::string port;
  escape_char escape{'~'};
  request_tty tty = request_tty::automatic;
  bool shell_or_command = true;  // SessionType default: neither none nor subsystem
  bool stdin_null = false;
  bool fork_after_authentication = false;
  bool remote_command = false;  // RemoteCommand is set
  bool forward_agent = false;
  bool exit_on_forward_failure = false;
  bool quiet = false;                      // LogLevel QUIET, which ssh prints as SILENT
  std::string control_path;                // empty if unset or none
  std::string control_master;              // false, true, auto, ask, autoask
  std::string control_persist;             // no, yes, or seconds
  std::vector<std::uint16_t> local_ports;  // LocalForward and DynamicForward listen there
};

// Unknown lines are skipped and missing ones mean the default, so any version's output does.
// Nothing if it is not that output at all (no `hostname` line).
std::optional<ssh_settings> parse_ssh_settings(std::string_view dump);

}  // namespace shim
