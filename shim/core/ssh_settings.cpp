#include <shim/core/ssh_settings.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace shim {
namespace {

// readconf.c dump_client_config(): keywords are lower case, the value is the rest of the line with
// blanks as they are. Where a value with a line break in it fakes a line, the first one counts.
std::optional<std::string_view> value_of(std::string_view keyword, std::string_view dump) {
  while (!dump.empty()) {
    const auto line = dump.substr(0, dump.find('\n'));
    if (line.size() > keyword.size() && line.starts_with(keyword) && line[keyword.size()] == ' ')
      return line.substr(keyword.size() + 1);
    dump.remove_prefix(line.size() + (line.size() < dump.size() ? 1 : 0));
  }
  return std::nullopt;
}

// Both the words of the dump and those of the config file.
request_tty tty_of(std::string_view value) {
  if (value == "no" || value == "false") return request_tty::no;
  if (value == "yes" || value == "true") return request_tty::yes;
  return value == "force" ? request_tty::force : request_tty::automatic;
}

// "8080", "[::1]:8080", or a socket's path, which has none.
std::optional<std::uint16_t> port_in(std::string_view address) {
  const auto digits = address.substr(address.rfind(':') + 1);
  std::uint16_t port = 0;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, port);
  return read.ec == std::errc() && read.ptr == end && port != 0 ? std::optional(port)
                                                                : std::nullopt;
}

// Of `localforward 8080 [localhost]:80`, `dynamicforward [*]:1080`: a line for each.
std::vector<std::uint16_t> local_ports_in(std::string_view dump) {
  std::vector<std::uint16_t> ports;
  while (!dump.empty()) {
    const auto line = dump.substr(0, dump.find('\n'));
    const auto keyword = line.substr(0, line.find(' '));
    if (keyword == "localforward" || keyword == "dynamicforward") {
      const auto value = line.substr(std::min(keyword.size() + 1, line.size()));
      if (const auto port = port_in(value.substr(0, value.find(' ')))) ports.push_back(*port);
    }
    dump.remove_prefix(line.size() + (line.size() < dump.size() ? 1 : 0));
  }
  return ports;
}

}  // namespace

std::optional<ssh_settings> parse_ssh_settings(std::string_view dump) {
  const auto value = [dump](std::string_view keyword) { return value_of(keyword, dump); };
  const auto text = [value](std::string_view keyword) {
    return std::string(value(keyword).value_or(""));
  };
  if (!value("hostname")) return std::nullopt;
  ssh_settings settings;
  settings.host = text("host");
  settings.hostname = text("hostname");
  settings.user = text("user");
  settings.port = text("port");
  settings.escape = parse_vis_escape_char(text("escapechar")).value_or(settings.escape);
  settings.tty = tty_of(text("requesttty"));
  settings.shell_or_command = value("sessiontype").value_or("default") == "default";
  settings.stdin_null = text("stdinnull") == "yes";
  settings.fork_after_authentication = text("forkafterauthentication") == "yes";
  settings.remote_command = value("remotecommand").value_or("none") != "none";
  // log.c has two names for one level, and a dump says the first of them.
  settings.quiet = text("loglevel") == "QUIET" || text("loglevel") == "SILENT";
  settings.forward_agent = value("forwardagent").value_or("no") != "no";  // yes, or a socket's path
  settings.exit_on_forward_failure = text("exitonforwardfailure") == "yes";
  settings.control_path = text("controlpath");
  if (settings.control_path == "none") settings.control_path.clear();
  settings.control_master = text("controlmaster");
  settings.control_persist = text("controlpersist");
  settings.local_ports = local_ports_in(dump);
  return settings;
}

}  // namespace shim
