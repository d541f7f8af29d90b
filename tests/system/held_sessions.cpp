#include <tests/system/held_sessions.hpp>

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include <tests/catch.hpp>
#include <tests/support/text.hpp>

namespace test {
namespace {

// No event tells what a holder thinks: it is asked again.

template <class Value>
Value value_of(const nlohmann::json& object, const char* key, Value none) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? none : found->get<Value>();
}

told_session read_session(const nlohmann::json& object) {
  told_session told;
  told.name = value_of(object, "name", std::string());
  told.state = value_of(object, "state", std::string());
  told.host = value_of(object, "host", std::string());
  told.clients = value_of(object, "clients", 0);
  told.pid = value_of(object, "pid", pid_t{-1});
  told.holder = value_of(object, "holder", pid_t{-1});
  told.rows = value_of(object, "rows", 0);
  told.columns = value_of(object, "columns", 0);
  told.detached = value_of(object, "detached", 0L);
  const int status = value_of(object, "exit_status", -1);
  if (status >= 0) told.exit_status = status;
  told.title = value_of(object, "title", std::string());
  return told;
}

}  // namespace

run_options held_place::options(environment more) const {
  more["SSH_SHIM_DIR"] = path_;
  return {.env = std::move(more)};
}

finished held_place::verb(std::vector<std::string> words) const {
  words.insert(words.begin(), SHIM_BINARY);
  return run(std::move(words), options());
}

std::vector<told_session> held_place::sessions() const {
  const auto told = nlohmann::json::parse(run_well({SHIM_BINARY, "ls", "--json"}, options()));
  std::vector<told_session> all;
  for (const auto& each : told.at("sessions")) all.push_back(read_session(each));
  return all;
}

std::optional<told_session> held_place::find(std::string_view name) const {
  for (auto& each : sessions())
    if (each.name == name) return std::move(each);
  return std::nullopt;
}

told_session held_place::wait_for(std::string_view name, const is_right& right,
                                  std::string_view what, milliseconds within) const {
  const deadline end(within);
  while (true) {
    auto now = find(name);
    if (now && right(*now)) return *std::move(now);
    if (end.passed()) {
      throw failure("the session " + std::string(name) + " is not " + std::string(what) + ", but " +
                    (now ? now->state + " by " + std::to_string(now->clients) : "not there"));
    }
    ::poll(nullptr, 0, ask_again_after);
  }
}

told_session held_place::wait_until_shown(std::string_view name, int clients) const {
  return wait_for(
      name,
      [clients](const told_session& now) {
        return now.state == "attached" && now.clients == clients;
      },
      "shown in so many terminals");
}

told_session held_place::wait_until_detached(std::string_view name) const {
  return wait_for(
      name,
      [](const told_session& now) { return now.state == "detached" || now.state == "left behind"; },
      "detached");
}

void held_place::wait_until_gone(std::string_view name, milliseconds within) const {
  const deadline end(within);
  while (find(name)) {
    if (end.passed()) throw failure("the session " + std::string(name) + " is still there");
    ::poll(nullptr, 0, ask_again_after);
  }
}

void held_place::wait_until_nothing_runs(milliseconds within) const {
  const deadline end(within);
  for (auto left = orphanage_.orphans(); !left.empty(); left = orphanage_.orphans()) {
    std::erase_if(left, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) == pid; });
    if (left.empty()) continue;
    if (end.passed())
      throw failure("still runs: " + quoted(command_line_of(left.front())) + ", " +
                    std::to_string(left.size()) + " in all");
    ::poll(nullptr, 0, ask_again_after);
  }
}

std::vector<std::string> held_place::files() const {
  std::vector<std::string> all;
  if (!std::filesystem::exists(path_)) return all;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    all.push_back(entry.path().filename());
  return all;
}

void held_terminal::open(const sshd& server, const std::vector<std::string>& words) {
  user_.start(server.argv(SHIM_BINARY, words), place_.options());
}

void held_terminal::attach(std::vector<std::string> words) {
  words.insert(words.begin(), {SHIM_BINARY, "attach"});
  user_.start(words, place_.options());
}

end_status held_terminal::end(milliseconds within) {
  const auto status = user_.wait_exit(within);
  CHECK(same_modes(user_.modes(), before_));
  return status;
}

void held_terminal::detach(std::string_view name) {
  user_.type("~D");
  user_.expect("[detached from " + std::string(name) + "]\r\n");
  CHECK(end() == exited(0));
}

void reap_orphan(pid_t pid, milliseconds within) {
  const deadline end(within);
  while (::waitpid(pid, nullptr, WNOHANG) != pid) {
    if (end.passed()) throw failure("does not end: " + quoted(command_line_of(pid)));
    ::poll(nullptr, 0, ask_again_after);
  }
}

std::vector<std::string> far_echo(const std::string& first) {
  return {"-t", "far",
          "stty -echo; " + first +
              " echo ready; while read -r l; do case $l in exit*) $l;; *) echo \"<$l>\";; esac; "
              "done"};
}

pid_t screen_process_of(pid_t holder) {
  const deadline end(patience);
  while (true) {
    for (const pid_t each : children_of(holder)) {
      const auto words = command_line_of(each);
      if (!words.empty() && words.front().find("screen") != std::string::npos) return each;
    }
    if (end.passed()) throw failure("the holder has no screen process");
    ::poll(nullptr, 0, ask_again_after);
  }
}

}  // namespace test
