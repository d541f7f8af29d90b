#include <shim/core/session_life.hpp>

#include <vector>

#include <tests/catch.hpp>
#include <tests/core/start.hpp>

using namespace std::chrono_literals;
using namespace shim::life_effect;
using shim::client_exit;
using shim::end_signal;
using shim::session_life;
using state = shim::session_life::state;

namespace {

using test::start;

void expect(session_life& life, const std::vector<shim::session_life_effect>& wanted) {
  std::vector<shim::session_life_effect> found;
  while (const auto next = life.next_effect()) found.push_back(*next);
  CHECK(found == wanted);
}

// With one client, at a password prompt.
session_life begun(shim::session_life_options options = {}) {
  session_life life(options);
  life.client_came(start);
  return life;
}

// With one client, past it.
session_life opened(shim::session_life_options options = {}) {
  auto life = begun(options);
  life.opened();
  return life;
}

// It has ended by itself, and nobody was there.
session_life kept(shim::session_life_options options = {}) {
  auto life = opened(options);
  life.client_went(client_exit::asked, start);
  life.child_ended(start);
  expect(life, {keep{}});
  return life;
}

}  // namespace

// -- clients go --

TEST_CASE("a session that its user has detached from goes on, whatever the limits") {
  auto life = opened({.outlives_hang_up = false, .hang_up_limit = 1h, .keep_ended = 1h});
  CHECK(life.now() == state::attached);
  life.client_went(client_exit::asked, start);
  CHECK(life.now() == state::detached);
  CHECK_FALSE(life.deadline());
  life.expired(start + 24h);
  expect(life, {});
}

TEST_CASE("a session whose window is closed goes on, and it is known that nobody wanted it") {
  auto life = opened();
  life.client_went(client_exit::hung_up, start);
  CHECK(life.now() == state::left_behind);
  CHECK_FALSE(life.deadline());
  life.expired(start + 24h);
  expect(life, {});
}

TEST_CASE("a session left behind is given up after its limit, and killed if it does not hear") {
  auto life = opened({.hang_up_limit = 1h, .kill_after = 3s});
  life.client_went(client_exit::hung_up, start);
  expect(life, {});
  CHECK(life.given_up_at() == start + 1h);
  CHECK(life.deadline() == start + 1h);
  life.expired(start + 1h - 1ms);
  expect(life, {});
  life.expired(start + 1h);
  expect(life, {signal{end_signal::hang_up}});
  CHECK_FALSE(life.given_up_at());
  CHECK(life.deadline() == start + 1h + 3s);
  life.expired(start + 1h + 3s);
  expect(life, {signal{end_signal::kill}});
}

TEST_CASE("whoever comes back in time ends the limit, and it counts anew from the next leaving") {
  auto life = opened({.hang_up_limit = 1h});
  life.client_went(client_exit::hung_up, start);
  life.client_came(start + 59min);
  CHECK(life.now() == state::attached);
  CHECK_FALSE(life.given_up_at());
  CHECK_FALSE(life.deadline());
  life.expired(start + 2h);
  expect(life, {});
  life.client_went(client_exit::hung_up, start + 3h);
  CHECK(life.given_up_at() == start + 4h);
}

TEST_CASE("a window closed at the password prompt ends the session, as it ends ssh") {
  auto life = begun();
  life.client_went(client_exit::hung_up, start);
  expect(life, {signal{end_signal::hang_up}});
  CHECK(life.deadline() == start + 3s);
  life.child_ended(start + 1s);
  expect(life, {finish{}});
}

TEST_CASE("who detaches at the password prompt finds it again") {
  auto life = begun();
  life.client_went(client_exit::asked, start);
  CHECK(life.now() == state::detached);
  CHECK_FALSE(life.deadline());
  life.client_came(start + 1h);
  expect(life, {});
  life.client_went(client_exit::hung_up, start + 2h);
  expect(life, {signal{end_signal::hang_up}});
}

TEST_CASE("a session that shall not outlive its window ends with it") {
  auto life = opened({.outlives_hang_up = false, .hang_up_limit = 1h});
  life.client_went(client_exit::hung_up, start);
  expect(life, {signal{end_signal::hang_up}});
  life.child_ended(start + 1s);
  expect(life, {finish{}});
}

TEST_CASE("while one client is left nothing happens, and the last one's leaving is what counts") {
  auto life = opened({.hang_up_limit = 1h});
  life.client_came(start);
  CHECK(life.clients() == 2);
  life.client_went(client_exit::hung_up, start);
  CHECK(life.now() == state::attached);
  CHECK_FALSE(life.deadline());
  life.client_went(client_exit::asked, start);
  CHECK(life.now() == state::detached);
  CHECK_FALSE(life.deadline());

  life.client_came(start);
  life.client_came(start);
  life.client_went(client_exit::asked, start);
  life.client_went(client_exit::hung_up, start);
  CHECK(life.now() == state::left_behind);
  CHECK(life.given_up_at() == start + 1h);
  expect(life, {});
}

// -- its end is asked for --

TEST_CASE("an end that was asked for begins politely, and SIGKILL comes once") {
  for (const auto how : {end_signal::hang_up, end_signal::terminate}) {
    auto life = opened({.kill_after = 3s});
    life.end_asked(how, start);
    expect(life, {signal{how}});
    CHECK(life.now() == state::attached);
    life.expired(start + 3s - 1ms);
    expect(life, {});
    life.expired(start + 3s);
    expect(life, {signal{end_signal::kill}});
    CHECK_FALSE(life.deadline());
    life.expired(start + 24h);
    expect(life, {});
  }
}

TEST_CASE("without a time for SIGKILL there is none") {
  auto life = opened({.kill_after = 0ms});
  life.end_asked(end_signal::terminate, start);
  expect(life, {signal{end_signal::terminate}});
  CHECK_FALSE(life.deadline());
}

TEST_CASE("SIGKILL is sent at once where it is asked for, and not again") {
  auto life = opened({.kill_after = 3s});
  life.end_asked(end_signal::kill, start);
  expect(life, {signal{end_signal::kill}});
  CHECK_FALSE(life.deadline());
}

TEST_CASE("an end goes on when clients come and go") {
  auto life = opened({.hang_up_limit = 1h, .kill_after = 3s});
  life.end_asked(end_signal::hang_up, start);
  life.client_went(client_exit::asked, start);
  life.client_came(start + 1s);
  CHECK(life.now() == state::attached);
  expect(life, {signal{end_signal::hang_up}});
  life.expired(start + 3s);
  expect(life, {signal{end_signal::kill}});
}

TEST_CASE("what has ended is not signalled any more") {
  auto life = opened({.kill_after = 3s});
  life.end_asked(end_signal::hang_up, start);
  expect(life, {signal{end_signal::hang_up}});
  life.child_ended(start + 1s);
  CHECK_FALSE(life.deadline());
  life.expired(start + 3s);
  life.end_asked(end_signal::kill, start + 3s);
  life.child_ended(start + 4s);
  expect(life, {});
}

// -- what ran has ended --

TEST_CASE("an end that a client is there to see waits for it") {
  auto life = opened({.keep_ended = 1h});
  life.child_ended(start);
  CHECK(life.now() == state::ended);
  CHECK_FALSE(life.deadline());
  expect(life, {});
  life.client_went(client_exit::seen, start + 2h);
  CHECK(life.now() == state::over);
  expect(life, {finish{}});
}

TEST_CASE("an end that nobody wanted or saw is kept until somebody sees it") {
  auto life = kept();
  CHECK(life.now() == state::ended);
  CHECK_FALSE(life.deadline());
  life.client_came(start + 24h);
  CHECK(life.now() == state::ended);
  expect(life, {});
  life.client_went(client_exit::seen, start + 24h);
  expect(life, {finish{}});
}

TEST_CASE("an end that is not to be kept is the holder's end") {
  auto life = opened({.keeps_ended = false});
  life.client_went(client_exit::hung_up, start);
  life.child_ended(start + 1h);
  expect(life, {finish{}});

  life = opened({.keeps_ended = false});
  life.child_ended(start);
  life.client_went(client_exit::hung_up, start);
  expect(life, {finish{}});
}

TEST_CASE("an end is kept as long as it was said") {
  auto life = kept({.keep_ended = 1h});
  CHECK(life.given_up_at() == start + 1h);
  CHECK(life.deadline() == start + 1h);
  life.expired(start + 1h - 1ms);
  expect(life, {});
  life.expired(start + 1h);
  expect(life, {finish{}});
  CHECK_FALSE(life.deadline());
}

TEST_CASE("the limit of a session left behind does not count once it has ended") {
  auto life = opened({.hang_up_limit = 1h});
  life.client_went(client_exit::hung_up, start);
  life.child_ended(start + 30min);
  expect(life, {keep{}});
  CHECK_FALSE(life.given_up_at());
}

TEST_CASE("an end that one of two clients saw is seen, and the other one is waited for") {
  auto life = opened();
  life.client_came(start);
  life.child_ended(start);
  life.client_went(client_exit::seen, start);
  expect(life, {});
  life.client_went(client_exit::hung_up, start + 1h);
  expect(life, {finish{}});
}

TEST_CASE("an end that clients were there for and did not show is kept") {
  auto life = opened({.keep_ended = 1h});
  life.client_came(start);
  life.child_ended(start);
  life.client_went(client_exit::hung_up, start);
  life.client_went(client_exit::asked, start + 2h);
  expect(life, {keep{}});
  CHECK(life.given_up_at() == start + 3h);
}

TEST_CASE("a client may see the end before the holder knows of it") {
  auto life = opened();
  life.client_went(client_exit::seen, start);
  expect(life, {});
  life.child_ended(start);
  expect(life, {finish{}});
}

TEST_CASE("an end is not given up while somebody looks, and who dies then has not seen it") {
  auto life = kept({.keep_ended = 1h});
  life.client_came(start + 59min);
  CHECK_FALSE(life.deadline());
  life.expired(start + 2h);
  expect(life, {});
  life.client_went(client_exit::hung_up, start + 2h);
  CHECK(life.now() == state::ended);
  CHECK(life.given_up_at() == start + 3h);
  expect(life, {});  // it is kept already
}

TEST_CASE("an end that somebody wanted is not kept") {
  auto life = opened();
  life.client_went(client_exit::asked, start);
  life.end_asked(end_signal::terminate, start);
  life.child_ended(start);
  expect(life, {signal{end_signal::terminate}, finish{}});
}

TEST_CASE("an ended session that shall end is gone") {
  auto life = kept();
  life.end_asked(end_signal::hang_up, start);
  CHECK(life.now() == state::over);
  expect(life, {finish{}});
}

TEST_CASE("an ended session that shall end is gone with its last client, whatever that saw") {
  auto life = opened();
  life.child_ended(start);
  life.end_asked(end_signal::hang_up, start);
  expect(life, {});
  life.client_went(client_exit::hung_up, start);
  expect(life, {finish{}});
}

TEST_CASE("nothing comes after the end, whatever happens") {
  auto life = kept({.keep_ended = 1h});
  life.expired(start + 1h);
  expect(life, {finish{}});
  life.client_came(start + 2h);
  life.client_went(client_exit::hung_up, start + 2h);
  life.end_asked(end_signal::kill, start + 2h);
  life.child_ended(start + 2h);
  life.expired(start + 24h);
  CHECK(life.now() == state::over);
  CHECK_FALSE(life.deadline());
  expect(life, {});
}

TEST_CASE("a client that is not there cannot go, and has seen nothing") {
  session_life life({});
  life.client_went(client_exit::seen, start);
  life.client_went(client_exit::hung_up, start);
  CHECK(life.now() == state::detached);
  life.child_ended(start);
  expect(life, {keep{}});
}

// -- more than one wish --

TEST_CASE("an end that is asked for again comes no later") {
  auto life = opened({.kill_after = 3s});
  life.end_asked(end_signal::hang_up, start);
  life.end_asked(end_signal::terminate, start + 2s);
  expect(life, {signal{end_signal::hang_up}, signal{end_signal::terminate}});
  CHECK(life.deadline() == start + 3s);
  life.expired(start + 3s);
  expect(life, {signal{end_signal::kill}});
}

TEST_CASE("an end that SIGKILL did not bring may be asked for again") {
  auto life = opened({.kill_after = 3s});
  life.end_asked(end_signal::hang_up, start);
  life.expired(start + 3s);
  life.end_asked(end_signal::hang_up, start + 4s);
  CHECK(life.deadline() == start + 7s);
}

TEST_CASE("SIGKILL that was asked for in the meantime is not sent again") {
  auto life = opened({.kill_after = 3s});
  life.end_asked(end_signal::hang_up, start);
  life.end_asked(end_signal::kill, start + 1s);
  expect(life, {signal{end_signal::hang_up}, signal{end_signal::kill}});
  CHECK_FALSE(life.deadline());
}

TEST_CASE("a limit that runs out while an end is under way does not put it off") {
  auto life = opened({.hang_up_limit = 1s, .kill_after = 3s});
  life.end_asked(end_signal::terminate, start);
  life.client_went(client_exit::hung_up, start);
  life.expired(start + 1s);
  expect(life, {signal{end_signal::terminate}, signal{end_signal::hang_up}});
  CHECK(life.deadline() == start + 3s);
}

TEST_CASE("what is overdue is done at once, and no deadline stays behind") {
  auto life = opened({.hang_up_limit = 1s, .kill_after = 3s});
  life.end_asked(end_signal::terminate, start);
  life.client_went(client_exit::hung_up, start);
  life.expired(start + 24h);  // the machine slept
  expect(life,
         {signal{end_signal::terminate}, signal{end_signal::hang_up}, signal{end_signal::kill}});
  CHECK_FALSE(life.deadline());
}
