#include "lineup.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <numeric>

#include <tests/support/deadline.hpp>
#include <tests/support/process_tree.hpp>

#include "far_end.hpp"

namespace bench {
namespace {

// Where it leaves the way free for plain ssh, or holds what it should not, or not what it should,
// there would be nothing to measure. A holder is a child that is ssh-shim too.
void check_that_it_shims(const contender& who, const seat& terminal) {
  if (who.what != kind::held && who.what != kind::no_hold) return;
  const auto children = test::children_of(terminal.pid());
  if (children.empty()) throw test::failure("ssh-shim has become plain ssh");
  const auto itself = test::executable_of(terminal.pid());
  const auto is_holder = [&](pid_t pid) { return test::executable_of(pid) == itself; };
  if (std::ranges::any_of(children, is_holder) != (who.what == kind::held))
    throw test::failure(who.name + (who.what == kind::held ? " is not held" : " is held"));
}

// Of the first thread; all of these programs have but one.
std::chrono::nanoseconds cpu_time_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/schedstat");
  long long nanoseconds = 0;
  file >> nanoseconds;
  return std::chrono::nanoseconds(nanoseconds);
}

}  // namespace

lineup::lineup(field& on, entry of) : on_(on) {
  for (const contender& one : on.contenders()) in_.push_back(one.installed());
  if (of == entry::required) in_.resize(required_contenders);
  open_.resize(in_.size());
  processes_.resize(in_.size());
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
    const auto before = on_.local_processes();
    open_[at] = on_.start(who, remote_command);
    open_[at]->wait_for(ready_mark, test::patience);
    check_that_it_shims(who, *open_[at]);
    processes_[at] = on_.local_processes();
    std::erase_if(processes_[at], [&](pid_t pid) { return std::ranges::count(before, pid) != 0; });
  });
}

void lineup::close() {
  each([&](std::size_t at) { open_[at]->type(end_key); });
  each([&](std::size_t at) {
    open_[at]->wait_for_end(test::patience);
    open_[at].reset();
  });
}

steady::duration lineup::cpu_time(std::size_t at) const {
  std::chrono::nanoseconds sum{0};
  for (const pid_t pid : processes_[at]) sum += cpu_time_of(pid);
  return sum;
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
