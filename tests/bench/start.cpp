// From exec to the first remote byte, the whole login in between.
#include <fmt/format.h>

#include <vector>

#include <tests/support/deadline.hpp>

#include "far_end.hpp"
#include "lineup.hpp"
#include "parts.hpp"

namespace bench {
namespace {

double one_start(field& on, const contender& who) {
  const auto start = steady::now();
  const auto terminal = on.start(who, fmt::format("printf %s {}", ready_mark));
  terminal->wait_for(ready_mark, test::patience);
  const auto time = steady::now() - start;
  terminal->wait_for_end(test::patience);
  return milliseconds(time);
}

}  // namespace

void measure_start(field& on, const options& wanted) {
  lineup line(on, lineup::entry::required);
  std::vector<rounds> times(line.size());
  const int all = wanted.rounds * wanted.starts();
  for (int round = 0; round < all; ++round) {
    tell_progress("start", round, all);
    line.each([&](std::size_t at) { times[at].push_back(one_start(on, on.contenders()[at])); });
  }
  tell_progress("start", all, all);

  const rounds& ssh = times[at_ssh];
  fmt::print("\nstart: from exec to the first remote byte, ms; rounds: {}\n{}", all,
             table_of(on, line,
                      {{"time", [&](auto at) { return shown(times[at]); }},
                       {"time - ssh", [&](auto at) { return shown(minus(times[at], ssh)); }}}));
  const rounds added = minus(times[at_no_hold], ssh);
  constexpr double limit = 15;
  fmt::print("claim: ssh-shim --no-hold adds at most {} ms to a start: {} ms: {}\n", limit,
             shown(added), verdict(added, limit));
  const rounds by_holding = minus(times[at_held], times[at_no_hold]);
  constexpr double holding_limit = 10;
  fmt::print("claim: to be held adds at most {} ms to that: {} ms: {}\n", holding_limit,
             shown(by_holding), verdict(by_holding, holding_limit));
}

}  // namespace bench
