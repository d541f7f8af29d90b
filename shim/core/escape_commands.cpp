#include <shim/core/escape_commands.hpp>

#include <algorithm>

namespace shim {
namespace {

constexpr char control_z = 0x1a;

using enum escape_action;
constexpr key_owner by_ssh = key_owner::ssh;
constexpr key_owner by_shim = key_owner::shim;

// Letters of our own are capitals, because `~root/bin/x` typed at a prompt must stay what it is.
constexpr escape_command table[] = {
    {disconnect, '.', by_ssh, "", "disconnect"},
    {suspend, control_z, by_ssh, "", "suspend this terminal's end; the session goes on"},
    {detach, 'D', by_shim, "detach", "detach: leave the session running"},
    {detach, '&', by_ssh, "", "detach, too"},
    {list_sessions, 'L', by_shim, "sessions", "list sessions"},
    {mux_check, 'M', by_shim, "mux_check", "check the mux master"},
    {mux_exit, 'X', by_shim, "mux_exit", "end the mux master"},
    {list_forwards, '#', by_ssh, "", "list forwarded connections"},
    {send_break, 'B', by_ssh, "", "send a BREAK to the remote system"},
    {rekey, 'R', by_ssh, "", "request rekey"},
    {more_verbose, 'v', by_ssh, "", "increase verbosity (LogLevel)"},
    {less_verbose, 'V', by_ssh, "", "decrease verbosity (LogLevel)"},
    {command_line, 'C', by_ssh, "", "open ssh's command line"},
    {connection_info, 'I', by_shim, "info", "show this connection"},
    {repaint, 'P', by_shim, "repaint", "repaint the screen"},
    {nested_levels, 'N', by_shim, "levels", "show nested levels"},
    {help, '?', by_ssh, "", "this help"},
};

unsigned char index_of(char key) { return static_cast<unsigned char>(key); }

}  // namespace

std::span<const escape_command> escape_commands() { return table; }

escape_keys::escape_keys() {
  for (const auto& command : table) {
    auto& keys = command.owner == key_owner::ssh ? ssh_ : shim_;
    keys[index_of(command.key)] = &command;
  }
}

bool escape_keys::bind(std::string_view name, char key) {
  const auto command = std::ranges::find(table, name, &escape_command::name);
  const auto to = index_of(key);
  if (name.empty() || command == std::end(table) || key <= ' ' || key > '~') return false;
  if (ssh_[to] != nullptr || (shim_[to] != nullptr && shim_[to] != command)) return false;
  shim_[index_of(key_of(*command))] = nullptr;
  shim_[to] = command;
  return true;
}

char escape_keys::key_of(const escape_command& command) const {
  if (command.owner == key_owner::ssh) return command.key;
  return static_cast<char>(std::ranges::find(shim_, &command) - shim_.begin());
}

std::string shown_key(char key) {
  if (key >= 0 && key < ' ') return {'^', static_cast<char>(key + '@')};
  return {key};
}

std::string escape_help(escape_char escape, const escape_keys& keys,
                        const std::function<bool(const escape_command&)>& available) {
  const auto tilde = shown(escape);
  std::string text = tilde + "?\r\nSupported escape sequences:\r\n";
  const auto row = [&](std::string key, std::string_view what) {
    key.resize(std::max<std::size_t>(key.size(), 3), ' ');
    text.append(" ").append(tilde).append(key).append(" - ").append(what).append("\r\n");
  };
  for (const auto& command : table)
    if (available(command)) row(shown_key(keys.key_of(command)), command.help);
  row(tilde, "send the escape character by typing it twice");
  return text + "(Note that escapes are only recognized immediately after newline.)\r\n";
}

}  // namespace shim
