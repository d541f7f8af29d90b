#include <shim/hold/login_scope.hpp>

#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <shim/io/capture.hpp>
#include <shim/io/file_text.hpp>

namespace shim::hold {
namespace {

using namespace std::chrono_literals;

constexpr auto answer_time = 2s;

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// "0::/user.slice/user-1000.slice/session-3.scope"; with cgroups of version 1 a line for each
// hierarchy.
bool is_of_login(const std::string& cgroup) {
  const auto at = cgroup.find("/session-");
  return at != std::string::npos && cgroup.find(".scope", at) != std::string::npos;
}

std::optional<std::string> ask(const login_rules& rules, std::vector<std::string> words) {
  words.insert(words.begin(), rules.busctl);
  io::capture asked(rules.busctl, words, io::capture::stream::out);
  const auto said = asked.finish(std::chrono::steady_clock::now() + answer_time);
  return said && said->status == 0 ? std::optional(said->text) : std::nullopt;
}

bool kills_processes(const login_rules& rules) {
  const auto said = ask(rules, {"get-property", "org.freedesktop.login1", "/org/freedesktop/login1",
                                "org.freedesktop.login1.Manager", "KillUserProcesses"});
  return said && said->starts_with("b true");
}

bool lingers(const login_rules& rules) {
  const auto* user = ::getpwuid(::geteuid());
  return user != nullptr && is_there(rules.linger + "/" + user->pw_name);
}

std::string cgroup_of(pid_t pid) {
  return io::file_text("/proc/" + std::to_string(pid) + "/cgroup");
}

}  // namespace

at_logout what_logout_does(const std::string& cgroup, const login_rules& rules) {
  if (!is_of_login(cgroup) || !is_there(rules.booted) || !kills_processes(rules))
    return at_logout::goes_on;
  return lingers(rules) ? at_logout::killed_unless_moved : at_logout::killed;
}

at_logout what_logout_does(pid_t to, const login_rules& rules) {
  return what_logout_does(cgroup_of(to), rules);
}

bool move_to_user_scope(std::span<const pid_t> processes, const login_rules& rules) {
  std::vector<std::string> words{"--user",
                                 "call",
                                 "org.freedesktop.systemd1",
                                 "/org/freedesktop/systemd1",
                                 "org.freedesktop.systemd1.Manager",
                                 "StartTransientUnit",
                                 "ssa(sv)a(sa(sv))",
                                 "ssh-shim-" + std::to_string(processes.front()) + ".scope",
                                 "fail",
                                 "3",
                                 "CollectMode",
                                 "s",
                                 "inactive-or-failed",
                                 "SendSIGHUP",
                                 "b",
                                 "true",
                                 "PIDs",
                                 "au",
                                 std::to_string(processes.size())};
  for (const auto pid : processes) words.push_back(std::to_string(pid));
  words.emplace_back("0");
  return ask(rules, std::move(words)).has_value();
}

// Its child is nobody's that waits here.
void outlive_login(std::span<const pid_t> processes) {
  if (!is_of_login(cgroup_of(::getpid())) || !is_there(login_rules().booted)) return;
  const auto between = ::fork();
  if (between == 0) {
    if (::fork() != 0) ::_exit(0);
    if (what_logout_does(processes.front()) == at_logout::killed_unless_moved)
      move_to_user_scope(processes);
    ::_exit(0);
  }
  if (between > 0) ::waitpid(between, nullptr, 0);
}

}  // namespace shim::hold
