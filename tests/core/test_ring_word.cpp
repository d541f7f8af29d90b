#include <shim/core/ring_word.hpp>

#include <array>
#include <set>
#include <string>
#include <string_view>

#include <tests/catch.hpp>

using shim::ring_word;
using phase = shim::ring_word::phase;

namespace {

constexpr std::string_view typed_by_ssh = "abcdef";
constexpr std::size_t most = 2;  // of one read
constexpr char unread = '.';     // what the memory behind the position is prepared with

// Two readers, one after the other, and what a taker does between: all they share, and where each
// of them stands. A reader that is not scheduled is one that was stopped.
struct world {
  std::uint64_t word = 0;
  std::string memory = std::string(typed_by_ssh.size() + most, '#');
  std::size_t given = 0;  // of what ssh wrote, by the pty

  enum class at { start, prepared, filled, begun, read, lost };
  struct reader {
    std::uint32_t epoch = 0;
    at where = at::start;
    std::size_t position = 0;
    std::size_t got = 0;
    bool alive = true;
    auto operator<=>(const reader&) const = default;
  };
  reader first;
  reader second;
  bool taken = false;

  auto operator<=>(const world&) const = default;

  std::string output() const { return memory.substr(0, ring_word(word).position()); }

  bool swap(const std::optional<ring_word>& next) {
    if (next) word = next->value();
    return next.has_value();
  }

  // One step of it; all that shared memory allows is in these.
  void step(reader& r) {
    const ring_word now(word);
    switch (r.where) {
      case at::start:
        r.position = now.position();
        r.where = swap(now.prepared(r.epoch)) ? at::prepared : at::lost;
        return;
      case at::prepared:
        for (std::size_t i = 0; i < most; ++i) memory[r.position + i] = unread;
        r.where = at::filled;
        return;
      case at::filled: r.where = swap(now.begun(r.epoch)) ? at::begun : at::lost; return;
      case at::begun:
        for (r.got = 0; r.got < most && given < typed_by_ssh.size(); ++r.got)
          memory[r.position + r.got] = typed_by_ssh[given++];
        r.where = at::read;
        return;
      case at::read: r.where = swap(now.published(r.epoch, r.got)) ? at::start : at::lost; return;
      case at::lost: return;
    }
  }

  bool can_take() const { return !taken && (ring_word(word).now() == phase::idle || !first.alive); }

  void take() {
    const ring_word now(word);
    if (!swap(now.taken())) {
      std::size_t got = now.now() == phase::reading ? most : 0;
      while (got > 0 && memory[now.position() + got - 1] == unread) --got;
      swap(now.recovered(got));
    }
    taken = true;
    second.epoch = ring_word(word).epoch();
  }
};

struct explorer {
  std::set<world> seen;
  std::size_t ends = 0;

  void look(const world& w) {
    if (!seen.insert(w).second) return;
    REQUIRE(typed_by_ssh.starts_with(w.output()));
    const auto then = [&](auto change) {
      auto next = w;
      change(next);
      look(next);
    };
    if (w.first.alive) then([](world& n) { n.step(n.first); });
    if (w.first.alive) then([](world& n) { n.first.alive = false; });
    if (w.can_take()) then([](world& n) { n.take(); });
    if (w.taken) then([](world& n) { n.step(n.second); });
    // Once only the second is left, and all is read, nothing is missing.
    const bool idle = w.second.where == world::at::start && w.given == typed_by_ssh.size();
    if (w.taken && idle && ring_word(w.word).now() == phase::idle) {
      ++ends;
      REQUIRE(w.output() == typed_by_ssh);
    }
  }
};

}  // namespace

TEST_CASE("whatever a reader, its death, and a taker do in any order, output is whole and once") {
  explorer all;
  all.look({});
  CHECK(all.seen.size() > 500);
  CHECK(all.ends > 10);
}

TEST_CASE("a position, an epoch and a phase are kept apart") {
  const ring_word far_on = ring_word().recovered((std::uint64_t{1} << 48) - 2);
  CHECK(far_on.position() == (std::uint64_t{1} << 48) - 2);
  CHECK(far_on.epoch() == 1);
  CHECK(far_on.now() == phase::idle);
  const auto reading = far_on.prepared(1)->begun(1);
  CHECK(reading->now() == phase::reading);
  CHECK(reading->published(1, 1)->position() == (std::uint64_t{1} << 48) - 1);
}

TEST_CASE("epochs come round") {
  ring_word now;
  for (int i = 0; i < (1 << 14); ++i) now = *now.taken();
  CHECK(now == ring_word());
}

TEST_CASE("a word in which a read is under way is not taken") {
  const auto preparing = ring_word().prepared(0);
  CHECK_FALSE(preparing->taken());
  CHECK_FALSE(preparing->begun(0)->taken());
  CHECK_FALSE(ring_word().prepared(7));
  CHECK_FALSE(ring_word().begun(0));
  CHECK_FALSE(preparing->published(0, 1));
}
