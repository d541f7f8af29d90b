#include <shim/app/verb_session.hpp>

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>
#include <vector>

#include <shim/app/find_target.hpp>
#include <shim/app/talk.hpp>
#include <shim/core/session_name.hpp>
#include <shim/core/session_protocol.hpp>

namespace shim::app {
namespace {

using namespace std::chrono_literals;

// A session has time to end by itself (session_life_options), and its holder to say so.
constexpr auto end_time = 3s + hold::holder_time;

// `what`: "end", "detach".
int ask(const targets& sessions, std::string_view what, const std::string& request,
        hold::wait_until until, std::chrono::milliseconds within) {
  const auto answers = hold::ask_holders(sessions, request, until, within);
  int status = verb_ok;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].empty()) continue;
    cannot(fmt::format("{} the session '{}'", what, sessions[i]->name), answers[i]);
    status = verb_failed;
  }
  return status;
}

bool is_attached(const hold::session_info* each) { return each->numbers.clients != 0; }

std::uint32_t number_of(const std::string& signal) {
  using session_message::end;
  if (signal == "KILL") return end::kill;
  return signal == "TERM" ? end::terminate : end::hang_up;
}

}  // namespace

int run_kill(word_span words) {
  std::vector<std::string> sessions;
  std::string signal = "HUP";
  bool all = false;
  bool detached = false;
  CLI::App verb(
      "Ends sessions, and what runs in them: by a signal first, and by SIGKILL if that has\n"
      "done nothing for three seconds.",
      "ssh-shim kill");
  auto* named = verb.add_option("session", sessions,
                                "names, hosts, user@host, beginnings of names, patterns");
  verb.add_option("-s,--signal", signal, "the signal: HUP (default), TERM or KILL")
      ->transform(CLI::IsMember({"HUP", "TERM", "KILL"}, CLI::ignore_case));
  verb.add_flag("--all", all, "every session there is")->excludes(named);
  verb.add_flag("--detached", detached, "of these, or of all, those that no terminal shows");
  if (const auto status = read_words(verb, words)) return *status;
  if (sessions.empty() && !all && !detached) {
    cannot("run 'kill'", "it needs a session, --detached or --all");
    return verb_usage;
  }
  const known_sessions known;
  auto those = sessions.empty() ? all_of(known) : find_targets(known, sessions);
  if (!those) return verb_no_session;
  if (detached) std::erase_if(*those, is_attached);
  if (those->empty()) {
    cannot("end a session", detached ? "none is detached" : "there is none");
    return verb_no_session;
  }
  const auto request = encode(session_message::end{number_of(signal)});
  return ask(*those, "end", request, hold::wait_until::over, end_time);
}

int run_detach(word_span words) {
  std::vector<std::string> sessions;
  bool all = false;
  CLI::App verb(
      "Takes sessions off the terminals that show them, and leaves them running: those named,\n"
      "or the only one that is shown.",
      "ssh-shim detach");
  auto* named = verb.add_option("session", sessions,
                                "names, hosts, user@host, beginnings of names, patterns");
  verb.add_flag("--all", all, "every session that is shown")->excludes(named);
  if (const auto status = read_words(verb, words)) return *status;
  const known_sessions known;
  auto those = sessions.empty() ? all_of(known) : find_targets(known, sessions);
  if (!those) return verb_no_session;
  if (sessions.empty()) std::erase_if(*those, [](const auto* each) { return !is_attached(each); });
  if (those->empty()) {
    cannot("detach a session", "none is attached");
    return verb_no_session;
  }
  if (sessions.empty() && !all && those->size() > 1) {
    cannot("run 'detach'", "several sessions are attached: name them, or use --all");
    return verb_usage;
  }
  const auto request = encode(session_message::evict{});
  return ask(*those, "detach", request, hold::wait_until::done, hold::holder_time);
}

int run_rename(word_span words) {
  std::string session;
  std::string name;
  CLI::App verb("Gives a session another name.", "ssh-shim rename");
  verb.add_option("session", session, "its name, its host, or the beginning of its name")
      ->required();
  verb.add_option("name", name, "what it is called from now on")->required();
  if (const auto status = read_words(verb, words)) return *status;
  if (const auto wrong = check_session_name(name)) {
    cannot(fmt::format("name the session '{}'", name), wrong.message());
    return verb_usage;
  }
  const known_sessions known;
  const auto* target = find_target(known, session);
  if (target == nullptr) return verb_no_session;
  const auto request = encode(session_message::rename{name});
  return ask({target}, "rename", request, hold::wait_until::done, hold::holder_time);
}

}  // namespace shim::app
