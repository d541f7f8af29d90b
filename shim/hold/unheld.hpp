// A session that lives and ends with its terminal: ssh is a child of this process, and nobody else
// has a part in it.
#pragma once

#include <string>
#include <system_error>
#include <vector>

#include <shim/core/exit_status.hpp>
#include <shim/core/relay.hpp>
#include <shim/hold/ask_master.hpp>
#include <shim/io/tty.hpp>

namespace shim::hold {

struct unheld_request {
  std::string path;               // absolute
  std::vector<std::string> argv;  // argv[0] included
  relay_options relay;
  std::function<std::string()> list_sessions{};  // lines for `~L`, each with CR LF at its end
  master_words ask_master{};                     // for `~M` and `~X`
};

struct unheld_error {
  std::string what;  // "open a pty"
  std::error_code why;
};

// Runs it to its end; the terminal is as it was then, and what is left to say was said on it.
session_end run_unheld(io::tty& terminal, unheld_request request, unheld_error& error);

}  // namespace shim::hold
