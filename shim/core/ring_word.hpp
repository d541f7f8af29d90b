// The word of shared memory that says how far a session's output goes and who reads more of it: a
// position, an epoch, and whether a read is under way. It is only ever changed by compare and swap;
// here is what may follow what.
//
// One process reads the pty, straight into the ring behind the position: the one that was told the
// epoch. It marks a read before it touches that memory, and publishes what it got by the same word,
// so that a taker knows whether any is under way:
//
//   idle --prepared--> preparing --begun--> reading --published--> idle, further on
//    \--taken--> idle, in the next epoch          \--recovered--> idle, in the next epoch (the
//                                                     reader is dead: what it got is in the memory)
//
// A reader that has lost the role finds the word changed at its next step, and touches nothing.
#pragma once

#include <cstdint>
#include <optional>

namespace shim {

class ring_word {
 public:
  enum class phase : std::uint8_t { idle, preparing, reading };

  constexpr ring_word() = default;
  constexpr explicit ring_word(std::uint64_t value) : value_(value) {}
  constexpr std::uint64_t value() const { return value_; }

  constexpr std::uint64_t position() const { return value_ & position_mask; }
  constexpr std::uint32_t epoch() const {
    return static_cast<std::uint32_t>(value_ >> epoch_at & epoch_mask);
  }
  constexpr phase now() const { return static_cast<phase>(value_ >> phase_at); }

  // The reader's steps. Nothing: it is not the reader of this epoch any more.
  constexpr std::optional<ring_word> prepared(std::uint32_t epoch) const {
    return step(epoch, phase::idle, phase::preparing, 0);
  }
  constexpr std::optional<ring_word> begun(std::uint32_t epoch) const {
    return step(epoch, phase::preparing, phase::reading, 0);
  }
  // `size` bytes were read, maybe none.
  constexpr std::optional<ring_word> published(std::uint32_t epoch, std::uint64_t size) const {
    return step(epoch, phase::reading, phase::idle, size);
  }

  // A taker's. Nothing: a read is under way; its reader ends it soon, unless it is stopped or dead.
  constexpr std::optional<ring_word> taken() const {
    if (now() != phase::idle) return std::nullopt;
    return with(position(), next_epoch(), phase::idle);
  }
  // The reader is dead. `size`: what it had read, none if it had not begun.
  constexpr ring_word recovered(std::uint64_t size) const {
    return with(position() + size, next_epoch(), phase::idle);
  }

  constexpr bool operator==(const ring_word&) const = default;

 private:
  // 2^48 bytes take nine years at a megabyte a second; epochs that have come round meet only a
  // reader that was stopped for 16384 changes of role.
  static constexpr unsigned epoch_at = 48;
  static constexpr unsigned phase_at = 62;
  static constexpr std::uint64_t position_mask = (std::uint64_t{1} << epoch_at) - 1;
  static constexpr std::uint64_t epoch_mask = (1u << (phase_at - epoch_at)) - 1;

  static constexpr ring_word with(std::uint64_t position, std::uint64_t epoch, phase p) {
    return ring_word((position & position_mask) | epoch << epoch_at |
                     static_cast<std::uint64_t>(p) << phase_at);
  }
  constexpr std::uint64_t next_epoch() const { return (epoch() + 1) & epoch_mask; }
  constexpr std::optional<ring_word> step(std::uint32_t of, phase from, phase to,
                                          std::uint64_t size) const {
    if (epoch() != of || now() != from) return std::nullopt;
    return with(position() + size, of, to);
  }

  std::uint64_t value_ = 0;
};

}  // namespace shim
