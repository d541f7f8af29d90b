#include <shim/app/verb_hold.hpp>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <shim/app/environment.hpp>
#include <shim/app/find_program.hpp>
#include <shim/app/plain_client.hpp>
#include <shim/app/session_options.hpp>
#include <shim/app/talk.hpp>
#include <shim/core/session_name.hpp>

namespace shim::app {
namespace {

using namespace std::chrono_literals;

// As long as a program has that a terminal was closed on.
constexpr auto time_to_end = 3s;

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

session_request request_for(std::string program, std::vector<std::string> command,
                            const config& values) {
  session_request request;
  request.relay = relay_for(values);
  request.relay.kill_after = time_to_end;
  request.relay.why_no_handover = "not here: this is no ssh";
  request.held = holding_for(values);
  request.held->command = joined(command);
  request.program = std::move(program);
  request.argv = std::move(command);
  return request;
}

}  // namespace

int run_hold(word_span words) {
  std::string name;
  std::vector<std::string> command;
  bool detached = false;
  CLI::App verb("Runs a program as a session, which outlives this terminal.", "ssh-shim hold");
  verb.add_option("--name", name, "what the session is called");
  verb.add_flag("--detached", detached, "leave it running, and print its name");
  verb.add_option("command", command, "what to run")->required();
  verb.positionals_at_end();
  if (const auto status = read_words(verb, words)) return *status;
  if (const auto wrong = name.empty() ? std::error_code() : check_session_name(name)) {
    cannot("name the session '" + name + "'", wrong.message());
    return verb_usage;
  }
  if (!detached && (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0)) {
    cannot("show the session", "this is no terminal; --detached needs none");
    return verb_usage;
  }
  auto found = find_program(command.front(), environment("PATH"));
  if (found.error) {
    cannot("run " + command.front(), found.error.message());
    return verb_failed;
  }
  auto values = read_config(config_files(std::nullopt), "").values;
  auto request = request_for(std::move(found.path), std::move(command), values);
  request.held->name = name.empty() ? session_name_for(base_name(request.argv.front())) : name;
  if (!name.empty()) request.held->taken = hold::if_taken::fail;
  if (detached) return start_detached(std::move(request)) == EXIT_SUCCESS ? verb_ok : verb_failed;
  end_like(run_session(std::move(request)));
}

}  // namespace shim::app
