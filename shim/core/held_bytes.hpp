// A few bytes that wait until it is known what they are.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace shim {

// What is taken stays where it is until the next bytes are appended.
template <std::size_t Size>
class held_bytes {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::size_t room() const { return Size - size_; }
  // Only where there is room.
  void append(std::string_view bytes) {
    for (const char byte : bytes) bytes_[size_++] = byte;
  }
  void erase(std::size_t from, std::size_t count) {
    if (count == 0) return;
    std::copy(bytes_.begin() + from + count, bytes_.begin() + size_, bytes_.begin() + from);
    size_ = static_cast<std::uint8_t>(size_ - count);
  }
  void clear() { size_ = 0; }
  std::string_view view() const { return {bytes_.data(), size_}; }
  std::string_view take() {
    const auto all = view();
    clear();
    return all;
  }

 private:
  static_assert(Size <= 255);
  std::array<char, Size> bytes_;
  std::uint8_t size_ = 0;
};

}  // namespace shim
