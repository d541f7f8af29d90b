// The contenders that take part in something, and their turns. One of the optional ones that fails
// is out from then on; one of the required ones ends the run.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "contenders.hpp"
#include "measure.hpp"

namespace bench {

constexpr std::size_t at_ssh = 0;
constexpr std::size_t at_held = 1;
constexpr std::size_t at_no_hold = 2;
constexpr std::size_t at_script = 3;
constexpr std::size_t at_dtach = 4;
constexpr std::size_t at_tmux = 5;

class lineup {
 public:
  enum class entry : bool { required, all };
  lineup(field& on, entry of);

  std::size_t size() const { return in_.size(); }

  // Each that is in, in another order every time, so that nobody always comes first or always after
  // the same one; `at` is its place in the field.
  void each(const std::function<void(std::size_t at)>& turn);

  // A session of each, having printed ready_mark, until close(), which types end_key.
  void open(const std::string& remote_command);
  seat& terminal(std::size_t at) { return *open_[at]; }
  void close();

  // What the processes of an open session at this end have used, ssh itself too: of a machine that
  // others use as well it tells more than the clock does.
  steady::duration cpu_time(std::size_t at) const;

 private:
  void attempt(std::size_t at, const std::function<void(std::size_t at)>& turn);

  field& on_;
  std::vector<bool> in_;
  std::vector<std::unique_ptr<seat>> open_;
  std::vector<std::vector<pid_t>> processes_;  // of those
  std::mt19937 order_;                         // the same in every run
};

// A line per contender: name, then a cell for each of `columns`, which gives the figures of one.
struct column {
  std::string head;
  std::function<std::string(std::size_t at)> cell;
};
std::string table_of(const field& on, const lineup& line, const std::vector<column>& columns);

// To stderr if that is a terminal: the run takes minutes.
void tell_progress(std::string_view part, int round, int of);

}  // namespace bench
