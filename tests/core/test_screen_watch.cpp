#include <shim/core/screen_watch.hpp>

#include <random>

#include <tests/catch.hpp>
#include <tests/core/start.hpp>

using namespace std::chrono_literals;
using step = shim::screen_watch::step;

namespace {

using test::start;

// One that was started at `start`.
shim::screen_watch started() {
  shim::screen_watch watch;
  watch.wanted(start);
  REQUIRE(watch.next_step() == step::start);
  return watch;
}

}  // namespace

TEST_CASE("nothing is started before it is wanted, and then once") {
  shim::screen_watch watch;
  CHECK_FALSE(watch.next_step());
  CHECK_FALSE(watch.deadline());
  watch.wanted(start);
  CHECK(watch.next_step() == step::start);
  watch.wanted(start + 1s);
  CHECK_FALSE(watch.next_step());
  CHECK(watch.running());
}

TEST_CASE("one that owes nothing may be silent for ever") {
  auto watch = started();
  CHECK_FALSE(watch.deadline());
  watch.expired(start + 24h);
  CHECK_FALSE(watch.next_step());
}

TEST_CASE("one that owes something and is silent for two seconds is killed") {
  auto watch = started();
  watch.asked(start + 10s);
  REQUIRE(watch.deadline() == start + 12s);
  watch.expired(start + 11s);
  CHECK_FALSE(watch.next_step());
  watch.expired(start + 12s);
  CHECK(watch.next_step() == step::kill);
  CHECK_FALSE(watch.running());
  CHECK_FALSE(watch.deadline());  // its end will tell
  watch.died(start + 12s);
  CHECK(watch.next_step() == step::start);
}

TEST_CASE("any sign of life counts, and what was answered is owed no more") {
  auto watch = started();
  watch.asked(start);
  watch.asked(start + 1s);
  watch.heard(start + 1900ms);
  CHECK(watch.deadline() == start + 3900ms);
  watch.answered(start + 3s);
  CHECK(watch.deadline() == start + 5s);
  watch.answered(start + 4s);
  CHECK_FALSE(watch.deadline());
}

TEST_CASE("one that has died is started again, five times a minute at most") {
  auto watch = started();
  for (int death = 1; death < 5; ++death) {
    watch.died(start + death * 1s);
    CHECK(watch.next_step() == step::start);
  }
  watch.died(start + 5s);
  CHECK_FALSE(watch.next_step());
  CHECK_FALSE(watch.running());
  REQUIRE(watch.deadline() == start + 60s);
  watch.expired(start + 59s);
  CHECK_FALSE(watch.next_step());
  watch.expired(start + 60s);
  CHECK(watch.next_step() == step::start);
  watch.died(start + 60500ms);
  CHECK_FALSE(watch.next_step());
  CHECK(watch.deadline() == start + 61s);
}

TEST_CASE("whatever happens, no six starts lie within a minute, and none kills what is not there") {
  std::mt19937 random(5);
  shim::screen_watch watch;
  auto now = start;
  std::vector<shim::steady_time> starts;
  bool there = false;
  for (int i = 0; i < 20'000; ++i) {
    switch (random() % 6) {
      case 0: watch.wanted(now); break;
      case 1:
        if (there) watch.asked(now);
        break;
      case 2: watch.heard(now); break;
      case 3: watch.answered(now); break;
      case 4:
        if (there) watch.died(now);
        there = false;
        break;
      default: now += std::chrono::milliseconds(random() % 4000); watch.expired(now);
    }
    while (const auto next = watch.next_step()) {
      CHECK(there == (*next == step::kill));
      if (*next == step::kill) continue;
      there = true;
      starts.push_back(now);
      if (starts.size() > 5) REQUIRE(now - starts[starts.size() - 6] >= 60s);
    }
  }
  CHECK(starts.size() > 100);
}
