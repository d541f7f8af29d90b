// What is on its way when the terminal reads nothing: all of it is still shown after a ^C. Most of
// it is ssh's own (the channel's window), the same for all; ssh opens that window again in steps of
// three packets (channels.c), so a difference is known to 48 KiB at best.
#include <fmt/format.h>
#include <poll.h>

#include <string>
#include <vector>

#include <tests/support/deadline.hpp>

#include "far_end.hpp"
#include "keeper.hpp"
#include "lineup.hpp"
#include "parts.hpp"

namespace bench {
namespace {

// There is no event for a far end that has come to a stop: a count that stays the same tells.
std::size_t final_count(const flood_meter& meter, const contender& who) {
  constexpr int still_for = 20;  // looks of 20 ms
  const test::deadline end(test::patience);
  std::size_t last = 0;
  for (int still = 0; still < still_for; ++still) {
    ::poll(nullptr, 0, 20);
    const std::size_t now = meter.written();
    if (now != last || now == 0) still = 0;
    last = now;
    if (end.passed()) throw test::failure("the flood under " + who.name + " does not stop");
  }
  return last;
}

double one_flood(field& on, const contender& who) {
  static int floods = 0;
  const std::string count = on.path(fmt::format("flood.{}", ++floods));
  const flood_meter meter(count);
  const auto terminal = on.start(who, far_end_command({"flood", count}));
  const auto written = final_count(meter, who);
  if (who.what == kind::held) on.end_held();
  return static_cast<double>(written) / 1024;
}

// Without ssh, and after some output was read: what the program has written and the terminal has
// not got, KiB.
double one_stop(field& on, const contender& who, std::size_t read_before) {
  static int stops = 0;
  const std::string count = on.path(fmt::format("stop.{}", ++stops));
  const flood_meter meter(count);
  keeper sessions(on, who);
  const auto terminal = sessions.show(far_end_words({"flood", count}));
  terminal->take(read_before, test::patience);
  return static_cast<double>(final_count(meter, who) - terminal->taken()) / 1024;
}

void measure_stop(field& on, const options& wanted) {
  lineup line(on, lineup::entry::all);
  std::vector<rounds> sizes(line.size());
  for (int round = 0; round < wanted.rounds; ++round) {
    tell_progress("flight", round, wanted.rounds);
    line.each([&](std::size_t at) {
      const contender& who = on.contenders()[at];
      if (keeper::is_plain(who)) sizes[at].push_back(one_stop(on, who, wanted.flight_bytes()));
    });
  }
  tell_progress("flight", wanted.rounds, wanted.rounds);
  // The program alone, in the place of ssh, has one pty's buffer behind it, any other two.
  const rounds& pty = sizes[at_ssh];
  const auto own = [&](std::size_t at) { return minus(minus(sizes[at], pty), pty); };
  fmt::print(
      "\nflight: on its way when the terminal stops to read, no ssh being there, KiB; rounds: "
      "{}\n{}",
      wanted.rounds,
      table_of(on, line,
               {{"size", [&](auto at) { return shown(sizes[at]); }},
                {"but for the ptys",
                 [&](auto at) { return at == at_ssh ? std::string() : shown(own(at)); }}}));
  constexpr double limit = 64;
  fmt::print("claim: no more than {} KiB is between pty and terminal: {} KiB: {}\n", limit,
             shown(own(at_held)), verdict(own(at_held), limit));
}

}  // namespace

void measure_flight(field& on, const options& wanted) {
  lineup line(on, lineup::entry::required);
  std::vector<rounds> sizes(line.size());
  for (int round = 0; round < wanted.rounds; ++round) {
    tell_progress("flight", round, wanted.rounds);
    line.each([&](std::size_t at) { sizes[at].push_back(one_flood(on, on.contenders()[at])); });
  }
  tell_progress("flight", wanted.rounds, wanted.rounds);
  const rounds& ssh = sizes[at_ssh];
  fmt::print(
      "\nflight: written by the far end, the terminal reading nothing, KiB (in ssh's steps of 48); "
      "rounds: "
      "{}\n{}",
      wanted.rounds,
      table_of(on, line,
               {{"size", [&](auto at) { return shown(sizes[at]); }},
                {"size - ssh", [&](auto at) { return shown(minus(sizes[at], ssh)); }}}));
  measure_stop(on, wanted);
}

}  // namespace bench
