#include <shim/core/session_roles.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include <shim/core/ring_word.hpp>
#include <tests/catch.hpp>

using namespace std::chrono_literals;
using namespace shim::role_effect;
using shim::ring_word;
using shim::session_role_effect;
using shim::session_roles;

namespace {

const shim::steady_time start{};

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

// A session without time: a pty, memory, clients that read when they are let, and a holder that
// does what the machine says. What a pty gives is numbered, so that nothing can be lost or doubled.
class world {
 public:
  explicit world(unsigned seed) : random_(seed) {}

  void happen() {
    now_ += std::chrono::milliseconds(random_() % 3);
    const auto one = chosen();
    switch (random_() % 12) {
      case 0: return attach();
      case 1: return one == 0 ? void() : leave(one);
      case 2: return one == 0 ? void() : die(one);
      case 3: return one == 0 ? void() : void(clients_[one].stopped = !clients_[one].stopped);
      case 4: return one == 0 ? void() : roles_.looks_on(one, random_() % 2 == 0, now_), act();
      case 5: roles_.expired(now_); return act();
      case 6: return deliver();
      default: return one == 0 || random_() % 4 == 0 ? holder_reads() : step(clients_[one]);
    }
  }

  // Nobody is stopped for ever, and time goes on: all that ssh wrote is output then.
  void finish() {
    for (auto& [id, c] : clients_) c.stopped = false;
    for (int i = 0; i < 2000; ++i) {
      now_ += 1ms;
      roles_.expired(now_);
      act();
      deliver();
      for (auto& [id, c] : clients_) step(c);
      if (i % 3 == 0) holder_reads();
    }
    for (auto& [id, c] : clients_)
      while (c.alive && c.where != at::idle) step(c);
    REQUIRE(ring_word(word_).position() == given_);
    check();
  }

  std::size_t given() const { return given_; }
  std::size_t changes() const { return ring_word(word_).epoch(); }

 private:
  static constexpr std::size_t size = 64;
  static constexpr std::size_t most = 3;
  static constexpr int unread = -1;

  enum class at { idle, prepared, begun, read };
  struct client {
    bool alive = true;
    bool attached = true;
    bool stopped = false;
    std::optional<std::uint32_t> epoch;  // in which it reads, as far as it knows
    std::optional<std::uint32_t> told;   // on its way
    at where = at::idle;
    std::size_t position = 0;
    std::size_t got = 0;
  };

  shim::client_id chosen() {
    if (clients_.empty()) return 0;
    return std::next(clients_.begin(), static_cast<long>(random_() % clients_.size()))->first;
  }

  void attach() {
    std::erase_if(clients_, [this](const auto& each) {
      return !each.second.attached && each.first != roles_.reader();
    });
    if (clients_.size() > 4) return;
    clients_[++last_] = {};
    roles_.came(last_, now_);
    act();
  }

  // It is not in the midst of a read then, and will not begin one.
  void leave(shim::client_id id) {
    auto& c = clients_[id];
    if (!c.attached || c.stopped || c.where != at::idle) return;
    c.attached = false;
    c.epoch.reset();
    roles_.went(id, now_);
    act();
  }

  void die(shim::client_id id) {
    auto& c = clients_[id];
    if (!c.alive) return;
    c.alive = false;
    if (c.attached) roles_.went(id, now_);
    c.attached = false;
    act();
  }

  bool swap(const std::optional<ring_word>& next) {
    if (next) word_ = next->value();
    return next.has_value();
  }

  void read_from_pty(std::size_t position, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      memory_[(position + i) % size] = static_cast<int>(given_++);
  }

  void step(client& c) {
    if (!c.alive || c.stopped) return;
    const ring_word now(word_);
    switch (c.where) {
      case at::idle:
        c.position = now.position();
        if (c.epoch && swap(now.prepared(*c.epoch))) {
          c.where = at::prepared;
        } else {
          c.epoch.reset();
        }
        return;
      case at::prepared:
        for (std::size_t i = 0; i < most; ++i) memory_[(c.position + i) % size] = unread;
        c.where = swap(now.begun(*c.epoch)) ? at::begun : at::idle;
        return;
      case at::begun:
        REQUIRE(readers_++ == 0);
        c.got = random_() % (most + 1);
        read_from_pty(c.position, c.got);
        --readers_;
        c.where = at::read;
        return;
      case at::read:
        c.where = at::idle;
        REQUIRE(swap(now.published(*c.epoch, c.got)));
        return check();
    }
  }

  void holder_reads() {
    const auto epoch = roles_.holder_reads();
    if (!epoch) return;
    const ring_word now(word_);
    REQUIRE(swap(now.prepared(*epoch)->begun(*epoch)));
    const auto count = random_() % (most + 1);
    read_from_pty(now.position(), count);
    REQUIRE(swap(ring_word(word_).published(*epoch, count)));
    check();
  }

  void deliver() {
    for (auto& [id, c] : clients_)
      if (c.told && c.alive && !c.stopped && c.where == at::idle)
        c.epoch = std::exchange(c.told, std::nullopt);
  }

  void act() {
    while (const auto next = roles_.next_effect()) {
      if (const auto* t = std::get_if<take>(&*next)) take_from(t->from);
      if (const auto* g = std::get_if<grant>(&*next)) clients_.at(g->to).told = g->epoch;
      if (const auto* r = std::get_if<resume>(&*next)) clients_.at(r->stopped).stopped = false;
      if (const auto* k = std::get_if<kill>(&*next)) die(k->stopped);
    }
  }

  void take_from(shim::client_id from) {
    const ring_word now(word_);
    if (from != 0 && !clients_.at(from).alive) {
      std::size_t got = now.now() == ring_word::phase::reading ? most : 0;
      while (got > 0 && memory_[(now.position() + got - 1) % size] == unread) --got;
      swap(now.recovered(got));
    } else if (!swap(now.taken())) {
      return roles_.busy(now_);
    }
    check();
    roles_.taken(ring_word(word_).epoch(), now_);
  }

  // What the ring holds is what the pty gave, in order.
  void check() {
    const auto end = ring_word(word_).position();
    auto i = end - std::min<std::uint64_t>(end, size - most);
    while (i < end && memory_[i % size] == static_cast<int>(i)) ++i;
    REQUIRE(i == end);
  }

  std::mt19937 random_;
  session_roles roles_;
  shim::steady_time now_{};
  std::map<shim::client_id, client> clients_;
  shim::client_id last_ = 0;
  std::uint64_t word_ = 0;
  std::vector<int> memory_ = std::vector<int>(size, -2);
  std::size_t given_ = 0;
  int readers_ = 0;
};

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
  expect(roles, {take{1}});
  roles.busy(start);
  REQUIRE(roles.deadline() == start + 1ms);
  roles.expired(start + 1ms);
  expect(roles, {take{1}});
  roles.busy(start + 1ms);
  roles.expired(start + 60ms);
  expect(roles, {resume{1}, take{1}});
  roles.busy(start + 60ms);
  roles.expired(start + 100ms);
  expect(roles, {take{1}});
  roles.busy(start + 100ms);
  roles.expired(start + 300ms);
  expect(roles, {kill{1}, take{1}});
  roles.busy(start + 300ms);
  roles.expired(start + 302ms);
  expect(roles, {take{1}});
  roles.taken(2, start + 302ms);
  expect(roles, {});
  CHECK(roles.holder_reads() == 2);
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
  for (unsigned seed = 0; seed < 200; ++seed) {
    world w(seed);
    for (int i = 0; i < 2000; ++i) w.happen();
    w.finish();
    given += w.given();
    changes += w.changes();
  }
  CHECK(given > 20'000);
  CHECK(changes > 5'000);
}
