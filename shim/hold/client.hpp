// A terminal that is attached to a session: it shows what the session shows, types into it, and
// leaves it again. It does all that by itself, with the pty and the ring that the holder has handed
// to it; a holder that hangs or dies takes no key away and breaks no terminal.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <shim/core/exit_status.hpp>
#include <shim/core/relay.hpp>
#include <shim/hold/ask_master.hpp>
#include <shim/io/tty.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::hold {

struct client_request {
  io::unique_fd holder;  // connected
  relay_options relay;   // `session` and `host` are filled in here
  std::uint32_t most_history = 0;
  bool first = false;  // of a session that has just begun: no picture is needed
  bool take = false;   // the other clients have to leave
  std::string agent;   // SSH_AUTH_SOCK
  std::string term;    // TERM, safe to print
  std::function<std::string()> list_sessions;  // lines for `~L`, each with CR LF at its end
  master_words ask_master{};                   // for `~M` and `~X`
};

struct client_end {
  session_end end;
  std::string failure;  // why it could not attach, safe to print; then there was no session
  bool holder_lost = false;
  pid_t program = -1;  // what runs
};

// Runs until the session ends or is left; the terminal is as it was then, and what is left to say
// was said on it.
client_end run_client(io::tty& terminal, client_request request);

}  // namespace shim::hold
