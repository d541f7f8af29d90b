// A user at a terminal that tells its modes (tmux), whose shell runs ssh or ssh-shim; programs at
// the far end that switch modes on there; and the ways in which such a session ends.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/sshd.hpp>
#include <tests/support/tcp_relay.hpp>
#include <tests/support/temp_dir.hpp>
#include <tests/support/tmux.hpp>

namespace test {

// What a program at the far end does to the user's terminal.
struct far_program {
  std::string name{};
  std::string script{};        // for sh; what it switches on, it does not switch off
  std::string shows = "FAR>";  // once all is switched on
  bool swallows = false;       // what comes after it is a part of a string it began
};

// Those that print: they end at a line `q`.
far_program prints(const std::string& name, const std::string& bytes);  // as printf(1) reads them
far_program nothing_on();
far_program modes_on();
far_program scroll_region_on();
far_program all_on_the_primary_screen();
far_program all_on_the_alternate_screen();
far_program half_a_string();
far_program half_a_control_sequence();
// Editors, pagers: those of them that are here.
std::vector<far_program> real_programs(const temp_dir& dir);

// What the terminal tells of itself, by names for people.
using picture = std::map<std::string, std::string>;
// "insert mode: 0, now 1", of each in `now` that is not the same.
std::vector<std::string> changed(const picture& before, const picture& now);

// dash in a window of 24 by 80 with some text of the user's above its prompt. It has no line editor
// and mends nothing: what a session leaves is still there at the prompt.
class user_shell {
 public:
  // `client` is ssh or ssh-shim, `config` an ssh_config(5) with which any host is the server.
  user_shell(const std::string& client, const std::string& config, const far_program& program);

  void start();  // types the line, waits until the program has switched on what it does
  bool prompt_comes(milliseconds within);
  void wait_for_prompt();  // with nothing typed behind it

  // What is on; to be compared with any other moment.
  picture modes();
  // At the prompt: the modes, how the prompt looks, and the user's text.
  picture at_prompt();
  // What a paste brings to a program. Leaves some at the prompt.
  std::string pasted();

  pid_t client() const;  // what the shell runs
  pid_t ssh() const;     // the client, or what it runs
  void type(std::string_view bytes) { screen_.send_bytes(bytes); }
  tmux& screen() { return screen_; }

 private:
  std::string line_up_to_cursor();

  temp_dir dir_;
  tmux screen_;
  std::string shows_;
  std::string tty_;
  pid_t shell_;
};

// So that a crash is one in a build with AddressSanitizer, too, which catches them to tell of them.
environment::value_type uncaught_crashes();

// LeakSanitizer traces its own process, and ends one that is traced already.
environment::value_type no_search_for_leaks();

struct ending {
  std::string name;
  void (*bring_about)(user_shell& user, const sshd& server, tcp_relay& link);
  bool wanted = false;   // by the program
  std::string reason{};  // in ssh's words, or ours for `~.`; empty: nobody says one
};
const std::vector<ending>& endings();
const ending& ending_named(std::string_view name);

}  // namespace test
