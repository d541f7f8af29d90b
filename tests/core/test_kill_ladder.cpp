#include <shim/core/kill_ladder.hpp>

#include <tests/catch.hpp>
#include <tests/core/start.hpp>

using namespace std::chrono_literals;
using step = shim::kill_ladder::step;

namespace {
using test::start;
}

TEST_CASE("SIGKILL is due after the grace, and nobody waits long after it") {
  shim::kill_ladder ladder;
  CHECK_FALSE(ladder.deadline());
  ladder.begin(start, 300ms);
  REQUIRE(ladder.deadline() == start + 300ms);
  CHECK(ladder.expired(start + 299ms) == step::none);
  CHECK(ladder.expired(start + 300ms) == step::kill);
  REQUIRE(ladder.deadline() == start + 300ms + shim::patience_after_kill);
  CHECK(ladder.expired(*ladder.deadline()) == step::give_up);
  CHECK_FALSE(ladder.deadline());
}

TEST_CASE("without a grace nothing but the asking happens") {
  shim::kill_ladder ladder;
  ladder.begin(start, 0ms);
  CHECK(ladder.begun());
  CHECK_FALSE(ladder.deadline());
  CHECK(ladder.expired(start + 24h) == step::none);
}

TEST_CASE("a ladder begun again counts from then") {
  shim::kill_ladder ladder;
  ladder.begin(start, 0ms);
  ladder.begin(start + 1s, 300ms);
  CHECK(ladder.deadline() == start + 1300ms);
}
