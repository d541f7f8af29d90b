// The output ring: what ssh wrote, in shared memory (a sealed memfd), for one producer and any
// number of readers who know how far they have come. Positions count from the session's first byte
// and never wrap; the ring holds the last capacity() of them.
//
// The data is mapped twice in a row, so that any stretch of it is one piece of memory. The process
// that made it hands the memory to others as an fd.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>

#include <shim/io/sealed_memory.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::io {

// The first page. Another process may be of another version: fields keep their place.
struct ring_header {
  std::uint32_t magic = 0;
  std::uint32_t version = 0;
  std::uint64_t capacity = 0;
  std::atomic<std::uint64_t> head = 0;  // position after the last byte written
};

class ring {
 public:
  static constexpr std::size_t default_capacity = std::size_t{2} * 1024 * 1024;

  // What a producer takes at most in one piece where others read behind it: of the oldest bytes as
  // many may be overwritten before head() tells.
  static constexpr std::size_t most_room = std::size_t{64} * 1024;

  ring() = default;
  // Makes the memfd. `capacity` is a power of two of at least a page; on error the ring is empty.
  ring(std::size_t capacity, std::error_code& error);
  // Another process's, of this version: EPROTO if it is none. By one that is for reading only
  // neither room() nor publish() may be called; by one with an error nothing.
  ring(unique_fd memory, memory_access how, std::error_code& error);
  ~ring();
  ring(const ring&) = delete;
  ring& operator=(const ring&) = delete;

  // To be handed over: the memory itself, and one through which it cannot be written to, nor mapped
  // so, whatever the process that has it does.
  int fd() const { return memory_.get(); }
  unique_fd read_only(std::error_code& error) const;

  std::size_t capacity() const { return capacity_; }
  std::uint64_t head() const { return header_->head.load(std::memory_order_acquire); }

  // Room for the next `size` <= capacity() bytes. They overwrite the oldest ones, so the producer
  // asks for no more than its slowest reader allows.
  std::span<char> room(std::size_t size);
  // The first `size` bytes of it are output now.
  void publish(std::size_t size);

  // `size` bytes from `position`, all of which must lie in the last capacity() before head(). Holds
  // until they are overwritten.
  std::string_view bytes(std::uint64_t position, std::size_t size) const;

 private:
  std::error_code map(std::size_t capacity, memory_access how);

  unique_fd memory_;
  ring_header* header_ = nullptr;
  char* data_ = nullptr;  // twice the capacity
  std::size_t capacity_ = 0;
};

}  // namespace shim::io
