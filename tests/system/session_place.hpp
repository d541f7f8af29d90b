// Sessions in a place of the test's own, and the verbs that see nothing but them.
#pragma once

#include <sys/types.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <tests/support/process.hpp>
#include <tests/support/temp_dir.hpp>

namespace test {

using json = nlohmann::json;

// Of what `ls --json` tells of one.
inline bool is_ended(const json& session) { return session.value("state", "") == "ended"; }

class session_place {
 public:
  session_place() = default;
  session_place(const session_place&) = delete;
  session_place& operator=(const session_place&) = delete;
  ~session_place();  // every session is killed, and what runs in it

  // For whatever is to find the sessions; `more` over the environment.
  run_options options(const environment& more = {}) const;
  std::string file(std::string_view name) const { return dir_ / name; }

  // `ssh-shim words...`, with no terminal.
  finished shim(const std::vector<std::string>& words, const environment& more = {}) const;

  // `ssh-shim hold --detached --name NAME -- command...`
  void hold(const std::string& name, const std::vector<std::string>& command) const;
  // One that reads, and does nothing else.
  void hold(const std::string& name) const { hold(name, {"cat"}); }
  // One that has run the line for sh(1) first, and ignores what the line says it does.
  void hold_behind(const std::string& name, const std::string& line) const;

  // `ls --json`: the names there are, and the session of that name (null: there is none).
  std::vector<std::string> names() const;
  json session(const std::string& name) const;
  // As soon as it is right.
  json wait_for(const std::string& name, const std::function<bool(const json&)>& right,
                std::string_view what) const;

 private:
  json list() const;

  temp_dir dir_;
};

}  // namespace test
