#include <vt/screen/scrollback.hpp>

#include <algorithm>
#include <cstring>

namespace vt {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{32} * 1024;
constexpr std::size_t place_bytes = sizeof(std::uint32_t);

// A chunk is trimmed if more than an eighth is free, so no seventh of what is used is ever wasted.
constexpr std::size_t most_free = 8;

constexpr std::size_t charge(std::size_t row) {
  const auto bytes = row + place_bytes;
  return bytes + bytes / (most_free - 1) + 1;
}

}  // namespace

scrollback::chunk::chunk(std::size_t first_row, std::size_t capacity)
    : first_row_(first_row), capacity_(capacity), bytes_(new char[capacity]) {}

bool scrollback::chunk::has_room(std::size_t row) const {
  return row + place_bytes <= capacity_ - used_ - count_ * place_bytes;
}

void scrollback::chunk::append(std::string_view row) {
  std::memcpy(bytes_.get() + used_, row.data(), row.size());
  used_ += row.size();
  ++count_;
  const auto end = static_cast<std::uint32_t>(used_);
  std::memcpy(bytes_.get() + capacity_ - count_ * place_bytes, &end, place_bytes);
}

void scrollback::chunk::trim() {
  const auto places = count_ * place_bytes;
  const auto wanted = used_ + places;
  if (capacity_ - wanted <= capacity_ / most_free) return;
  std::unique_ptr<char[]> smaller(new char[wanted]);
  std::memcpy(smaller.get(), bytes_.get(), used_);
  std::memcpy(smaller.get() + used_, bytes_.get() + capacity_ - places, places);
  bytes_ = std::move(smaller);
  capacity_ = wanted;
}

std::uint32_t scrollback::chunk::end_of(std::size_t i) const {
  std::uint32_t end = 0;
  std::memcpy(&end, bytes_.get() + capacity_ - (i + 1) * place_bytes, place_bytes);
  return end;
}

stored_row scrollback::chunk::row(std::size_t number) const {
  const auto i = number - first_row_;
  const auto begin = i == 0 ? 0 : end_of(i - 1);
  return stored_row({bytes_.get() + begin, end_of(i) - begin});
}

// What was dropped for an older row would not fit with this one either: the law.
void scrollback::push(std::string_view row) {
  const auto cost = charge(row.size());
  if (limits_.rows == 0 || cost > limits_.bytes) return clear();
  while (rows_ == limits_.rows || charged_ + cost > limits_.bytes) drop_oldest();
  if (chunks_.empty() || !chunks_.back().has_room(row.size())) {
    if (!chunks_.empty()) chunks_.back().trim();
    chunks_.emplace_back(first_ + rows_, std::max(chunk_bytes, row.size() + place_bytes));
  }
  chunks_.back().append(row);
  ++rows_;
  charged_ += cost;
}

std::size_t scrollback::max_size() const {
  constexpr std::size_t least_row = 1;
  return std::min(limits_.rows, limits_.bytes / charge(least_row));
}

void scrollback::drop_oldest() {
  charged_ -= charge(chunks_.front().row(first_).bytes().size());
  --rows_;
  ++first_;
  if (chunks_.front().end_row() <= first_) chunks_.pop_front();
}

void scrollback::clear() { *this = scrollback(limits_); }

stored_row scrollback::operator[](std::size_t i) const {
  const auto number = first_ + i;
  const auto is_before = [](std::size_t wanted, const chunk& c) { return wanted < c.first_row(); };
  const auto behind = std::upper_bound(chunks_.begin(), chunks_.end(), number, is_before);
  return std::prev(behind)->row(number);
}

std::size_t scrollback::memory_used() const {
  std::size_t all = 0;
  for (const auto& c : chunks_) all += c.capacity() + sizeof c;
  return all;
}

}  // namespace vt
