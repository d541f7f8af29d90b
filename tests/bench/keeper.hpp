// How each contender runs a program of this machine, without ssh, shown on a terminal or left
// running: for what is its own doing alone.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "contenders.hpp"
#include "far_end.hpp"

namespace bench {

// What a far end's role is run by, without ssh.
std::vector<std::string> far_end_words(const std::vector<std::string>& words);

// A program that writes lines and then, for good or not, does nothing.
class filling {
 public:
  enum class then : bool { stay, end };
  filling(const field& on, int lines, then what = then::stay);

  const std::vector<std::string>& program() const { return program_; }
  void wait() const;  // until all was written

 private:
  std::string file_;
  flood_meter meter_;
  std::vector<std::string> program_;
};

// The sessions of one contender; they are ended with it.
class keeper {
 public:
  keeper(field& on, const contender& who);
  keeper(const keeper&) = delete;
  keeper& operator=(const keeper&) = delete;
  ~keeper();

  // Whether it can leave a session at all; and keeps its screen.
  static bool leaves(const contender& who);
  static bool keeps_screen(const contender& who);
  // Whether it shows what the program writes as it is; the bare program does.
  static bool is_plain(const contender& who);

  std::unique_ptr<seat> show(const std::vector<std::string>& program);
  void leave(const std::string& session, const std::vector<std::string>& program);
  std::unique_ptr<seat> attach(const std::string& session) const;
  std::vector<std::string> list() const;

  // Of what was left: the processes that keep it, those that run the program not among them.
  std::vector<pid_t> processes() const;

 private:
  std::unique_ptr<seat> seated(const std::vector<std::string>& argv) const;

  field& on_;
  const contender& who_;
  std::string socket_;  // of tmux's server; the beginning of each of dtach's
  std::vector<pid_t> before_;
};

}  // namespace bench
