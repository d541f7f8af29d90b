// How far the screen process has come with the output: one number in shared memory (a sealed
// memfd), which that process writes and who produces output reads, so that it is not overtaken.
//
// It is trusted with nothing but waiting: whoever reads it checks that it lies between what the
// ring holds.
#pragma once

#include <atomic>
#include <cstdint>
#include <system_error>

#include <shim/io/unique_fd.hpp>

namespace shim::io {

class screen_mark {
 public:
  static constexpr std::uint64_t nobody = ~std::uint64_t{0};  // there is no screen process

  explicit screen_mark(std::error_code& error);           // makes it; `nobody` at first
  screen_mark(unique_fd memory, std::error_code& error);  // another process's
  ~screen_mark();
  screen_mark(const screen_mark&) = delete;
  screen_mark& operator=(const screen_mark&) = delete;

  int fd() const { return memory_.get(); }  // to be handed over

  std::uint64_t position() const { return position_->load(std::memory_order_acquire); }
  void set(std::uint64_t position) { position_->store(position, std::memory_order_release); }

 private:
  std::error_code map();

  unique_fd memory_;
  std::atomic<std::uint64_t>* position_ = nullptr;
};

}  // namespace shim::io
