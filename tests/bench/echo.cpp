// A byte typed at the user's terminal until it is back.
#include <fmt/format.h>

#include <string_view>
#include <vector>

#include <tests/support/deadline.hpp>

#include "far_end.hpp"
#include "lineup.hpp"
#include "parts.hpp"

namespace bench {
namespace {

// None of them occurs in what tmux and screen draw around them, and no two in a row are the same,
// so that no redraw is taken for an echo.
constexpr std::string_view keys = "qvxz";

class typist {
 public:
  explicit typist(seat& terminal) : terminal_(terminal) {}

  double round_trip() {
    const std::string_view key = keys.substr(typed_++ % keys.size(), 1);
    const auto start = steady::now();
    terminal_.type(key);
    terminal_.wait_for(key, test::patience);
    return microseconds(steady::now() - start);
  }

 private:
  seat& terminal_;
  std::size_t typed_ = 0;
};

struct echo_figures {
  rounds p50;
  rounds p99;
  rounds cpu;  // of one echo
};

// Samples are taken in short blocks, turn by turn, all sessions being open: the pace of a machine
// changes from second to second.
void one_round(lineup& line, std::size_t samples, std::vector<echo_figures>& figures) {
  const std::size_t blocks = 10;
  std::vector<std::vector<double>> times(line.size());
  std::vector<double> cpu(line.size());
  line.open(far_end_command({"echo"}));
  for (std::size_t block = 0; block <= blocks; ++block) {
    line.each([&](std::size_t at) {
      typist user(line.terminal(at));
      const auto before = line.cpu_time(at);
      for (std::size_t sample = 0; sample < samples / blocks; ++sample) {
        const double time = user.round_trip();
        if (block > 0) times[at].push_back(time);  // the first one warms up
      }
      if (block > 0) cpu[at] += microseconds(line.cpu_time(at) - before);
    });
  }
  line.each([&](std::size_t at) {
    figures[at].p50.push_back(median(times[at]));
    figures[at].p99.push_back(percentile(times[at], 0.99));
    figures[at].cpu.push_back(cpu[at] / static_cast<double>(times[at].size()));
  });
  line.close();
}

// The difference is taken round by round: what ssh itself took is the same in both.
void claim(const field& on, const std::vector<echo_figures>& figures, std::size_t by,
           std::size_t than) {
  const auto& all = on.contenders();
  if (!all[than].installed() || figures[than].p50.empty()) return;
  const rounds more = minus(figures[by].p50, figures[than].p50);
  fmt::print("claim: {} adds no more to an echo than {}: difference {} us: {}\n", all[by].name,
             all[than].name, shown(more), verdict(more, 0));
}

}  // namespace

void measure_echo(field& on, const options& wanted) {
  lineup line(on, lineup::entry::all);
  std::vector<echo_figures> figures(line.size());
  for (int round = 0; round < wanted.rounds; ++round) {
    tell_progress("echo", round, wanted.rounds);
    one_round(line, wanted.echo_samples(), figures);
  }
  tell_progress("echo", wanted.rounds, wanted.rounds);

  const rounds& ssh = figures[at_ssh].p50;
  fmt::print("\necho: a byte typed until it is back, us; rounds: {} of {}\n{}", wanted.rounds,
             wanted.echo_samples(),
             table_of(on, line,
                      {{"p50", [&](auto at) { return shown(figures[at].p50); }},
                       {"p99", [&](auto at) { return shown(figures[at].p99); }},
                       {"p50 / ssh", [&](auto at) { return shown(over(figures[at].p50, ssh), 2); }},
                       {"p50 - ssh", [&](auto at) { return shown(minus(figures[at].p50, ssh)); }},
                       {"CPU", [&](auto at) { return shown(figures[at].cpu); }}}));
  for (const auto by : {at_held, at_no_hold})
    for (const auto than : {at_script, at_dtach, at_tmux}) claim(on, figures, by, than);
}

}  // namespace bench
