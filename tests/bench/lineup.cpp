#include "lineup.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <numeric>

#include <tests/support/deadline.hpp>
#include <tests/support/process_tree.hpp>

#include "far_end.hpp"

namespace bench {
namespace {

// Where it leaves the way free for plain ssh there would be nothing to measure.
void check_that_it_shims(const contender& who, const seat& terminal) {
  if (who.what == kind::shim && test::children_of(terminal.pid()).empty())
    throw test::failure("ssh-shim has become plain ssh");
}

}  // namespace

lineup::lineup(field& on, entry of) : on_(on) {
  for (const contender& one : on.contenders()) in_.push_back(one.installed());
  if (of == entry::required) in_.resize(required_contenders);
  open_.resize(in_.size());
}

void lineup::each(const std::function<void(std::size_t at)>& turn) {
  std::vector<std::size_t> order(in_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), order_);
  for (const std::size_t at : order)
    if (in_[at]) attempt(at, turn);
}

void lineup::attempt(std::size_t at, const std::function<void(std::size_t at)>& turn) {
  try {
    turn(at);
  } catch (const test::failure& why) {
    if (at < required_contenders) throw;
    std::cerr << "bench_session: no more of this: " << why.what() << "\n";
    in_[at] = false;
    open_[at].reset();
  }
}

void lineup::open(const std::string& remote_command) {
  each([&](std::size_t at) {
    const contender& who = on_.contenders()[at];
    open_[at] = on_.start(who, remote_command);
    open_[at]->wait_for(ready_mark, test::patience);
    check_that_it_shims(who, *open_[at]);
  });
}

void lineup::close() {
  each([&](std::size_t at) { open_[at]->type(end_key); });
  each([&](std::size_t at) {
    open_[at]->wait_for_end(test::patience);
    open_[at].reset();
  });
}

std::string table_of(const field& on, const lineup& line, const std::vector<column>& columns) {
  std::vector<std::string> head{""};
  for (const column& one : columns) head.push_back(one.head);
  table rows(head);
  for (std::size_t at = 0; at < line.size(); ++at) {
    const contender& who = on.contenders()[at];
    std::vector<std::string> row{who.name};
    for (const column& one : columns) {
      if (row.size() > 1 && !who.installed()) break;
      row.push_back(who.installed() ? one.cell(at) : "not installed");
    }
    rows.add(row);
  }
  return rows.text();
}

void tell_progress(std::string_view part, int round, int of) {
  if (::isatty(STDERR_FILENO) == 0) return;
  std::cerr << "\r\x1b[K";
  if (round < of) std::cerr << part << ": round " << round + 1 << " of " << of;
  std::cerr << std::flush;
}

}  // namespace bench
