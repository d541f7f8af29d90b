#include "contenders.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>

#include <tests/support/file.hpp>
#include <tests/support/process.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/text.hpp>

namespace bench {
namespace {

// The first line it says of itself; dtach has it in its help only. Empty if it cannot be run.
std::string version_of(const std::string& program, const std::string& option) {
  try {
    const test::finished said = test::run({program, option});
    const std::string text = said.out.empty() ? said.err : said.out;
    const std::string line = test::split(text, '\n').front();
    return line.empty() ? "of unknown version" : line;
  } catch (const test::failure&) {
    return "";
  }
}

std::string line_with(const std::string& path, std::string_view start) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(start)) return line;
  return "";
}

std::string machine() {
  utsname name{};
  ::uname(&name);
  const std::string model = line_with("/proc/cpuinfo", "model name");
  const std::size_t colon = model.find(": ");
  double load = 0;
  ::getloadavg(&load, 1);
  return fmt::format("{} {} {}, {} cores{}, load average {:.2f}", name.sysname, name.release,
                     name.machine, std::thread::hardware_concurrency(),
                     colon == model.npos ? "" : " of " + model.substr(colon + 2), load);
}

std::vector<contender> find_contenders(const options& wanted) {
  std::vector<contender> found{{kind::ssh, "plain ssh", version_of(wanted.ssh, "-V")},
                               {kind::held, "ssh-shim", version_of(wanted.shim, "--version")},
                               {kind::no_hold, "--no-hold", version_of(wanted.shim, "--version")},
                               {kind::script, "script", version_of("script", "--version")},
                               {kind::dtach, "dtach", version_of("dtach", "--help")},
                               {kind::tmux, "tmux", version_of("tmux", "-V")},
                               {kind::screen, "screen", version_of("screen", "--version")}};
  const std::vector<std::string> required{wanted.ssh, wanted.shim, wanted.shim, "script"};
  for (std::size_t at = 0; at < required.size(); ++at)
    if (!found[at].installed()) throw test::failure("cannot run " + required[at]);
  return found;
}

// A figure from such a run must not be quoted.
std::string warning(const options& wanted) {
  std::string text;
#ifndef NDEBUG
  text += "NOT A RELEASE BUILD, and an ssh-shim from the same build would not be one either.\n";
#endif
  if (wanted.quick) text += "--quick: THE FIGURES MEAN NOTHING.\n";
  return text;
}

}  // namespace

std::string far_end_command(const std::vector<std::string>& words) {
  std::vector<std::string> all{std::filesystem::read_symlink("/proc/self/exe"), "--far-end"};
  all.insert(all.end(), words.begin(), words.end());
  return "exec " + test::quoted(all);
}

field::field(const options& wanted) : wanted_(wanted), contenders_(find_contenders(wanted)) {
  // Neither shall draw anything of its own.
  test::write_file(path("tmux.conf"), "set -g status off\n");
  test::write_file(path("screenrc"), "startup_message off\n");
}

std::unique_ptr<seat> field::start(const contender& who, const std::string& remote_command) {
  ++sessions_;
  return std::make_unique<seat>(who.name, argv(who, remote_command), env());
}

std::vector<pid_t> field::local_processes() const {
  auto ours = test::descendants_of(::getpid());
  auto servers = server_.descendants();
  servers.push_back(server_.pid());
  std::erase_if(ours, [&](pid_t pid) { return std::ranges::count(servers, pid) != 0; });
  return ours;
}

void field::end_held() const {
  test::run({wanted_.shim, "kill", "--all", "--signal", "KILL"}, {.env = env()});
}

std::vector<std::string> field::argv(const contender& who,
                                     const std::string& remote_command) const {
  const auto ssh = [&](const std::string& program, std::vector<std::string> words = {}) {
    words.insert(words.end(), {"-t", "host", remote_command});
    return server_.argv(program, words);
  };
  const auto under = [&](std::vector<std::string> words) {
    const auto inner = ssh(wanted_.ssh);
    words.insert(words.end(), inner.begin(), inner.end());
    return words;
  };
  const std::string socket = path("socket." + std::to_string(sessions_));
  switch (who.what) {
    case kind::ssh: return ssh(wanted_.ssh);
    case kind::held: return ssh(wanted_.shim);
    case kind::no_hold: return ssh(wanted_.shim, {"--no-hold"});
    case kind::script: return {"script", "-qc", test::quoted(ssh(wanted_.ssh)), "/dev/null"};
    // Without -r none its first act is to send ^L to the program.
    case kind::dtach: return under({"dtach", "-A", socket, "-E", "-z", "-r", "none"});
    case kind::tmux:
      return under({"tmux", "-S", socket, "-f", path("tmux.conf"), "new-session", "--"});
    case kind::screen: break;
  }
  return under({"screen", "-c", path("screenrc")});
}

test::environment field::env() const {
  return {{"SSH_SHIM_SSH", wanted_.ssh},
          {"SSH_SHIM", std::nullopt},
          {"SSH_SHIM_DIR", path("held")},
          {"SCREENDIR", dir_.path()}};
}

std::string field::head() const {
  std::string text = "machine  " + machine() + "\n\n";
  for (const contender& who : contenders_) {
    text += fmt::format("{:<10} {}\n", who.name, who.installed() ? who.version : "not installed");
    if (who.installed()) text += "           $ " + test::quoted(argv(who, "COMMAND")) + "\n";
  }
  return text + "\n" + warning(wanted_) +
         "Figures are medians over the rounds, (lower..upper quartile). A ratio or a difference\n"
         "is taken in each round first.\n";
}

}  // namespace bench
