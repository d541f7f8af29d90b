// The table of escape commands: which keys there are after the escape character, who acts on them,
// and what `~?` says of them. Filter, relay, help and man page all read this one table.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <shim/core/escape_char.hpp>

namespace shim {

enum class escape_action : std::uint8_t {
  disconnect,
  suspend,
  help,
  list_forwards,
  send_break,
  rekey,
  more_verbose,
  less_verbose,
  command_line,
  connection_info,
  detach,
  list_sessions,
  mux_check,
  mux_exit,
  repaint,
  nested_levels,
};

// Who has the key: ssh(1) knows it, so it comes before the escape character itself (clientloop.c:
// with `-e .`, `..` disconnects), or only we do, so that with `-e D`, `DD` still sends a D.
enum class key_owner : std::uint8_t { ssh, shim };

struct escape_command {
  escape_action action;
  char key;
  key_owner owner;
  std::string_view name;  // for [keys] in the config; empty: the key is fixed, as in ssh
  std::string_view help;
};

std::span<const escape_command> escape_commands();

// Which byte means which command. Ours may be given other letters, ssh's never.
class escape_keys {
 public:
  escape_keys();

  // The command of a byte typed after the escape character, or null. Valid as long as the program.
  const escape_command* of_ssh(unsigned char byte) const { return ssh_[byte]; }
  const escape_command* of_shim(unsigned char byte) const { return shim_[byte]; }

  // Gives the command called `name` another key. False, and nothing changed, if there is no such
  // name, or the key is not printable ASCII, ssh's, or another command's.
  bool bind(std::string_view name, char key);

  // The key a command has now; its first one if it has two.
  char key_of(const escape_command& command) const;

 private:
  std::array<const escape_command*, 256> ssh_{};
  std::array<const escape_command*, 256> shim_{};
};

// The key as ssh prints it in its help: `^Z` for a control character.
std::string shown_key(char key);

// What `~?` prints, CR LF at each end: the commands for which `available` holds, in table order.
std::string escape_help(escape_char escape, const escape_keys& keys,
                        const std::function<bool(const escape_command&)>& available);

}  // namespace shim
