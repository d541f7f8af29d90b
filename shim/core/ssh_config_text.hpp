// ssh_config(5) read as text, the way readconf.c reads a line, without asking for which host: what
// a configuration mentions anywhere, not what holds for one host. For that, ssh is asked (-G).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shim {

struct ssh_config_line {
  std::string keyword;                 // in lower case; known to ssh or not
  std::vector<std::string> arguments;  // at least one, unquoted; each may be empty
};

// Nothing for a comment, an empty line, and what ssh refuses: no argument, a quote that is not
// closed. `line` has no newline in it, but may end in CR. Reads as OpenSSH 8.7 and newer do; older
// ones knew no single quotes, no backslashes and no comments behind arguments.
std::optional<ssh_config_line> parse_ssh_config_line(std::string_view line);

// Of a whole file, without the lines that are nothing.
std::vector<ssh_config_line> parse_ssh_config(std::string_view text);

// What all lines of a file mention, whichever Host or Match they stand under; in the order of the
// file, each once.
struct ssh_config_mentions {
  // ControlPath as written, with tokens, `~` and ${ENV} in them; `none` is none of them.
  std::vector<std::string> control_paths;
  // Include as written. Each may be a glob(7) pattern. One that begins with neither `/` nor `~` is
  // relative to ~/.ssh if the user's configuration includes it (or a file that this included), and
  // to /etc/ssh if the system's does, wherever the including file itself is. Newer versions (9.9)
  // expand ${ENV} and tokens in them.
  std::vector<std::string> includes;
  // Host's patterns that name one host: no `*`, no `?`, not negated.
  std::vector<std::string> hosts;
};
ssh_config_mentions mentions_in_ssh_config(std::string_view text);

}  // namespace shim
