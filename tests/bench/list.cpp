// What it takes to list many sessions, none of which does anything.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <vector>

#include <tests/support/deadline.hpp>
#include <tests/support/process.hpp>

#include "far_end.hpp"
#include "keeper.hpp"
#include "lineup.hpp"
#include "parts.hpp"

namespace bench {
namespace {

// Of the children that were waited for: the list's own.
double cpu_time_of_children() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

struct list_figures {
  rounds times;
  rounds cpu;
};

// screen's list has lines around it, and its status tells nothing.
void one_list(const field& on, const keeper& sessions, int count, list_figures& figures) {
  const double before = cpu_time_of_children();
  const auto start = steady::now();
  const auto said = test::run(sessions.list(), {.env = on.env()});
  figures.times.push_back(milliseconds(steady::now() - start));
  figures.cpu.push_back(cpu_time_of_children() - before);
  if (std::ranges::count(said.out, '\n') < count)
    throw test::failure("not all sessions are listed: " + said.out + said.err);
}

}  // namespace

void measure_list(field& on, const options& wanted) {
  lineup line(on, lineup::entry::all);
  std::vector<list_figures> figures(line.size());
  const int count = wanted.sessions();
  const int all = wanted.rounds * 2;
  line.each([&](std::size_t at) {
    const contender& who = on.contenders()[at];
    if (!keeper::keeps_screen(who)) return;
    keeper sessions(on, who);
    for (int n = 0; n < count; ++n) {
      tell_progress("ls: session", n, count);
      sessions.leave(fmt::format("session-{}", n), far_end_words({"idle"}));
    }
    for (int round = 0; round < all; ++round) {
      tell_progress("ls", round, all);
      one_list(on, sessions, count, figures[at]);
    }
  });
  tell_progress("ls", all, all);
  fmt::print("\nls: {} sessions, ms; rounds: {}\n{}", count, all,
             table_of(on, line,
                      {{"time", [&](auto at) { return shown(figures[at].times); }},
                       {"CPU", [&](auto at) { return shown(figures[at].cpu); }}}));
  constexpr double limit = 50;
  const rounds& held = figures[at_held].times;
  fmt::print("claim: ssh-shim ls takes at most {} ms: {} ms: {}\n", limit, shown(held),
             verdict(held, limit));
}

}  // namespace bench
