// The screen process's life under any order of events: two bytes an event, what and how much.
//   One is started only where none is and killed only where one is; no six starts lie within a
//   minute; one that owes something and is silent is killed in time, and no other.
#include <shim/core/screen_watch.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <fuzz/check.hpp>

namespace {

using namespace std::chrono_literals;
using shim::screen_watch;

struct world {
  screen_watch watch;
  shim::steady_time now{};
  std::vector<shim::steady_time> starts;
  bool there = false;   // started, and not seen to die
  bool doomed = false;  // killed, and not seen to die
  unsigned owed = 0;
  shim::steady_time heard{};

  void happen(std::uint8_t what, std::uint8_t amount) {
    switch (what % 6) {
      case 0: watch.wanted(now); break;
      case 1:
        if (!there || doomed) break;
        if (owed++ == 0) heard = now;
        watch.asked(now);
        break;
      case 2:
        heard = now;
        watch.heard(now);
        break;
      case 3:
        heard = now;
        owed -= owed == 0 ? 0 : 1;
        watch.answered(now);
        break;
      case 4:
        if (!there) break;
        there = doomed = false;
        owed = 0;
        watch.died(now);
        break;
      default: pass(amount * 100ms);
    }
    look();
  }

  // Its owner calls at the deadline, never later than that.
  void pass(std::chrono::milliseconds time) {
    const auto until = now + time;
    for (auto due = watch.deadline(); due && *due <= until; due = watch.deadline()) {
      CHECK(*due >= now);
      now = *due;
      watch.expired(now);
      look();
    }
    now = until;
  }

  void look() {
    while (const auto step = watch.next_step()) {
      if (*step == screen_watch::step::kill) {
        CHECK(there && !doomed && owed != 0 && now == heard + screen_watch::usual_patience);
        doomed = true;
        continue;
      }
      CHECK(!there);
      there = true;
      starts.push_back(now);
      const auto count = starts.size();
      CHECK(count <= screen_watch::most_starts ||
            now - starts[count - 1 - screen_watch::most_starts] >= screen_watch::starts_within);
    }
    CHECK(watch.running() == (there && !doomed));
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  world w;
  for (std::size_t at = 0; at + 1 < size; at += 2) w.happen(data[at], data[at + 1]);
  return 0;
}
