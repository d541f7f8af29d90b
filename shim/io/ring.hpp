// The output ring: what ssh wrote, in shared memory (a sealed memfd). Who reads the pty puts it in,
// one process at a time (core/ring_word.hpp); any number of others know how far they have come.
// Positions count from the session's first byte and never wrap; the ring holds the last kept() of
// them.
//
// The data is mapped twice in a row, so that any stretch of it is one piece of memory. The process
// that made it hands the memory to others as an fd.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>

#include <shim/core/ring_word.hpp>
#include <shim/io/sealed_memory.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::io {

// The first page. Another process may be of another version: fields keep their place.
struct ring_header {
  std::uint32_t magic = 0;
  std::uint32_t version = 0;
  std::uint64_t capacity = 0;
  std::atomic<std::uint64_t> word = 0;  // a ring_word
};

class ring {
 public:
  static constexpr std::size_t default_capacity = std::size_t{2} * 1024 * 1024;

  // Of one read: a pty gives no more than 4095 bytes. As many of the oldest may be overwritten
  // before head() tells.
  static constexpr std::size_t most_room = std::size_t{4} * 1024;

  ring() = default;
  // Makes the memfd. `capacity` is a power of two of at least a page; on error the ring is empty.
  ring(std::size_t capacity, std::error_code& error);
  // Another process's, of this version: EPROTO if it is none. Of one that is for reading only
  // nothing may be called that changes it; of one with an error nothing at all.
  ring(unique_fd memory, memory_access how, std::error_code& error);
  ~ring();
  ring(const ring&) = delete;
  ring& operator=(const ring&) = delete;

  // To be handed over: the memory itself, and one through which it cannot be written to, nor mapped
  // so, whatever the process that has it does.
  int fd() const { return memory_.get(); }
  unique_fd read_only(std::error_code& error) const;

  std::size_t capacity() const { return capacity_; }
  std::size_t kept() const { return capacity_ - most_room; }
  std::uint64_t head() const { return word().position(); }

  // For who reads the pty, in the epoch of which it was told. A read begins with room for `size`
  // bytes, at most most_room, which overwrite the oldest ones; it is empty if another has the role
  // now. It ends by saying how much of it is output, soon; false if another has the role.
  std::span<char> begin(std::uint32_t epoch, std::size_t size);
  bool publish(std::uint32_t epoch, std::size_t size);

  // For who gives the role to another, or takes it: the new epoch. Nothing while a read is under
  // way.
  std::optional<std::uint32_t> take();
  // The same where the reader is dead: what it had read is output. Bytes 0xff at the very end of
  // that are lost, as nothing tells them from memory that is prepared for a read.
  std::uint32_t recover();

  // `size` bytes from `position`, all of which must lie in the last kept() before head(). Holds
  // until they are overwritten.
  std::string_view bytes(std::uint64_t position, std::size_t size) const;

  void discard();  // gives the memory back: what the ring held is zeros

 private:
  std::error_code map(std::size_t capacity, memory_access how);
  ring_word word() const { return ring_word(header_->word.load(std::memory_order_acquire)); }
  bool replace(ring_word now, std::optional<ring_word> next);

  unique_fd memory_;
  ring_header* header_ = nullptr;
  char* data_ = nullptr;  // twice the capacity
  std::size_t capacity_ = 0;
};

}  // namespace shim::io
