#include <tests/system/session_place.hpp>

#include <tests/support/file.hpp>

namespace test {

session_place::~session_place() {
  try {
    shim({"kill", "--all", "--signal", "KILL"});
  } catch (const failure&) {  // of a test that has failed already
  }
}

run_options session_place::options(const environment& more) const {
  run_options options{.env = more};
  options.env.emplace("SSH_SHIM_DIR", dir_ / "sessions");
  return options;
}

finished session_place::shim(const std::vector<std::string>& words, const environment& more) const {
  std::vector<std::string> argv{SHIM_BINARY};
  argv.insert(argv.end(), words.begin(), words.end());
  return run(std::move(argv), options(more));
}

void session_place::hold(const std::string& name, const std::vector<std::string>& command) const {
  std::vector<std::string> words{"hold", "--detached", "--name", name, "--"};
  words.insert(words.end(), command.begin(), command.end());
  const auto end = shim(words);
  if (end.status != exited(0)) throw failure("cannot hold " + name + ": " + end.err);
}

void session_place::hold_behind(const std::string& name, const std::string& line) const {
  const auto ready = file(name + "-ready");
  write_file(ready, "");
  hold(name, {"sh", "-c", line + "\necho ready >'" + ready + "'; exec tail -f /dev/null"});
  wait_for_content(ready, [](auto text) { return text == "ready\n"; });
}

json session_place::list() const {
  const auto end = shim({"ls", "--json"});
  if (end.status != exited(0)) throw failure("ls fails: " + end.err);
  return json::parse(end.out);
}

std::vector<std::string> session_place::names() const {
  std::vector<std::string> names;
  const auto all = list();
  for (const auto& each : all.at("sessions")) names.push_back(each.at("name"));
  return names;
}

json session_place::session(const std::string& name) const {
  const auto all = list();
  for (const auto& each : all.at("sessions"))
    if (each.at("name") == name) return each;
  return nullptr;
}

json session_place::wait_for(const std::string& name, const std::function<bool(const json&)>& right,
                             std::string_view what) const {
  json seen;
  for (const deadline soon(patience); !soon.passed();)
    if (seen = session(name); !seen.is_null() && right(seen)) return seen;
  throw failure("the session " + name + " is not " + std::string(what) + ": " + seen.dump());
}

}  // namespace test
