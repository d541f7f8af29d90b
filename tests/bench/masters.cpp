// What it takes to list many mux masters, beside a check of each by ssh itself.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include <tests/support/file.hpp>
#include <tests/support/process.hpp>
#include <tests/support/scripted_master.hpp>

#include "lineup.hpp"
#include "measure.hpp"
#include "parts.hpp"

namespace bench {
namespace {

// Masters that answer, in a directory of their own, and a configuration that leads to them. They
// are no ssh: what a master does beside its socket costs its client nothing.
class many_masters {
 public:
  explicit many_masters(int count) {
    const shim::io::unique_fd directory(
        ::open(dir_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (int n = 0; n < count; ++n)
      all_.push_back(std::make_unique<test::scripted_master>(
          directory.get(), fmt::format("host-{}", n), test::scripted_master::usual));
    test::write_file(config(), "ControlPath " + dir_.path() + "/%n\n");
  }

  std::string config() const { return dir_ / "config"; }
  int count() const { return static_cast<int>(all_.size()); }

 private:
  test::temp_dir dir_;
  std::vector<std::unique_ptr<test::scripted_master>> all_;
};

double one_list(const options& wanted, const many_masters& masters) {
  const auto start = steady::now();
  const auto said = test::run({wanted.shim, "mux", "ls", "--plain", "-F", masters.config()});
  const auto time = milliseconds(steady::now() - start);
  if (std::ranges::count(said.out, '\n') != masters.count())
    throw test::failure("not all masters are listed: " + said.out + said.err);
  return time;
}

double all_checks(const options& wanted, const many_masters& masters) {
  const auto start = steady::now();
  for (int n = 0; n < masters.count(); ++n) {
    const auto said =
        test::run({wanted.ssh, "-F", masters.config(), "-O", "check", fmt::format("host-{}", n)});
    if (said.status != test::exited(0)) throw test::failure("no master: " + said.err);
  }
  return milliseconds(steady::now() - start);
}

}  // namespace

void measure_masters(field&, const options& wanted) {
  const many_masters masters(wanted.masters());
  rounds lists;
  rounds checks;
  for (int round = 0; round < wanted.rounds; ++round) {
    tell_progress("mux", round, wanted.rounds);
    lists.push_back(one_list(wanted, masters));
    checks.push_back(all_checks(wanted, masters));
  }
  tell_progress("mux", wanted.rounds, wanted.rounds);
  table figures({"", "time", "/ ssh -O check"});
  figures.add({"mux ls", shown(lists), shown(over(lists, checks), 3)});
  figures.add({"ssh -O check", shown(checks), "1"});
  fmt::print("\nmux: {} masters, ms; rounds: {}\n{}", masters.count(), wanted.rounds,
             figures.text());
  constexpr double limit = 50;
  fmt::print("claim: ssh-shim mux ls takes at most {} ms: {} ms: {}\n", limit, shown(lists),
             verdict(lists, limit));
}

}  // namespace bench
