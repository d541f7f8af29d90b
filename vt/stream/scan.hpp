// Searches for the first byte of a set, eight bytes at a time in a word, without a branch for each.
// A set is a function from such a word to marks: the highest bit of each byte that belongs to it.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace vt {

using word = std::uint64_t;

constexpr word in_each_byte(unsigned char value) { return 0x0101010101010101u * value; }

constexpr word top_bits = in_each_byte(0x80);
constexpr word low_bits = in_each_byte(0x7f);

// Marks the bytes that, but for their highest bit, differ from `value`. No carry crosses a byte.
constexpr word differ(word bytes, unsigned char value) {
  return (((bytes ^ in_each_byte(value)) & low_bits) + low_bits) & top_bits;
}

// Marks the bytes that are `value`, which is below 0x80.
constexpr word equal_to(word bytes, unsigned char value) {
  return ~(differ(bytes, value) | bytes) & top_bits;
}

// The same for 0x80 and above.
constexpr word equal_to_high(word bytes, unsigned char value) {
  return ~differ(bytes, value) & bytes & top_bits;
}

// Marks all but ASCII that can be printed.
constexpr word ends_ascii(word bytes) {
  const auto low = bytes & low_bits;
  return (~(low + in_each_byte(0x60)) | (low + in_each_byte(0x01)) | bytes) & top_bits;
}

inline word load_word(const char* from) {
  word bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

// Fewer than eight bytes; the rest is filled with a space, which no set here has.
inline word load_part(std::string_view bytes) {
  word part = in_each_byte(' ');
  std::memcpy(&part, bytes.data(), bytes.size());
  return part;
}

constexpr std::size_t first_marked(word marks) {
  const auto bits = std::endian::native == std::endian::little ? std::countr_zero(marks)
                                                               : std::countl_zero(marks);
  return static_cast<std::size_t>(bits) / 8;
}

constexpr std::size_t last_marked(word marks) {
  const auto bits = std::endian::native == std::endian::little ? std::countl_zero(marks)
                                                               : std::countr_zero(marks);
  return sizeof(word) - 1 - static_cast<std::size_t>(bits) / 8;
}

constexpr word without_last(word marks) {
  return std::endian::native == std::endian::little ? marks ^ std::bit_floor(marks)
                                                    : marks & (marks - 1);
}

constexpr std::size_t count_marked(word marks) {
  return static_cast<std::size_t>((marks >> 7) * in_each_byte(1) >> 56);
}

// The position of the first byte at or behind `at` that is in the set; text.size() if none is.
template <class Set>
std::size_t find_first(std::string_view text, std::size_t at, Set set) {
  constexpr std::size_t size = sizeof(word);
  constexpr std::size_t near = 2;  // words in which most searches end
  constexpr std::size_t block = 4;
  for (std::size_t i = 0; i < near && at + size <= text.size(); ++i, at += size) {
    const auto marks = set(load_word(text.data() + at));
    if (marks != 0) return at + first_marked(marks);
  }
  for (; at + block * size <= text.size(); at += block * size) {
    word marks = 0;
    for (std::size_t i = 0; i < block; ++i) marks |= set(load_word(text.data() + at + i * size));
    if (marks != 0) break;
  }
  for (; at < text.size(); at += size) {
    const auto rest = text.substr(at);
    const auto marks = set(rest.size() < size ? load_part(rest) : load_word(rest.data()));
    if (marks != 0) return at + first_marked(marks);
  }
  return text.size();
}

// The position of the `count`-th byte, from the end, that is in the set; count > 0.
template <class Set>
std::optional<std::size_t> find_last(std::string_view text, std::size_t count, Set set) {
  constexpr std::size_t size = sizeof(word);
  constexpr std::size_t block = 4;
  auto end = text.size();
  for (; end >= block * size; end -= block * size) {
    const auto* from = text.data() + end - block * size;
    std::size_t found = 0;
    for (std::size_t i = 0; i < block; ++i) found += count_marked(set(load_word(from + i * size)));
    if (found >= count) break;
    count -= found;
  }
  while (end > 0) {
    const auto begin = end < size ? 0 : end - size;
    auto marks = set(end < size ? load_part(text.substr(0, end)) : load_word(text.data() + begin));
    if (const auto found = count_marked(marks); found < count) {
      count -= found;
      end = begin;
      continue;
    }
    while (--count > 0) marks = without_last(marks);
    return begin + last_marked(marks);
  }
  return std::nullopt;
}

}  // namespace vt
