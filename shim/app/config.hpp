// The configuration: /etc/ssh-shim/config.toml, then $XDG_CONFIG_HOME/ssh-shim/config.toml over it.
// A file that is missing, broken or strange never keeps a session from starting: what is wrong in
// it is a warning with file and line, and the rest of it holds.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <shim/core/escape_commands.hpp>

namespace shim::app {

enum class hang_up_rule : std::uint8_t { detach, kill };
enum class pool_opening : std::uint8_t { lazy, all };

inline constexpr std::uint32_t all_rows = 0xffffffff;

// Every key with the value it has when nobody sets it. `[host."*.prod"]` tables set the same keys
// for hosts that match (ssh_config(5) PATTERNS); of several that match in one file the first that
// sets a key wins, as in ssh_config, and it wins over the keys outside of any table. What a later
// file sets, wherever in it, wins over an earlier file.
struct config {
  std::chrono::milliseconds timeout{0};  // 0 = none, as for all durations here
  std::chrono::milliseconds idle_timeout{0};
  std::optional<std::chrono::milliseconds> kill_after;
  bool plain = false;
  bool paste_guard = true;
  bool hold = true;  // the session can be detached, and outlives a closed window
  std::optional<hang_up_rule> on_hangup;  // nothing: kill if called as ssh, else detach
  std::chrono::milliseconds hangup_limit = std::chrono::hours(24);
  std::chrono::milliseconds keep_ended = std::chrono::hours(24);  // 0: not at all
  std::uint32_t history = 1000;         // rows that come back when a session is attached
  std::uint32_t scrollback = 10'000;    // rows that are kept of it
  bool pool = false;                    // as many mux masters as the sessions need
  std::vector<std::string> pool_hosts;  // that are one; empty: the destination alone is
  pool_opening pool_open = pool_opening::lazy;
  std::uint32_t max_sessions = 10;  // that a master of a pool carries; sshd's own default
  escape_keys keys;                 // [keys], outside of hosts: detach = "d"
};

struct config_warning {
  std::string file;
  unsigned line = 0;  // 0: the whole file
  std::string what;   // "unknown key 'tiemout'"; as the file has it, so not safe to print
};

struct config_result {
  config values;
  std::vector<config_warning> warnings;  // in the order of files and lines
};

// Reads the files in order, later ones over earlier ones; one that does not exist is no warning.
// /dev/null is an empty file.
config_result read_config(const std::vector<std::string>& files, std::string_view host);

// `text`, the content of `file`, over `under`. Tables for other hosts are checked too.
config_result parse_config(std::string_view text, const std::string& file, std::string_view host,
                           const config& under = {});

// The files, from the environment's XDG_CONFIG_HOME and HOME; `named` (--config) replaces both.
std::vector<std::string> config_files(std::optional<std::string_view> named);

// A number, "all" or "none".
std::optional<std::uint32_t> parse_rows(std::string_view text);

// "FILE:LINE: WHAT", safe to print.
std::string described(const config_warning& warning);

}  // namespace shim::app
