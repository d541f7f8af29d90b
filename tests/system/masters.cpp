#include <tests/system/masters.hpp>

#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <set>

#include <tests/support/text.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/same_as_ssh.hpp>

namespace test {
namespace {

strings with(strings words, const strings& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string control_path_line(std::string pattern, const std::string& directory) {
  const auto at = pattern.find("DIR");
  if (at != std::string::npos) pattern.replace(at, 3, directory);
  return "ControlPath " + pattern;
}

bool is_ssh(pid_t pid) { return executable_of(pid) == real_ssh_file(); }

}  // namespace

masters::masters(const sshd& server, const std::string& control_path)
    : server_(server),
      config_(server.config_with({control_path_line(control_path, dir_.path())})) {}

pid_t masters::start_with(const strings& words) {
  const auto all = orphanage_.orphans();
  const std::set<pid_t> before(all.begin(), all.end());
  run_well(with({real_ssh(), "-F", config_}, words));
  for (const pid_t each : orphanage_.orphans())
    if (!before.contains(each) && is_ssh(each)) return each;
  throw failure("no master: ssh " + quoted(words));
}

void masters::leave_stale(const std::string& host) {
  const pid_t master = start(host);
  ::kill(master, SIGKILL);
  reap_orphan(master);
}

pid_t masters::start_wedged(const std::string& host) {
  const pid_t master = start(host);
  ::kill(master, SIGSTOP);
  wait_until_stopped(master, true);
  return master;
}

bool masters::running(pid_t master) const {
  return is_ssh(master) && !status_line(master, "State").starts_with("Z");
}

std::unique_ptr<process> masters::passenger(const std::string& host) const {
  auto client =
      std::make_unique<process>(strings{real_ssh(), "-F", config_, host, "echo ready; exec cat"},
                                run_options{.in = stream::piped()});
  client->expect_out("ready\n");
  return client;
}

void masters::hold(const std::string& name, const std::string& host) const {
  const auto end = place_.shim({"--detached", "--name", name, "-F", config_, host});
  if (end.status != exited(0)) throw failure("cannot hold " + name + ": " + end.err);
  const auto is_it = [&](const json& one) { return one.at("session") == name; };
  wait_for(
      host, [&](const json& one) { return std::ranges::any_of(one.at("known_passengers"), is_it); },
      "used by the session " + name);
}

strings masters::mux_argv(const std::string& verb, const strings& words) const {
  return with({SHIM_BINARY, "mux", verb, "-F", config_}, words);
}

finished masters::mux(const std::string& verb, const strings& words) const {
  return run(mux_argv(verb, words), place_.options());
}

finished masters::mux_with(const strings& lines, const std::string& verb,
                           const strings& words) const {
  return run(with({SHIM_BINARY, "mux", verb, "-F", server_.config_with(lines)}, words),
             place_.options());
}

json masters::list() const {
  const auto end = mux("ls", {"--json"});
  if (end.status != exited(0)) throw failure("mux ls fails: " + end.err);
  return json::parse(end.out).at("masters");
}

json masters::at(const std::string& path) const {
  json found;
  for (const auto& each : list()) {
    if (each.at("path") != path) continue;
    if (!found.is_null()) throw failure("mux ls tells of one twice: " + path);
    found = each;
  }
  return found;
}

json masters::wait_for(const std::string& host, const std::function<bool(const json&)>& right,
                       std::string_view what) const {
  json seen;
  for (const deadline soon(patience); !soon.passed();)
    if (seen = of(host); !seen.is_null() && right(seen)) return seen;
  throw failure("the master of " + host + " is not " + std::string(what) + ": " + seen.dump());
}

void wait_until(const std::function<bool()>& so, std::string_view what) {
  for (const deadline soon(patience); !so(); ::poll(nullptr, 0, ask_again_after))
    if (soon.passed()) throw failure("not in time: " + std::string(what));
}

bool exists(const std::string& path) {
  struct stat what {};
  return ::lstat(path.c_str(), &what) == 0;
}

std::size_t logins(const sshd& server) {
  const auto lines = split(server.log(), '\n');
  return static_cast<std::size_t>(std::ranges::count_if(
      lines, [](const auto& line) { return line.find("Accepted publickey") != line.npos; }));
}

}  // namespace test
