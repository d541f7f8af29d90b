#include <shim/app/verb_ls.hpp>

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include <shim/app/config.hpp>
#include <shim/app/find_target.hpp>
#include <shim/app/plain_client.hpp>
#include <shim/app/session_json.hpp>
#include <shim/app/session_table.hpp>
#include <shim/app/talk.hpp>

namespace shim::app {

int run_ls(word_span words) {
  bool as_json = false;
  bool plain = false;
  bool all = false;
  CLI::App verb("Lists the sessions there are.", "ssh-shim ls");
  auto* json = verb.add_flag("--json", as_json, "as one JSON object");
  verb.add_flag("--plain", plain, "a line for each, tabs between the columns, no heading")
      ->excludes(json);
  verb.add_flag("--all", all, "and your ssh clients that are no sessions");
  if (const auto status = read_words(verb, words)) return *status;
  const known_sessions known;
  for (const auto& refused : known.refused) cannot(refused.what, refused.why.message());
  const auto& sessions = known.sessions;
  const auto clients = all ? plain_clients(sessions) : std::vector<plain_client>();
  if (as_json) {
    fmt::print("{}", all ? sessions_json(sessions, clients) : sessions_json(sessions));
    return verb_ok;
  }
  plain = plain || read_config(config_files(std::nullopt), "").values.plain;
  const auto style = plain ? table_style::plain : style_for_people();
  const auto width = width_for_people();
  const auto shown = session_table(sessions, style, width);
  const auto others = client_table(clients, style, width);
  if (shown.empty() && !plain) note("there is no session");
  const bool apart = !plain && !shown.empty() && !others.empty();
  fmt::print("{}{}{}", shown, apart ? "\n" : "", others);
  return verb_ok;
}

}  // namespace shim::app
