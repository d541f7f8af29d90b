// What a session that nobody looks at keeps in memory: new, after a flood of lines, and, of
// ssh-shim, ended.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include <tests/support/deadline.hpp>
#include <tests/support/process_tree.hpp>

#include "far_end.hpp"
#include "keeper.hpp"
#include "lineup.hpp"
#include "parts.hpp"
#include "pss.hpp"

namespace bench {
namespace {

enum stage : std::uint8_t { idle, flooded, ended, stages };

struct memory_figures {
  std::array<rounds, stages> mib;
  std::array<std::string, stages> parts;  // of the last round
};

std::string spelled(const memory_use& use) {
  std::string text;
  for (const auto& [pid, kib] : use.processes)
    text +=
        fmt::format("{}{} {:.2f}", text.empty() ? "" : " + ",
                    test::command_line_of(pid).empty() ? "gone" : test::status_line(pid, "Name"),
                    static_cast<double>(kib) / 1024);
  return text + fmt::format(" + memfds {:.2f}", static_cast<double>(use.memfds) / 1024);
}

void note(memory_figures& figures, stage at, const keeper& sessions) {
  const auto use = memory_of(sessions.processes());
  figures.mib[at].push_back(static_cast<double>(use.sum()) / 1024);
  figures.parts[at] = spelled(use);
}

// Looked at once, so that whoever follows the output has come to its end.
void look_at(const keeper& sessions) {
  sessions.attach("one")->wait_for(ready_mark, test::patience);
  for (const pid_t pid : sessions.processes()) test::wait_until_sleeping(pid);
}

void new_one(field& on, const contender& who, memory_figures& figures) {
  keeper sessions(on, who);
  const filling text(on, 1);
  sessions.leave("one", text.program());
  text.wait();
  if (keeper::keeps_screen(who)) look_at(sessions);
  note(figures, idle, sessions);
}

void one_after_a_flood(field& on, const contender& who, memory_figures& figures) {
  keeper sessions(on, who);
  const filling text(on, many_lines);
  sessions.leave("one", text.program());
  text.wait();
  if (keeper::keeps_screen(who)) look_at(sessions);
  note(figures, flooded, sessions);
}

// The end is kept once its last picture was taken: then the screen process is gone, and the holder
// is alone.
void one_that_ended(field& on, const contender& who, memory_figures& figures) {
  keeper sessions(on, who);
  const filling text(on, many_lines, filling::then::end);
  sessions.leave("one", text.program());
  text.wait();
  const test::deadline end(test::patience);
  while (sessions.processes().size() != 1) {
    if (end.passed()) throw test::failure("an ended session keeps its screen process");
    ::poll(nullptr, 0, 5);
  }
  for (const pid_t pid : sessions.processes()) test::wait_until_sleeping(pid);
  note(figures, ended, sessions);
}

void claim(const memory_figures& figures, stage at, std::string_view what, double limit) {
  fmt::print("claim: {} keeps at most {} MiB: {} MiB ({}): {}\n", what, limit,
             shown(figures.mib[at], 2), figures.parts[at], verdict(figures.mib[at], limit));
}

}  // namespace

void measure_memory(field& on, const options& wanted) {
  if (::geteuid() != 0) {
    fmt::print("\nmemory: left out: ssh-shim's processes are not dumpable, only root may look\n");
    return;
  }
  lineup line(on, lineup::entry::all);
  std::vector<memory_figures> figures(line.size());
  const int all = wanted.quick ? 1 : 5;
  for (int round = 0; round < all; ++round) {
    tell_progress("memory", round, all);
    line.each([&](std::size_t at) {
      const contender& who = on.contenders()[at];
      if (!keeper::leaves(who)) return;
      new_one(on, who, figures[at]);
      one_after_a_flood(on, who, figures[at]);
      if (who.what == kind::held) one_that_ended(on, who, figures[at]);
    });
  }
  tell_progress("memory", all, all);
  const auto column = [&](stage of) {
    return [&, of](std::size_t at) { return shown(figures[at].mib[of], 2); };
  };
  fmt::print(
      "\nmemory: of a session that nobody looks at, what runs in it left out, MiB; rounds: {}\n{}",
      all,
      table_of(on, line,
               {{"new", column(idle)},
                {"after 12,000 lines", column(flooded)},
                {"ended", column(ended)}}));
  const auto& held = figures[at_held];
  claim(held, idle, "a new session", 8);
  claim(held, flooded, "a session after a flood", 8);
  claim(held, ended, "a session that has ended", 1);
}

}  // namespace bench
