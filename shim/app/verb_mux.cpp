#include <shim/app/verb_mux.hpp>

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <shim/app/ask_masters.hpp>
#include <shim/app/find_masters.hpp>
#include <shim/app/list_channels.hpp>
#include <shim/app/mux_passengers.hpp>
#include <shim/app/mux_selection.hpp>
#include <shim/app/mux_table.hpp>
#include <shim/app/talk.hpp>
#include <shim/app/verb_mux_end.hpp>
#include <shim/app/verb_mux_forward.hpp>
#include <shim/app/verb_mux_open.hpp>

namespace shim::app {
namespace {

bool is_there(const mux_master& one) { return one.state != master_state::none; }

int run_list(word_span words) {
  mux_words which{.all = true};
  bool as_json = false;
  bool plain = false;
  bool configured = false;
  CLI::App verb("Lists the masters there are.", "ssh-shim mux ls");
  auto* json = verb.add_flag("--json", as_json, "as one JSON object");
  verb.add_flag("--plain", plain, "a line for each, tabs between the columns, no heading")
      ->excludes(json);
  verb.add_flag("--configured", configured,
                "for each host that ssh's configuration names, whether there is a master or not;\n"
                "runs its Match exec");
  which.add_config_option(verb);
  if (const auto status = read_words(verb, words)) return *status;
  if (configured) which.hosts = configured_hosts(which.config());
  const known_sessions known;
  auto found = masters_meant(which, known);
  if (!found) return verb_failed;
  ask_masters(*found, how_far::to_the_master);
  if (!configured) std::erase_if(*found, [](const auto& one) { return !is_there(one); });
  if (as_json) {
    fmt::print("{}", masters_json(*found));
    return verb_ok;
  }
  warn_of_shared_directories(*found);
  if (found->empty() && !plain) note("there is no master");
  fmt::print("{}", masters_table(*found, plain ? table_style::plain : style_for_people(),
                                 width_for_people()));
  return verb_ok;
}

// The worst of them.
int status_of(const std::vector<mux_master>& masters) {
  const auto has = [&](auto wanted) { return std::ranges::any_of(masters, wanted); };
  if (has([](const auto& one) { return is_there(one) && one.state != master_state::alive; }))
    return verb_failed;
  return has([](const auto& one) { return !is_there(one); }) ? verb_no_session : verb_ok;
}

int run_check(word_span words) {
  mux_words which;
  bool as_json = false;
  CLI::App verb(
      "Asks masters whether they live, and through them their servers, by what takes no session.\n"
      "Status 0: alive; 1: unreachable, wedged, stale or refused; 3: there is none.",
      "ssh-shim mux check");
  verb.add_flag("--json", as_json, "as one JSON object");
  which.add_options(verb, "every master there is");
  if (const auto status = read_words(verb, words)) return *status;
  which.all |= which.names_none();
  const known_sessions known;
  auto found = masters_meant(which, known);
  if (!found) return verb_failed;
  ask_masters(*found, how_far::to_the_server);
  if (as_json) {
    fmt::print("{}", masters_json(*found));
    return status_of(*found);
  }
  warn_of_shared_directories(*found);
  for (const auto& each : *found) fmt::print("{}: {}\n", label_of(each), described(each));
  if (found->empty()) note("there is no master");
  return found->empty() ? verb_no_session : status_of(*found);
}

int run_users(word_span words) {
  mux_words which;
  CLI::App verb("Names who uses masters: sessions, and other processes.", "ssh-shim mux users");
  which.add_options(verb, "of every master");
  if (const auto status = read_words(verb, words)) return *status;
  which.all |= which.names_none();
  const known_sessions known;
  const auto found = masters_meant(which, known);
  if (!found) return verb_no_session;
  for (const auto& each : *found) fmt::print("{}", passengers_of(each));
  return verb_ok;
}

// What ssh says for `~#`, of masters.
int run_channels(word_span words) {
  mux_words which;
  CLI::App verb(
      "Lists the sessions and forwarded connections that go through masters. Of a master older\n"
      "than OpenSSH 10.3 this takes a session for a moment.",
      "ssh-shim mux channels");
  which.add_options(verb, "of every master");
  if (const auto status = read_words(verb, words)) return *status;
  which.all |= which.names_none();
  const known_sessions known;
  auto found = masters_meant(which, known);
  if (!found) return verb_no_session;
  ask_masters(*found, how_far::to_the_master);
  int status = status_of(*found);
  for (auto& each : *found) {
    const auto deadline = std::chrono::steady_clock::now() + master_time;
    const auto told = each.state == master_state::alive ? list_channels(each, deadline)
                                                        : told_channels{{}, described(each)};
    if (!told.why_not.empty()) {
      cannot("list the connections of " + label_of(each), told.why_not);
      if (status == verb_ok) status = verb_failed;
      continue;
    }
    if (found->size() > 1) fmt::print("{}:\n", label_of(each));
    fmt::print("The following connections are open:\n");
    for (const auto& line : told.lines) fmt::print("{}\n", line);
  }
  return status;
}

struct mux_verb {
  std::string_view name;
  int (*run)(word_span);
  std::string_view help;
};

constexpr mux_verb mux_verbs[] = {
    {"ls", run_list, "list masters"},
    {"check", run_check, "ask them, and their servers, whether they live"},
    {"users", run_users, "name who uses them"},
    {"channels", run_channels, "list the sessions and connections that go through them"},
    {"open", run_mux_open, "log in, and leave a master behind"},
    {"exit", run_mux_exit, "end them, and all that goes through them"},
    {"stop", run_mux_stop, "let them take no new sessions"},
    {"forward", run_mux_forward, "add a forwarded port (-L, -R, -D)"},
    {"cancel", run_mux_cancel, "take one away"},
    {"sweep", run_mux_sweep, "clear away stale sockets, and masters that hang"},
};

int print_mux_help() {
  fmt::print("usage: ssh-shim mux VERB [options] [hosts]\n\n");
  for (const auto& each : mux_verbs) fmt::print("  {:<10}{}\n", each.name, each.help);
  fmt::print("`ssh-shim mux VERB --help` says more.\n");
  return verb_ok;
}

}  // namespace

std::vector<std::string> words_about_master(hold::master_question what, pid_t ssh) {
  std::vector<std::string> words{"ssh-shim", "mux"};
  switch (what) {
    case hold::master_question::check: words.emplace_back("check"); break;
    case hold::master_question::passengers: words.emplace_back("users"); break;
    case hold::master_question::channels: words.emplace_back("channels"); break;
    case hold::master_question::end: words.insert(words.end(), {"exit", "--yes"}); break;
  }
  words.insert(words.end(), {"--pid", std::to_string(ssh)});
  return words;
}

int run_mux(word_span words) {
  if (words.size() < 2) {
    cannot("run 'mux'", "it needs a verb: see ssh-shim mux --help");
    return verb_usage;
  }
  const auto wanted = words[1];
  if (wanted == "--help" || wanted == "-h") return print_mux_help();
  const auto found = std::ranges::find(mux_verbs, wanted, &mux_verb::name);
  if (found != std::end(mux_verbs)) return found->run(words.subspan(1));
  cannot("run 'mux'", fmt::format("it has no '{}': see ssh-shim mux --help", wanted));
  return verb_usage;
}

}  // namespace shim::app
