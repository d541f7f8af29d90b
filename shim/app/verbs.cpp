#include <shim/app/verbs.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <shim/app/talk.hpp>
#include <shim/app/verb_attach.hpp>
#include <shim/app/verb_hold.hpp>
#include <shim/app/verb_ls.hpp>
#include <shim/app/verb_mux.hpp>
#include <shim/app/verb_session.hpp>
#include <shim/hold/sandbox.hpp>
#include <shim/io/socket_peers.hpp>

namespace shim::app {
namespace {

template <void (*Print)()>
int print(word_span words) {
  if (words.size() > 1) {
    cannot(fmt::format("run '{}'", words[0]), fmt::format("it takes no '{}'", words[1]));
    return verb_usage;
  }
  Print();
  return verb_ok;
}

// Reserved from the first day on, so that no host of such a name changes its meaning later.
int not_built(word_span words) {
  const auto verb = words.front();
  cannot(
      fmt::format("run '{}'", verb),
      fmt::format("this version does not have it; the host of that name is: ssh-shim -- {}", verb));
  return verb_failed;
}

struct row {
  std::string_view name;
  int (*run)(word_span);
};

// The two long options are here too: they need no ssh.
constexpr row table[] = {
    {"--help", print<print_help>},
    {"--version", print<print_version>},
    {"attach", run_attach},
    {"config", not_built},
    {"detach", run_detach},
    {"doctor", not_built},
    {"events", not_built},
    {"follow", not_built},
    {"help", print<print_help>},
    {"history", not_built},
    {"hold", run_hold},
    {"kill", run_kill},
    {"ls", run_ls},
    {"mux", run_mux},
    {"rename", run_rename},
    {"screen", not_built},
    {"send", not_built},
    {"version", print<print_version>},
    {"wait", not_built},
};

}  // namespace

std::optional<int> run_verb(std::span<const std::string_view> words) {
  if (words.empty()) return std::nullopt;
  const auto verb = std::ranges::find(table, words.front(), &row::name);
  if (verb == std::end(table)) return std::nullopt;
  return verb->run(words);
}

void print_help() {
  fmt::print(
      "usage: ssh-shim [options] [ssh options] destination [command]\n"
      "       ssh-shim VERB [options] [words]\n"
      "\n"
      "Runs ssh, and where a person uses it, as a session that outlives this terminal. All that\n"
      "ssh(1) takes is ssh's; ours are the long options:\n"
      "  --name NAME        what the session is called (else as its host)\n"
      "  --attach           take up the latest session to that host, or begin one\n"
      "  --detached         begin one, leave it running and print its name; needs no terminal\n"
      "  --no-hold          let it end with this terminal\n"
      "  --pool             as many mux masters as the sessions need\n"
      "  --timeout D        end the session after D (20, 1.5m, 2h; 0 for none): status 124\n"
      "  --idle-timeout D   end it when nothing was typed or shown for D\n"
      "  --kill-after D     kill an ssh that has not ended D after such an end (300 ms)\n"
      "  --config FILE      read this configuration, and no other\n"
      "  --help, --version\n"
      "\n"
      "The verbs are for sessions; `ssh-shim VERB --help` says more:\n"
      "  ls                 list them\n"
      "  attach [SESSION]   take one up: the one that was left last, or the one that is named\n"
      "  detach [SESSION]   take one off the terminals that show it\n"
      "  kill SESSION...    end some\n"
      "  rename OLD NEW     give one another name\n"
      "  hold COMMAND...    run any program as one\n"
      "and for mux masters (ControlMaster):\n"
      "  mux ls, check, users, open, exit, stop, forward, cancel, sweep\n"
      "A host that is called as a verb: ssh-shim -- ls.\n"
      "\n"
      "At the start of a line: ~. disconnects, ~D detaches, ~? lists what else there is.\n"
      "SSH_SHIM=off in the environment makes ssh-shim nothing but ssh; SSH_SHIM_SSH names the "
      "ssh.\n");
}

void print_version() {
  fmt::print("ssh-shim {}\nsandbox of the screen process: {}\nclients of mux masters: {}\n",
             SHIM_VERSION, hold::sandbox_kind(), io::socket_peers_kind());
}

}  // namespace shim::app
