#include <shim/app/verb_mux_forward.hpp>

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <shim/app/ask_masters.hpp>
#include <shim/app/mux_selection.hpp>
#include <shim/app/mux_table.hpp>
#include <shim/app/talk.hpp>
#include <shim/core/forward_spec.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

struct wanted_forward {
  std::string spelled;  // "-L 8080:db:5432"
  forward_spec spec;
};

struct forward_words {
  std::vector<std::string> local, remote, dynamic;

  void add_options(CLI::App& verb) {
    verb.add_option("-L", local, "a local port or socket, as for ssh -L")->allow_extra_args(false);
    verb.add_option("-R", remote, "one on the server, as for ssh -R")->allow_extra_args(false);
    verb.add_option("-D", dynamic, "a local SOCKS port, as for ssh -D")->allow_extra_args(false);
  }

  // Nothing if one of them is none, which was told, or there is none at all.
  std::vector<wanted_forward> parsed() const {
    std::vector<wanted_forward> all;
    const auto take = [&all](char letter, const std::vector<std::string>& texts) {
      for (const auto& each : texts) {
        const auto spec = parse_forward_spec(letter, each);
        const auto spelled = fmt::format("-{} {}", letter, vt::printable(each));
        if (!spec) return cannot("read " + spelled, "ssh(1) has the form"), false;
        all.push_back({spelled, *spec});
      }
      return true;
    };
    if (!take('L', local) || !take('R', remote) || !take('D', dynamic)) return {};
    if (all.empty()) cannot("change what is forwarded", "it needs -L, -R or -D");
    return all;
  }
};

using asking = std::function<request_result(const mux_master&, const forward_spec&)>;

// `what`: "forward", "cancel".
int ask_each(const std::vector<mux_master>& masters, const std::vector<wanted_forward>& wanted,
             std::string_view what, const asking& ask) {
  int status = verb_ok;
  for (const auto& master : masters) {
    for (const auto& each : wanted) {
      const bool lives = master.state == master_state::alive;
      const auto result = lives ? ask(master, each.spec) : request_result{described(master), {}};
      if (result.port) fmt::print("{}\n", *result.port);
      if (result.why_not.empty()) continue;
      cannot(fmt::format("{} {} at {}", what, each.spelled, label_of(master)), result.why_not);
      status = master.state == master_state::none ? verb_no_session : verb_failed;
    }
  }
  return status;
}

int change(CLI::App& verb, word_span words, std::string_view what, const asking& ask) {
  mux_words which;
  forward_words forwards;
  which.add_options(verb, "");
  forwards.add_options(verb);
  if (const auto status = read_words(verb, words)) return *status;
  if (which.hosts.empty()) {
    cannot(fmt::format("run 'mux {}'", what), "it needs a host");
    return verb_usage;
  }
  const auto wanted = forwards.parsed();
  if (wanted.empty()) return verb_usage;
  const known_sessions known;
  auto meant = masters_meant(which, known);
  if (!meant) return verb_failed;
  ask_masters(*meant, how_far::to_the_master);
  return ask_each(*meant, wanted, what, ask);
}

}  // namespace

int run_mux_forward(word_span words) {
  CLI::App verb(
      "Has a master forward one more port, for as long as it lives. Of -R 0:... the port that the\n"
      "server chose is printed.",
      "ssh-shim mux forward");
  return change(verb, words, "forward", [](const mux_master& master, const forward_spec& spec) {
    return request_of_master(master.path, mux_message::open_forward{0, spec.message()});
  });
}

int run_mux_cancel(word_span words) {
  CLI::App verb("Takes away what a master forwards.", "ssh-shim mux cancel");
  return change(verb, words, "cancel", [](const mux_master& master, const forward_spec& spec) {
    return request_of_master(master.path, mux_message::close_forward{0, spec.message()});
  });
}

}  // namespace shim::app
