// A session that outlives its terminal, for a program that embeds us: started or found by name,
// shown in the terminal of this process, left, and taken up again by whoever has this header or
// ssh-shim.
//
//   int main(int argc, char** argv) {
//     if (const auto status = shim::session::serve(argc, argv)) return *status;
//     shim::hold::place_error error;
//     shim::session work({.path = "/usr/bin/ssh", .argv = {"ssh", "-e", "none", "web"},
//                         .name = "web"}, error);
//     if (error) return 1;
//     std::error_code no_terminal;
//     shim::io::tty terminal(no_terminal);
//     if (no_terminal) return 1;
//     return work.attach(terminal, {}).end.cause == shim::end_cause::detached ? 0 : 1;
//   }
#pragma once

#include <unistd.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <shim/core/relay.hpp>
#include <shim/hold/ask_master.hpp>
#include <shim/hold/claim.hpp>
#include <shim/hold/client.hpp>
#include <shim/hold/holder.hpp>
#include <shim/hold/places.hpp>
#include <shim/io/tty.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim {

struct session_settings {
  std::string path;               // of what runs, absolute
  std::vector<std::string> argv;  // argv[0] included
  std::string name;               // core/session_name.hpp says what it may be
  hold::if_taken taken = hold::if_taken::next_number;
  hold::held_session session{};
  std::uint32_t history_rows = 10'000;
  std::vector<hold::place_path> places = hold::places_of_environment();
  // Its own terminal is made like this one; where that is none, like most are.
  int terminal = STDIN_FILENO;
};

struct attach_settings {
  // The escape character and what goes with it is the session's own, whatever is said here.
  relay_options relay{};
  std::uint32_t most_history = 1000;             // rows into the terminal's own scrollback
  bool take = false;                             // the other terminals have to leave it
  std::function<std::string()> list_sessions{};  // lines for `~L`, each with CR LF at its end
  hold::master_words ask_master{};               // for `~M`, `~X` and `~#`
};

class session {
 public:
  // What main() has to do before anything else: this program is run once more for each session
  // that needs a screen. A value is what to end with.
  static std::optional<int> serve(int argc, const char* const* argv);

  // Starts one. Forks its holder: to be called while this process has one thread, and before it
  // has an io_context or catches a signal. That its program cannot be run is told by attach() or
  // leave().
  session(session_settings settings, hold::place_error& error);
  // One that runs. ENOENT: there is none of that name; EAGAIN: too many wait for its holder.
  session(const hold::place& where, std::string name, std::error_code& error);

  const std::string& name() const { return name_; }  // perhaps with a number

  // Shows it until it ends or is left: then the terminal is as it was. Blocks, and has SIGWINCH,
  // SIGHUP, SIGTERM, SIGTSTP and SIGCONT caught meanwhile. Once, and not after leave().
  hold::client_end attach(io::tty& terminal, attach_settings settings);

  // It goes on without us, until somebody attaches to it or its life is over (session_life.hpp).
  // The answer is why it does not, safe to print; empty if it runs.
  std::string leave();

 private:
  std::string name_;
  io::unique_fd holder_;
  bool is_new_ = false;
};

}  // namespace shim
