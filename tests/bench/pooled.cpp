// From exec to the first remote byte, of sessions that join a master which is there.
#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include <tests/support/deadline.hpp>
#include <tests/support/process.hpp>

#include "far_end.hpp"
#include "lineup.hpp"
#include "measure.hpp"
#include "parts.hpp"

namespace bench {
namespace {

class open_master {
 public:
  open_master(const field& on, const options& wanted)
      : wanted_(wanted),
        config_(server_.config_with(
            {"ControlMaster auto", "ControlPersist yes", "ControlPath " + on.path("master")})) {
    test::run_well({wanted_.ssh, "-F", config_, "-fNM", "host"});
  }
  ~open_master() { test::run({wanted_.ssh, "-F", config_, "-O", "exit", "host"}); }
  open_master(const open_master&) = delete;
  open_master& operator=(const open_master&) = delete;
  open_master(open_master&&) = delete;
  open_master& operator=(open_master&&) = delete;

  const std::string& config() const { return config_; }

 private:
  const options& wanted_;
  test::sshd server_;
  std::string config_;
};

struct way_to_join {
  std::string name;
  std::vector<std::string> program;
  rounds times{};
};

double one_start(const field& on, const open_master& master, const way_to_join& way) {
  auto words = way.program;
  words.insert(words.end(),
               {"-F", master.config(), "-t", "host", fmt::format("printf %s {}", ready_mark)});
  const auto start = steady::now();
  seat terminal(way.name, words, on.env());
  terminal.wait_for(ready_mark, test::patience);
  const auto time = steady::now() - start;
  terminal.wait_for_end(test::patience);
  return milliseconds(time);
}

}  // namespace

void measure_pooled(field& on, const options& wanted) {
  const open_master master(on, wanted);
  std::array<way_to_join, 4> ways{{{"plain ssh", {wanted.ssh}},
                                   {"ssh-shim", {wanted.shim}},
                                   {"--pool", {wanted.shim, "--pool"}},
                                   {"--pool --no-hold", {wanted.shim, "--pool", "--no-hold"}}}};
  const int all = wanted.rounds * wanted.starts();
  for (int round = 0; round < all; ++round) {
    tell_progress("pool", round, all);
    // Each comes first in turn.
    for (std::size_t at = 0; at < ways.size(); ++at) {
      auto& way = ways.at((at + static_cast<std::size_t>(round)) % ways.size());
      way.times.push_back(one_start(on, master, way));
    }
  }
  tell_progress("pool", all, all);
  table figures({"", "time", "time - ssh"});
  for (const auto& way : ways)
    figures.add({way.name, shown(way.times), shown(minus(way.times, ways.front().times))});
  fmt::print("\npool: through a master, from exec to the first remote byte, ms; rounds: {}\n{}",
             all, figures.text());
}

}  // namespace bench
