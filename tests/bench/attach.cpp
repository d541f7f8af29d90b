// From the exec of a client to the end of the picture, of a session that was left with a full
// screen.
#include <fmt/format.h>

#include <vector>

#include <tests/support/deadline.hpp>

#include "far_end.hpp"
#include "keeper.hpp"
#include "lineup.hpp"
#include "parts.hpp"

namespace bench {
namespace {

// The mark is what stands at the end of the last row; a cursor that is put somewhere may follow.
double one_attach(const keeper& sessions) {
  const auto start = steady::now();
  const auto terminal = sessions.attach("full");
  terminal->wait_for(ready_mark, test::patience);
  return milliseconds(steady::now() - start);
}

std::vector<rounds> times_of(field& on, lineup& line, std::string_view what, int lines, int all) {
  std::vector<rounds> times(line.size());
  line.each([&](std::size_t at) {
    const contender& who = on.contenders()[at];
    if (!keeper::keeps_screen(who)) return;
    keeper sessions(on, who);
    const filling text(on, lines);
    sessions.leave("full", text.program());
    text.wait();
    for (int round = 0; round < all; ++round) {
      tell_progress(what, round, all);
      times[at].push_back(one_attach(sessions));
    }
  });
  tell_progress(what, all, all);
  return times;
}

void print(const field& on, const lineup& line, std::string_view what,
           const std::vector<rounds>& times) {
  fmt::print("\nattach: {}, from exec to the last of the picture, ms; rounds: {}\n{}", what,
             times[at_held].size(),
             table_of(on, line, {{"time", [&](auto at) { return shown(times[at]); }}}));
  constexpr double limit = 20;
  fmt::print("claim: a terminal is attached in {} ms: {} ms: {}\n", limit, shown(times[at_held]),
             verdict(times[at_held], limit));
}

}  // namespace

void measure_attach(field& on, const options& wanted) {
  lineup line(on, lineup::entry::all);
  constexpr int on_a_screen = 24;
  const int all = wanted.rounds * wanted.attaches();
  print(on, line, "a full screen", times_of(on, line, "attach", on_a_screen, all));
  print(on, line, "a full screen and what is kept of 12,000 lines",
        times_of(on, line, "attach", many_lines, all));
}

}  // namespace bench
