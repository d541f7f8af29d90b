// The table in docs/left-behind.md, from sessions run for it: `test_system "[left-behind]"`.
#include <algorithm>
#include <cstdio>
#include <set>

#include <tests/support/process_tree.hpp>
#include <tests/system/endings.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

// Where something is not as before: what that is to a person.
const std::map<std::string, std::string> words{
    {"mouse reports", "mouse reports"},
    {"mouse encoding", "mouse encoding"},
    {"alternate screen", "alternate screen"},
    {"keypad keys", "keypad"},
    {"cursor keys", "cursor keys"},
    {"insert mode", "insert mode"},
    {"origin mode", "origin mode"},
    {"wrapping", "no wrapping"},
    {"cursor shown", "hidden cursor"},
    {"scroll region", "scroll region"},
    {"title", "title"},
    {"terminal settings", "raw terminal"},
    {"prompt's place", "prompt in mid-line"},
    {"colours", "colours"},
    {"line drawing", "line drawing"},
    {"user's text", "user's text gone"},
};

// What the first two programs switch on, where no word more is needed.
const std::set<std::string> many_modes{
    "bracketed paste", "colours",        "cursor keys",   "hidden cursor", "insert mode",
    "keypad",          "line drawing",   "mouse reports", "no wrapping",   "origin mode",
    "scroll region",   "mouse encoding", "title"};

std::string listed(const std::set<std::string>& all) {
  std::string list;
  for (const auto& each : all) list += (list.empty() ? "" : ", ") + each;
  return list;
}

std::string shortened(std::set<std::string> left) {
  if (!std::includes(left.begin(), left.end(), many_modes.begin(), many_modes.end()))
    return left.empty() ? "nothing" : listed(left);
  for (const auto& each : many_modes) left.erase(each);
  return left.empty() ? "all modes" : "all modes, " + listed(left);
}

struct far_side {
  sshd server;
  tcp_relay link{server.port()};
  std::string config = server.config_for(link.port());
};

std::string left_by(const std::string& client, far_side& far, const far_program& program,
                    const ending& end) {
  user_shell user(client, far.config, program);
  const picture before = user.at_prompt();
  user.start();
  end.bring_about(user, far.server, far.link);
  // A prompt that became a part of a string does not come, and no event says so.
  const bool comes = user.prompt_comes(program.swallows ? milliseconds(2000) : patience);
  if (!comes) return "no prompt to be seen";
  const picture after = user.at_prompt();
  std::set<std::string> left;
  for (const auto& [name, value] : before)
    if (after.at(name) != value) left.insert(words.at(name));
  if (user.pasted() != "plain") left.insert("bracketed paste");
  return shortened(std::move(left));
}

void print_row(far_side& far, const far_program& program, const ending& end) {
  std::string key = end.name.starts_with('~') ? "`" + end.name + "`" : end.name;
  std::printf("| %s | %s | %s | %s |\n", program.name.c_str(), key.c_str(),
              left_by(real_ssh(), far, program, end).c_str(),
              left_by(SHIM_BINARY, far, program, end).c_str());
  std::fflush(stdout);
}

}  // namespace

TEST_CASE("a table of what plain ssh and ssh-shim leave behind", "[.left-behind]") {
  SHIM_NEEDS_SSHD();
  SHIM_NEEDS("dash");
  if (const auto no_tmux = tmux::why_not()) SHIM_SKIP(no_tmux->c_str());
  const orphanage tmux_servers;
  const temp_dir dir;
  far_side far;
  std::printf("All modes: %s.\n\n", listed(many_modes).c_str());
  std::printf("| the program at the far end | the end | ssh leaves | ssh-shim leaves |\n");
  std::printf("|---|---|---|---|\n");
  for (const auto& program : {all_on_the_primary_screen(), all_on_the_alternate_screen()})
    for (const auto& end : endings()) print_row(far, program, end);
  for (const auto& program : {half_a_string(), half_a_control_sequence()})
    print_row(far, program, ending_named("server killed"));
  for (const auto& program : real_programs(dir))
    print_row(far, program, ending_named("server killed"));
}
