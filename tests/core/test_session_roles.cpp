#include <shim/core/session_roles.hpp>

#include <random>
#include <vector>

#include <tests/catch.hpp>
#include <tests/core/start.hpp>
#include <tests/support/session_roles_model.hpp>

using namespace std::chrono_literals;
using namespace shim::role_effect;
using shim::session_role_effect;
using shim::session_roles;

namespace {

using test::start;

void expect(session_roles& roles, const std::vector<session_role_effect>& wanted) {
  std::vector<session_role_effect> found;
  while (const auto next = roles.next_effect()) found.push_back(*next);
  CHECK(found == wanted);
}

// One client, which reads in epoch 1.
session_roles with_a_reader() {
  session_roles roles;
  roles.came(1, start);
  expect(roles, {take{0}});
  roles.taken(1, start);
  expect(roles, {grant{1, 1}});
  return roles;
}

}  // namespace

TEST_CASE("a holder reads until a client is there, and the client once the role is taken") {
  session_roles roles;
  CHECK(roles.holder_reads() == 0);
  roles.came(1, start);
  expect(roles, {take{0}});
  CHECK_FALSE(roles.holder_reads());
  roles.taken(1, start);
  expect(roles, {grant{1, 1}});
  CHECK_FALSE(roles.holder_reads());
  CHECK(roles.reader() == 1);
}

TEST_CASE("with two clients the holder reads, and with one of them alone that one") {
  auto roles = with_a_reader();
  roles.came(2, start);
  expect(roles, {take{1}});
  roles.taken(2, start);
  expect(roles, {dismiss{1}});
  CHECK(roles.holder_reads() == 2);
  roles.went(1, start);
  expect(roles, {take{0}});
  roles.taken(3, start);
  expect(roles, {grant{2, 3}});
}

TEST_CASE("a client that is suspended does not read, and the other one alone does") {
  auto roles = with_a_reader();
  roles.looks_on(1, false, start);
  expect(roles, {take{1}});
  roles.taken(2, start);
  expect(roles, {dismiss{1}});
  roles.came(2, start);
  expect(roles, {take{0}});
  roles.taken(3, start);
  expect(roles, {grant{2, 3}});
  roles.looks_on(1, true, start);
  expect(roles, {take{2}});
}

TEST_CASE("a client in the midst of a read is waited for, continued, and at last killed") {
  auto roles = with_a_reader();
  roles.went(1, start);
  auto now = start;
  for (int tries = 1; tries < 300; ++tries) {
    expect(roles, {take{1}});
    roles.busy(now);
    if (tries == 50) expect(roles, {resume{1}});
    if (tries == 250) expect(roles, {kill{1}});
    expect(roles, {});
    REQUIRE(roles.deadline() == now + 1ms);
    now += 1ms;
    roles.expired(now);
  }
  expect(roles, {take{1}});
  roles.taken(2, now);
  expect(roles, {});
  CHECK(roles.holder_reads() == 2);
}

TEST_CASE("a holder that is late itself blames no client for it") {
  auto roles = with_a_reader();
  roles.went(1, start);
  expect(roles, {take{1}});
  roles.busy(start);
  roles.expired(start + 1h);
  expect(roles, {take{1}});
  roles.busy(start + 1h);
  roles.expired(start + 2h);
  expect(roles, {take{1}});
}

TEST_CASE("tries that failed do not count for the next time") {
  auto roles = with_a_reader();
  auto now = start;
  const auto try_in_vain = [&](int times) {
    for (; times > 0; --times) {
      expect(roles, {take{1}});
      roles.busy(now);
      now += 1ms;
      roles.expired(now);
    }
    expect(roles, {take{1}});
  };
  roles.looks_on(1, false, now);
  try_in_vain(49);
  roles.taken(2, now);
  expect(roles, {dismiss{1}});
  roles.looks_on(1, true, now);
  expect(roles, {take{0}});
  roles.taken(3, now);
  expect(roles, {grant{1, 3}});
  roles.looks_on(1, false, now);
  try_in_vain(49);
}

TEST_CASE("a client that is alone again when the role has been taken gets it back") {
  auto roles = with_a_reader();
  roles.came(2, start);
  expect(roles, {take{1}});
  roles.busy(start);
  roles.went(2, start);
  roles.expired(start + 1ms);
  expect(roles, {take{1}});
  roles.taken(2, start + 1ms);
  expect(roles, {grant{1, 2}});
}

TEST_CASE("whatever clients do, one reads at a time, and what was read is output once, in order") {
  std::size_t given = 0;
  std::size_t changes = 0;
  std::size_t killed = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    test::session_world world(random);
    for (int i = 0; i < 2000; ++i) world.happen();
    world.finish();
    CAPTURE(seed, world.broken());
    REQUIRE(world.broken().empty());
    given += world.given();
    changes += world.changes();
    killed += world.killed();
  }
  CHECK(given > 20'000);
  CHECK(changes > 5'000);
  CHECK(killed > 10);
}
