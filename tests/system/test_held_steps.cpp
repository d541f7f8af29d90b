// A far end that counts while clients come and go in every way: nothing is lost, nothing is shown
// twice, nothing is left over.
//
//   SHIM_TEST_STEPS   how many steps (200)
//   SHIM_TEST_SEED    which (17)
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <memory>
#include <random>

#include <tests/support/text.hpp>
#include <tests/support/tmux.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

constexpr std::size_t most_clients = 3;

unsigned number_in(const char* variable, unsigned unset) {
  const char* value = std::getenv(variable);
  return value && *value ? static_cast<unsigned>(std::stoul(value)) : unset;
}

// Those behind "number ", in the order in which they stand there.
std::vector<unsigned long> numbers_in(std::string_view text) {
  constexpr std::string_view mark = "number ";
  std::vector<unsigned long> all;
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at)) {
    at += mark.size();
    unsigned long number = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
      number = number * 10 + static_cast<unsigned long>(text[at] - '0');
    all.push_back(number);
  }
  return all;
}

// "" if each number follows the one before, up to `last`.
std::string gap_in(const std::vector<unsigned long>& all, unsigned long last) {
  if (all.empty()) return "there is no number";
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i] != all[i - 1] + 1)
      return std::to_string(all[i]) + " behind " + std::to_string(all[i - 1]);
  return all.back() == last ? "" : "the last one is " + std::to_string(all.back());
}

class visitors {
 public:
  visitors(const held_place& place, unsigned seed) : place_(place), random_(seed) {}

  // What it did, for the report of a failure.
  std::string step() {
    read_some();
    switch (random_() % 10) {
      case 0:
      case 1:
      case 2: return come({"far"}, "attach");
      case 3: return come({"--take", "far"}, "attach --take");
      case 4: return leave();
      case 5: return die();
      case 6: return close_window();
      case 7: return stop_or_continue();
      default: return resize();
    }
  }

  void all_go() {
    for (auto& each : all_) send_signal(each->user->pid(), SIGCONT);
    all_.clear();  // killed
  }

 private:
  struct one {
    explicit one(const held_place& place) : user(place) {}
    held_terminal user;
    bool stopped = false;
    bool takes = false;
  };

  // Those that have been taken over, or left, have ended. Some read, and some are slow.
  void read_some() {
    std::erase_if(all_, [](auto& each) { return each->user->ended(); });
    for (auto& each : all_)
      if (random_() % 4 != 0) each->user->output();
  }

  one* any() { return all_.empty() ? nullptr : all_[random_() % all_.size()].get(); }
  void forget(const one* gone) {
    std::erase_if(all_, [gone](const auto& each) { return each.get() == gone; });
  }

  std::string come(const std::vector<std::string>& words, const std::string& name) {
    if (all_.size() == most_clients) forget(all_.front().get());
    all_.push_back(std::make_unique<one>(place_));
    auto& user = all_.back()->user;
    user.attach(words);
    const bool waits = random_() % 2 == 0 && !any_stopped() && !any_is_to_take();
    all_.back()->takes = words.front() == "--take";
    if (waits) user->expect("number ");
    return name + (waits ? ", shown" : "");
  }

  bool any_stopped() const {
    return std::any_of(all_.begin(), all_.end(), [](const auto& each) { return each->stopped; });
  }

  // One that has not come yet takes the session from who comes meanwhile.
  bool any_is_to_take() const {
    return std::any_of(all_.begin(), all_.end(), [](const auto& each) {
      return each->takes && each->user->output().find("number ") == std::string::npos;
    });
  }

  std::string leave() {
    auto* who = any();
    if (who == nullptr || who->stopped) return "nothing";
    who->user->type("~D");
    if (random_() % 2 != 0) return "~D";
    who->user->wait_exit();
    return "~D, ended";
  }

  std::string die() {
    auto* who = any();
    if (who == nullptr) return "nothing";
    send_signal(who->user->pid(), SIGKILL);
    who->user->wait_exit();
    forget(who);
    return "kill";
  }

  std::string close_window() {
    auto* who = any();
    if (who == nullptr || who->stopped) return "nothing";
    who->user->hang_up();
    who->user->wait_exit();
    forget(who);
    return "window closed";
  }

  std::string stop_or_continue() {
    auto* who = any();
    if (who == nullptr) return "nothing";
    who->stopped = !who->stopped;
    send_signal(who->user->pid(), who->stopped ? SIGSTOP : SIGCONT);
    return who->stopped ? "stop" : "continue";
  }

  std::string resize() {
    auto* who = any();
    if (who == nullptr) return "nothing";
    const auto rows = static_cast<unsigned short>(5 + random_() % 40);
    const auto columns = static_cast<unsigned short>(40 + random_() % 60);
    who->user->resize({rows, columns});
    return "resize to " + std::to_string(rows) + "x" + std::to_string(columns);
  }

  const held_place& place_;
  std::mt19937 random_;
  std::deque<std::unique_ptr<one>> all_;
};

// Those the holder has open once it has seen the last visitor go, who was told of the session.
std::size_t settled_fds(pid_t holder) {
  wait_until_sleeping(holder);
  return open_fds_of(holder).size();
}

// What a terminal of tmux's has in the end, history and all.
std::string whole_picture(const held_place& place, const std::string& last) {
  tmux window({"cat"}, place.options(), 24, 80);
  window.command({"set-option", "-g", "history-limit", "100000"});
  window.command({"new-window", "--", SHIM_BINARY, "attach", "--history", "all", "far"});
  window.wait_for(last);
  return window.screen({"-S", "-"});
}

}  // namespace

TEST_CASE("clients come and go in every way, and no line is lost or shown twice") {
  SHIM_NEEDS_SSHD();
  if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
  const sshd server;
  const held_place place;
  const auto seed = number_in("SHIM_TEST_SEED", 17);
  const auto steps = number_in("SHIM_TEST_STEPS", 200);
  {
    held_terminal first(place);
    first.open(server, {"-t", "far", FAR_END + std::string(" --count 1")});
    first->expect("number 1\r\n");
    first.detach("far");
  }
  const auto before = place.wait_until_detached("far");
  const auto fds = settled_fds(before.holder);
  std::string done;
  {
    visitors users(place, seed);
    for (unsigned step = 0; step < steps; ++step) {
      INFO("seed " << seed << ", steps:" << done);
      CAPTURE(step);
      const auto did = users.step();
      done += "\n  " + did;
    }
    INFO("seed " << seed << ", steps:" << done);
    users.all_go();
    CHECK(place.wait_until_detached("far").pid == before.pid);
  }
  INFO("seed " << seed << ", steps:" << done);
  unsigned long last = 0;
  {
    held_terminal user(place);
    user.attach({"--history", "none"});
    user->expect("number ");
    user->type("q\r");
    user->expect("end of numbers ");
    last = std::stoul(user->expect("\r\n"));
    user.detach("far");
  }
  place.wait_until_detached("far");
  CHECK(settled_fds(before.holder) == fds);
  CHECK(last > steps);

  const auto end = "end of numbers " + std::to_string(last);
  const auto shown = numbers_in(whole_picture(place, end));
  CHECK(gap_in(shown, last) == "");
  CHECK(shown.size() >= std::min(last, 9'900UL));  // of 10,000 rows, and the screen

  place.wait_until_detached("far");
  held_terminal user(place);
  user.attach({"--history", "all"});
  user->expect(end);
  CHECK(gap_in(numbers_in(user->output()), last) == "");
  user->type("q");
  CHECK(user.end() == exited(0));
  place.wait_until_gone("far");
  place.wait_until_nothing_runs();
  CHECK(place.files().empty());
}
