#include <shim/app/verb_mux_open.hpp>

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <shim/app/ask_masters.hpp>
#include <shim/app/environment.hpp>
#include <shim/app/find_masters.hpp>
#include <shim/app/find_ssh.hpp>
#include <shim/app/join_master.hpp>
#include <shim/app/master_login.hpp>
#include <shim/app/mux_selection.hpp>
#include <shim/app/mux_table.hpp>
#include <shim/app/talk.hpp>
#include <shim/io/child.hpp>

namespace shim::app {
namespace {

// One that its configuration lets go when idle is; any other stays until it is ended.
master_login login_to(const mux_master& one, const mux_words& words, const std::string& ssh) {
  master_login login{one.path, place_for_locks(), "", {ssh}, {}};
  for (auto& each : options_to_begin(one.persist, "yes")) login.master.push_back(std::move(each));
  if (const auto file = words.config())
    login.master.insert(login.master.end(), {"-F", std::string(*file)});
  login.master.insert(login.master.end(), {"--", one.asked});
  return login;
}

int open_one(mux_master& one, const mux_words& words, const std::string& ssh) {
  if (one.state == master_state::alive) {
    fmt::print("{}: open already, pid {}\n", label_of(one), one.pid);
    return verb_ok;
  }
  const bool can_begin =
      one.state == master_state::stale || (one.state == master_state::none && !one.path.empty());
  if (!can_begin) {
    cannot("open a master for " + label_of(one), described(one));
    return verb_failed;
  }
  if (begin_master(login_to(one, words, ssh)) != 0) {
    cannot("open a master for " + label_of(one), "ssh did not log in");
    return verb_failed;
  }
  one.state = master_state::unknown;
  ask_masters({&one, 1}, how_far::to_the_master);
  fmt::print("{}: {}\n", label_of(one), described(one));
  return one.state == master_state::alive ? verb_ok : verb_failed;
}

}  // namespace

int run_mux_open(word_span words) {
  mux_words which;
  CLI::App verb(
      "Logs in to hosts, one after the other, and leaves a master for each in the background.\n"
      "Where ControlPersist does not say otherwise it stays until it is ended.",
      "ssh-shim mux open");
  verb.add_option("host", which.hosts, "as for ssh");
  verb.add_flag("--all", which.all,
                "each host that ssh's configuration names, and that has a\n"
                "ControlPath; runs its Match exec");
  which.add_config_option(verb);
  if (const auto status = read_words(verb, words)) return *status;
  if (which.names_none()) {
    cannot("run 'mux open'", "it needs a host, or --all");
    return verb_usage;
  }
  const auto ssh = find_ssh(environment("SSH_SHIM_SSH"), environment("PATH"));
  if (ssh.error) {
    cannot("run " + (ssh.path.empty() ? "ssh" : ssh.path), ssh.error.message());
    return verb_failed;
  }
  const bool all = which.hosts.empty();
  auto meant =
      masters_of(ssh.path, which.config(), all ? configured_hosts(which.config()) : which.hosts);
  if (all) std::erase_if(meant, [](const mux_master& one) { return one.path.empty(); });
  ask_masters(meant, how_far::to_the_master);
  const io::sigchld_guard sigchld;
  int status = verb_ok;
  for (auto& each : meant) status = std::max(status, open_one(each, which, ssh.path));
  if (meant.empty()) note("no host has a ControlPath");
  return status;
}

}  // namespace shim::app
