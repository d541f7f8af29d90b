// A session with hardly any time: a pty, memory, clients that read when they are let, and a holder
// that does what session_roles says. What a pty gives is numbered, so that nothing can be lost or
// doubled.
//
// What must hold is said by law(), in tests and fuzzing alike; the first law that is broken stays.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <shim/core/ring_word.hpp>
#include <shim/core/session_roles.hpp>

namespace test {

// `Random` gives a number at each call; what happens is all of its choice.
template <class Random>
class session_world {
 public:
  explicit session_world(Random& random) : random_(random) {}

  void happen() {
    if (!broken_.empty()) return;
    now_ += std::chrono::milliseconds(random_() % 3);
    const auto one = chosen();
    switch (random_() % 12) {
      case 0: return attach();
      case 1: return one == 0 ? void() : leave(one);
      case 2: return one == 0 ? void() : die(one);
      case 3: return one == 0 ? void() : void(clients_[one].stopped = !clients_[one].stopped);
      case 4: return one == 0 ? void() : look(one, random_() % 2 == 0);
      case 5: return random_() % 4 == 0 ? pass(70, 1) : pass(1, random_() % 64);
      case 6: return deliver();
      default: return one == 0 || random_() % 4 == 0 ? holder_reads() : step(clients_[one]);
    }
  }

  // Nobody is stopped for ever, and time goes on: all that ssh wrote is output then, and who shall
  // read does.
  void finish() {
    for (auto& [id, c] : clients_) c.stopped = false;
    for (int i = 0; i < 2000 && broken_.empty(); ++i) {
      pass(1, 1);
      deliver();
      for (auto& [id, c] : clients_) step(c);
      if (i % 3 == 0) holder_reads();
    }
    for (auto& [id, c] : clients_)
      while (broken_.empty() && c.alive && c.where != at::idle) step(c);
    law(word().position() == given_, "what the pty gave is output");
    check_output();
    check_reader();
  }

  // The first law that was broken; empty: none.
  std::string_view broken() const { return broken_; }

  std::size_t given() const { return given_; }
  std::size_t changes() const { return word().epoch(); }
  std::size_t killed() const { return killed_; }

 private:
  static constexpr std::size_t size = 64;
  static constexpr std::size_t most = 3;
  static constexpr int unread = -1;

  enum class at { idle, prepared, begun, read };
  struct client {
    bool alive = true;
    bool attached = true;
    bool looks_on = true;
    bool stopped = false;
    std::optional<std::uint32_t> epoch;  // in which it reads, as far as it knows
    std::optional<std::uint32_t> told;   // on its way
    at where = at::idle;
    std::size_t position = 0;
    std::size_t got = 0;
  };

  void law(bool holds, std::string_view what) {
    if (!holds && broken_.empty()) broken_ = what;
  }

  shim::ring_word word() const { return shim::ring_word(word_); }

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

  void look(shim::client_id id, bool on) {
    clients_[id].looks_on = on;
    roles_.looks_on(id, on, now_);
    act();
  }

  // The holder looks at the time so often, and runs so late each time.
  void pass(int times, unsigned long late) {
    for (; times > 0; --times) {
      now_ += std::chrono::milliseconds(late);
      roles_.expired(now_);
      act();
    }
  }

  bool swap(const std::optional<shim::ring_word>& next) {
    if (next) word_ = next->value();
    return next.has_value();
  }

  void read_from_pty(std::size_t position, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      memory_[(position + i) % size] = static_cast<int>(given_++);
  }

  void step(client& c) {
    if (!c.alive || c.stopped) return;
    const auto now = word();
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
        law(readers_++ == 0, "one reads at a time");
        c.got = random_() % (most + 1);
        read_from_pty(c.position, c.got);
        --readers_;
        c.where = at::read;
        return;
      case at::read:
        c.where = at::idle;
        law(swap(now.published(*c.epoch, c.got)), "what a client has read it may publish");
        return check_output();
    }
  }

  void holder_reads() {
    const auto epoch = roles_.holder_reads();
    if (!epoch) return;
    const auto position = word().position();
    const bool begins = swap(word().prepared(*epoch)) && swap(word().begun(*epoch));
    law(begins, "nobody else reads while the holder does");
    const auto count = random_() % (most + 1);
    read_from_pty(position, count);
    law(swap(word().published(*epoch, count)), "what the holder has read it may publish");
    check_output();
  }

  void deliver() {
    for (auto& [id, c] : clients_) {
      const bool listens = c.alive && !c.stopped && c.where == at::idle;
      if (c.told && listens) c.epoch = std::exchange(c.told, std::nullopt);
    }
  }

  void act() {
    while (const auto next = roles_.next_effect()) {
      if (const auto* t = std::get_if<shim::role_effect::take>(&*next)) take_from(t->from);
      if (const auto* g = std::get_if<shim::role_effect::grant>(&*next)) grant(g->to, g->epoch);
      if (const auto* r = std::get_if<shim::role_effect::resume>(&*next)) resume(r->stopped);
      if (const auto* k = std::get_if<shim::role_effect::kill>(&*next)) kill(k->stopped);
    }
  }

  void take_from(shim::client_id from) {
    law(!busy_ || now_ > *busy_, "a read under way is given time");
    const auto now = word();
    if (from != 0 && !clients_.at(from).alive) {
      std::size_t got = now.now() == shim::ring_word::phase::reading ? most : 0;
      while (got > 0 && memory_[(now.position() + got - 1) % size] == unread) --got;
      swap(now.recovered(got));
    } else if (!swap(now.taken())) {
      busy_ = now_;
      return roles_.busy(now_);
    }
    busy_.reset();
    check_output();
    roles_.taken(word().epoch(), now_);
  }

  void grant(shim::client_id to, std::uint32_t epoch) {
    law(epoch == word().epoch(), "a client is told the epoch that is");
    clients_.at(to).told = epoch;
  }

  bool reads(shim::client_id id) const {
    const auto& c = clients_.at(id);
    return c.alive && c.where != at::idle;
  }

  void resume(shim::client_id id) {
    law(reads(id), "only who is in the midst of a read is continued");
    clients_.at(id).stopped = false;
  }

  void kill(shim::client_id id) {
    law(reads(id), "only who is in the midst of a read is killed");
    ++killed_;
    die(id);
  }

  // What the ring holds is what the pty gave, in order.
  void check_output() {
    const auto end = word().position();
    auto i = end - std::min<std::uint64_t>(end, size - most);
    while (i < end && memory_[i % size] == static_cast<int>(i)) ++i;
    law(i == end, "output is whole and in order");
  }

  // Once all is quiet: who looks on alone, else the holder.
  void check_reader() {
    shim::client_id alone = 0;
    int looking = 0;
    for (const auto& [id, c] : clients_) {
      if (!c.attached || !c.looks_on) continue;
      ++looking;
      alone = id;
    }
    if (looking != 1) alone = 0;
    law(roles_.reader() == alone, "who looks on alone is the reader, else the holder");
    law(roles_.holder_reads().has_value() == (alone == 0), "the holder reads if nobody else does");
    law(alone == 0 || clients_.at(alone).epoch == word().epoch(), "the reader knows that it is");
  }

  Random& random_;
  shim::session_roles roles_;
  shim::steady_time now_{};
  std::map<shim::client_id, client> clients_;
  shim::client_id last_ = 0;
  std::uint64_t word_ = 0;
  std::vector<int> memory_ = std::vector<int>(size, -2);
  std::size_t given_ = 0;
  std::size_t killed_ = 0;
  int readers_ = 0;
  std::optional<shim::steady_time> busy_;  // when it was found so
  std::string_view broken_;
};

}  // namespace test
