#include <shim/app/verb_mux_end.hpp>

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include <shim/app/ask_masters.hpp>
#include <shim/app/end_master.hpp>
#include <shim/app/find_masters.hpp>
#include <shim/app/mux_passengers.hpp>
#include <shim/app/mux_selection.hpp>
#include <shim/app/mux_table.hpp>
#include <shim/app/talk.hpp>

namespace shim::app {
namespace {

using masters = std::vector<mux_master>;

// Only who is asked can answer: without a terminal it is no.
bool agrees() {
  if (::isatty(STDIN_FILENO) == 0) {
    note("not without --yes");
    return false;
  }
  fmt::print(stderr, "Go on? [y/N] ");
  std::string line;
  std::getline(std::cin, line);
  return line == "y" || line == "Y" || line == "yes";
}

void tell_of_passengers(const mux_master& one) { fmt::print(stderr, "{}", passengers_of(one)); }

// What there is to be ended; what is not is told.
masters to_be_ended(const masters& meant, int& status) {
  masters those;
  for (const auto& each : meant) {
    if (each.state == master_state::none || each.state == master_state::refused) {
      cannot("end the master of " + label_of(each), described(each));
      status = each.state == master_state::none ? verb_no_session : verb_failed;
    } else {
      those.push_back(each);
    }
  }
  return those;
}

int end_all(const masters& those) {
  int status = verb_ok;
  const auto answers = end_masters(those);
  for (std::size_t i = 0; i < those.size(); ++i) {
    if (answers[i].empty()) {
      const bool was_stale = those[i].state == master_state::stale;
      fmt::print("{}: {}\n", label_of(those[i]), was_stale ? "stale socket removed" : "ended");
      continue;
    }
    cannot("end the master of " + label_of(those[i]), answers[i]);
    status = verb_failed;
  }
  return status;
}

// A master that is stale is no loss; one that hangs may come back, and one without a socket that
// is used serves somebody.
bool needs_consent(const mux_master& one) { return one.state == master_state::wedged; }

// All of the user's, wherever their sockets were, unless one configuration is named.
bool is_meant(const mux_words& which, const mux_master& orphan) {
  return !which.config() || may_lead_to(which.config(), orphan.path);
}

}  // namespace

int run_mux_exit(word_span words) {
  mux_words which;
  bool yes = false;
  CLI::App verb(
      "Ends masters: all sessions and forwards that go through them end, too, and are named\n"
      "first. One that hangs is ended by signals. No socket is left.",
      "ssh-shim mux exit");
  which.add_options(verb, "every master, and stale sockets");
  verb.add_flag("-y,--yes", yes, "do not ask");
  if (const auto status = read_words(verb, words)) return *status;
  if (which.names_none()) {
    cannot("run 'mux exit'", "it needs a host, or --all");
    return verb_usage;
  }
  const known_sessions known;
  auto meant = masters_meant(which, known);
  if (!meant) return verb_failed;
  ask_masters(*meant, how_far::to_the_master);
  int status = verb_ok;
  const auto those = to_be_ended(*meant, status);
  bool used = false;
  for (const auto& each : those) {
    if (each.passengers == 0) continue;
    used = true;
    if (!yes) tell_of_passengers(each);
  }
  if (used && !yes && !agrees()) return verb_failed;
  if (meant->empty()) note("there is no master");
  return std::max(status, end_all(those));
}

int run_mux_stop(word_span words) {
  mux_words which;
  CLI::App verb(
      "Lets masters take no new sessions: their sockets go, what goes through them stays, and a\n"
      "master ends with its last session.",
      "ssh-shim mux stop");
  which.add_options(verb, "every master");
  if (const auto status = read_words(verb, words)) return *status;
  if (which.names_none()) {
    cannot("run 'mux stop'", "it needs a host, or --all");
    return verb_usage;
  }
  const known_sessions known;
  auto meant = masters_meant(which, known);
  if (!meant) return verb_failed;
  ask_masters(*meant, how_far::to_the_master);
  int status = verb_ok;
  for (const auto& each : *meant) {
    const auto why = each.state == master_state::alive
                         ? request_of_master(each.path, mux_message::stop_listening{}).why_not
                         : described(each);
    if (why.empty()) {
      fmt::print("{}: takes no new sessions\n", label_of(each));
      continue;
    }
    cannot("stop the master of " + label_of(each), why);
    status = each.state == master_state::none ? verb_no_session : verb_failed;
  }
  return status;
}

int run_mux_sweep(word_span words) {
  mux_words which{.all = true};
  bool yes = false;
  CLI::App verb(
      "Removes sockets at which nobody listens, ends masters that hang (after asking), and those\n"
      "that no socket leads to and nobody uses.",
      "ssh-shim mux sweep");
  which.add_config_option(verb);
  verb.add_flag("-y,--yes", yes, "end masters that hang without asking");
  if (const auto status = read_words(verb, words)) return *status;
  const known_sessions known;
  auto found = masters_meant(which, known);
  if (!found) return verb_failed;
  ask_masters(*found, how_far::to_the_master);
  std::erase_if(*found, [](const mux_master& one) {
    return one.state != master_state::stale && one.state != master_state::wedged;
  });
  for (auto& each : orphaned_masters(known.sessions))
    if (each.passengers == 0 && is_meant(which, each)) found->push_back(std::move(each));
  const bool asks = !yes && std::ranges::any_of(*found, needs_consent);
  for (const auto& each : *found)
    if (asks && needs_consent(each)) tell_of_passengers(each);
  const bool agreed = !asks || agrees();
  if (!agreed) std::erase_if(*found, needs_consent);
  if (found->empty() && agreed) note("there is nothing to sweep");
  const int status = end_all(*found);
  return agreed ? status : verb_failed;
}

}  // namespace shim::app
