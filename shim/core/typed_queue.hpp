// Typed bytes on their way to ssh. The terminal is always read, so that `~.` is always seen; what
// ssh does not take waits here, within a bound.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shim {

class typed_queue {
 public:
  explicit typed_queue(std::size_t bound) : bound_(bound) {}

  // Whether bytes are taken. A piece is taken whole or not at all, so the bound may be passed by
  // what one read of the terminal gives.
  bool full() const { return size() >= bound_; }
  bool empty() const { return size() == 0; }
  std::size_t size() const { return bytes_.size() - taken_; }

  void push(std::string_view bytes) { bytes_.append(bytes); }

  // What waits, oldest first; holds until the next call of a member that is not const.
  std::string_view front() const { return std::string_view(bytes_).substr(taken_); }

  void pop(std::size_t count) {
    taken_ += count;
    if (taken_ == bytes_.size()) {
      clear();
    } else if (taken_ > bytes_.size() / 2) {
      bytes_.erase(0, taken_);
      taken_ = 0;
    }
  }

  // Memory of a long paste is given back once it is gone; a line's worth is kept.
  void clear() {
    constexpr std::size_t worth_keeping = std::size_t{64} * 1024;
    bytes_.clear();
    if (bytes_.capacity() > worth_keeping) bytes_.shrink_to_fit();
    taken_ = 0;
  }

 private:
  std::size_t bound_;
  std::string bytes_;
  std::size_t taken_ = 0;
};

}  // namespace shim
