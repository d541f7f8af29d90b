#include <shim/app/verb_attach.hpp>

#include <CLI/CLI.hpp>
#include <string>

#include <shim/app/config.hpp>
#include <shim/app/find_target.hpp>
#include <shim/app/session_options.hpp>
#include <shim/app/talk.hpp>

namespace shim::app {

int run_attach(word_span words) {
  std::string name;
  std::string history;
  bool take = false;
  CLI::App verb(
      "Takes up a session that was left, or is shown elsewhere: the one that was left last\n"
      "if none is named.",
      "ssh-shim attach");
  verb.add_option("session", name, "its name, its host, or the beginning of its name");
  verb.add_option("--history", history, "how many rows come back above the screen: N, all or none");
  verb.add_flag("--take", take, "the terminals that show it now have to leave");
  if (const auto status = read_words(verb, words)) return *status;
  const auto rows = parse_rows(history);
  if (!history.empty() && !rows) {
    cannot("use --history", "'" + history + "' is no number of rows, nor all or none");
    return verb_usage;
  }
  const known_sessions all;
  const auto* target = name.empty() ? latest(all_of(all)) : find_target(all, name);
  if (target == nullptr) {
    if (name.empty()) cannot("attach", "there is no session");
    return verb_no_session;
  }
  const auto values = read_config(config_files(std::nullopt), target->host).values;
  end_like(attach_session(
      {*target->where, target->name, relay_for(values), rows.value_or(values.history), take}));
}

}  // namespace shim::app
