// Reads a pty straight into the output ring, as long as this process has that role, and does not
// overtake a screen process that reads behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <shim/io/ring.hpp>
#include <shim/io/screen_mark.hpp>

namespace shim::io {

// Whom a reader must not overtake. It is woken when half of the ring waits for it; where it stands
// still for two seconds nobody waits for it any longer, until it moves again.
class screen_gate {
 public:
  using time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds patience{2};
  static constexpr std::chrono::milliseconds look_again_after{2};

  screen_gate() = default;
  // `wake`: its eventfd. Both belong to others, and outlive this.
  screen_gate(const screen_mark& mark, int wake) : mark_(&mark), wake_(wake) {}

  bool has_room(const ring& output, time now);
  void wake_if_far_behind(const ring& output) const;

 private:
  std::uint64_t behind(const ring& output) const;

  const screen_mark* mark_ = nullptr;
  int wake_ = -1;
  std::optional<time> full_since_;
  std::uint64_t full_at_ = 0;  // where the mark was then
};

class pty_reader {
 public:
  // The pty must not block. Fd and ring outlive this.
  pty_reader(int pty, ring& output) : pty_(pty), output_(output) {}

  void never_overtake(screen_gate gate) { gate_ = gate; }

  // The epoch of the ring in which this process reads; nothing: another one does.
  void reads(std::optional<std::uint32_t> epoch) { epoch_ = epoch; }
  bool reads() const { return epoch_.has_value(); }
  bool open() const { return open_; }  // false: nothing will ever come any more

  // False: read later, as the screen process is a ring behind.
  bool has_room(screen_gate::time now) { return gate_.has_room(output_, now); }

  // One read of at most `most` bytes, which is not 0. `keep(span)` may change what was read and
  // says how much of its front is output. The answer is how much was read: nothing if there is
  // nothing now, or ever, or the role is gone.
  template <class Keep>
  std::size_t read(std::size_t most, const Keep& keep);

 private:
  ssize_t read_into(std::span<char> room);
  void publish(std::size_t size);

  int pty_;
  ring& output_;
  screen_gate gate_;
  std::optional<std::uint32_t> epoch_ = 0;  // who makes the ring reads first
  bool open_ = true;
};

template <class Keep>
std::size_t pty_reader::read(std::size_t most, const Keep& keep) {
  if (!epoch_) return 0;
  const auto room = output_.begin(*epoch_, std::min(most, ring::most_room));
  if (room.empty()) epoch_.reset();
  if (!epoch_) return 0;
  const auto size = static_cast<std::size_t>(std::max<ssize_t>(read_into(room), 0));
  publish(size == 0 ? 0 : keep(room.first(size)));
  return size;
}

}  // namespace shim::io
