// Sessions that are held, in a place of the test's own; and terminals at which they are started and
// taken up again.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/process.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/sshd.hpp>
#include <tests/support/temp_dir.hpp>
#include <tests/support/terminal.hpp>

namespace test {

// What `ssh-shim ls --json` tells of one.
struct told_session {
  std::string name{};
  std::string state{};
  std::string host{};
  int clients = 0;
  pid_t pid = -1;
  pid_t holder = -1;
  int rows = 0;
  int columns = 0;
  long detached = 0;  // seconds since 1970; 0: it is not
  std::optional<int> exit_status{};
  std::string title{};
};

class held_place {
 public:
  held_place() = default;
  held_place(const held_place&) = delete;
  held_place& operator=(const held_place&) = delete;
  ~held_place() = default;  // what is still held is killed

  const std::string& path() const { return path_; }
  run_options options(environment more = {}) const;  // for ssh-shim, so that it holds them here
  finished verb(std::vector<std::string> words) const;

  std::vector<told_session> sessions() const;
  std::optional<told_session> find(std::string_view name) const;

  // The session, as soon as it is there and right.
  using is_right = std::function<bool(const told_session&)>;
  told_session wait_for(std::string_view name, const is_right& right, std::string_view what,
                        milliseconds within = patience) const;
  told_session wait_until_shown(std::string_view name, int clients = 1) const;
  told_session wait_until_detached(std::string_view name) const;
  void wait_until_gone(std::string_view name, milliseconds within = patience) const;

  // What lost its parent has ended: holders, and what they ran. Not before terminals have, whose
  // clients are the test's children, too.
  void wait_until_nothing_runs(milliseconds within = patience) const;
  std::vector<std::string> files() const;  // of the place itself

 private:
  temp_dir dir_;
  std::string path_ = dir_ / "place";
  orphanage orphanage_;
};

// A terminal with one program of ours in it, in the place.
class held_terminal {
 public:
  explicit held_terminal(const held_place& place, const terminal_size& size = {})
      : place_(place), user_(size), before_(user_.modes()) {}

  // `ssh-shim -F config words...`: a new session.
  void open(const sshd& server, const std::vector<std::string>& words);
  void attach(std::vector<std::string> words);

  terminal* operator->() { return &user_; }
  terminal& operator*() { return user_; }

  // Its end, and that it left the terminal as it was.
  end_status end(milliseconds within = patience);
  // The user's `~D`, and what it has to come to.
  void detach(std::string_view name);

 private:
  const held_place& place_;
  terminal user_;
  termios before_;
};

// Reaps what has lost its parent, once it has ended.
void reap_orphan(pid_t pid, milliseconds within = patience);

// A script at the far end: prints "ready", then every line that comes, in brackets; `exit N` ends
// it.
std::vector<std::string> far_echo(const std::string& first = "");

// The client's pid is the terminal's; its holder's is told by ls. What a holder runs beside ssh:
pid_t screen_process_of(pid_t holder);

}  // namespace test
