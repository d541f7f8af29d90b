#include "keeper.hpp"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include <tests/support/deadline.hpp>
#include <tests/support/process.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/text.hpp>

namespace bench {
namespace {

std::vector<std::string> operator+(std::vector<std::string> first,
                                   const std::vector<std::string>& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

std::string ourselves() { return std::filesystem::read_symlink("/proc/self/exe"); }

// For what needs a name of its own.
int next_number() {
  static int last = 0;
  return ++last;
}

}  // namespace

std::vector<std::string> far_end_words(const std::vector<std::string>& words) {
  return std::vector<std::string>{ourselves(), "--far-end"} + words;
}

filling::filling(const field& on, int lines, then what)
    : file_(on.path(fmt::format("filling.{}", next_number()))),
      meter_(file_),
      program_(far_end_words(
          {"fill", file_, std::to_string(lines), what == then::stay ? "stay" : "end"})) {}

// The count, in memory that is shared, tells nobody that it has changed.
void filling::wait() const {
  const test::deadline end(test::patience);
  while (meter_.written() == 0) {
    if (end.passed()) throw test::failure("not all lines were written");
    ::poll(nullptr, 0, 5);
  }
}

keeper::keeper(field& on, const contender& who)
    : on_(on), who_(who), before_(on.local_processes()) {
  socket_ = on.path(fmt::format("keeper.{}", next_number()));
}

keeper::~keeper() {
  if (who_.what == kind::held) on_.end_held();
  for (const pid_t pid : processes()) ::kill(pid, SIGKILL);
}

bool keeper::leaves(const contender& who) {
  return who.what == kind::held || who.what == kind::dtach || keeps_screen(who);
}

bool keeper::keeps_screen(const contender& who) {
  return who.what == kind::held || who.what == kind::tmux || who.what == kind::screen;
}

bool keeper::is_plain(const contender& who) {
  return who.what == kind::ssh || who.what == kind::held || who.what == kind::script ||
         who.what == kind::dtach;
}

std::unique_ptr<seat> keeper::seated(const std::vector<std::string>& argv) const {
  return std::make_unique<seat>(who_.name, argv, on_.env());
}

std::unique_ptr<seat> keeper::show(const std::vector<std::string>& program) {
  switch (who_.what) {
    case kind::held: return seated(std::vector{on_.wanted().shim, std::string("hold")} + program);
    case kind::script: return seated({"script", "-qc", test::quoted(program), "/dev/null"});
    case kind::dtach:
      return seated(std::vector<std::string>{"dtach", "-A", socket_, "-E", "-z", "-r", "none"} +
                    program);
    default: return seated(program);
  }
}

void keeper::leave(const std::string& session, const std::vector<std::string>& program) {
  std::vector<std::string> how;
  switch (who_.what) {
    case kind::held: how = {on_.wanted().shim, "hold", "--detached", "--name", session}; break;
    case kind::dtach: how = {"dtach", "-n", socket_ + session, "-E", "-z"}; break;
    case kind::tmux:
      how = {"tmux",        "-S", socket_, "-f",    on_.path("tmux.conf"),
             "new-session", "-d", "-s",    session, "--"};
      break;
    default: how = {"screen", "-c", on_.path("screenrc"), "-dmS", session}; break;
  }
  test::run_well(how + program, {.env = on_.env()});
}

std::unique_ptr<seat> keeper::attach(const std::string& session) const {
  switch (who_.what) {
    case kind::held: return seated({on_.wanted().shim, "attach", session});
    case kind::dtach: return seated({"dtach", "-a", socket_ + session, "-E", "-z", "-r", "none"});
    case kind::tmux: return seated({"tmux", "-S", socket_, "attach-session", "-t", session});
    default: return seated({"screen", "-c", on_.path("screenrc"), "-r", session});
  }
}

std::vector<std::string> keeper::list() const {
  switch (who_.what) {
    case kind::held: return {on_.wanted().shim, "ls", "--plain"};
    case kind::tmux: return {"tmux", "-S", socket_, "list-sessions"};
    default: return {"screen", "-ls"};
  }
}

std::vector<pid_t> keeper::processes() const {
  auto all = on_.local_processes();
  std::erase_if(all, [&](pid_t pid) {
    const auto runs = test::executable_of(pid);  // nothing: it has ended
    return runs.empty() || runs == ourselves() || std::ranges::count(before_, pid) != 0;
  });
  return all;
}

}  // namespace bench
