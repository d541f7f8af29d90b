// Values by small numbers: the same value has the same number. 0 is the value that is made of
// nothing, and is always there.
//
// Bounded: when it is full, its owner says which numbers are in use, and the others are free again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vt {

template <class Value, class Hash = std::hash<Value>>
class interned {
 public:
  using number = std::uint16_t;

  // `max_size`: of numbers, 0 among them; at most 65536.
  explicit interned(std::size_t max_size) : max_size_(max_size) { clear(); }

  const Value& operator[](number n) const { return *values_[n]; }
  std::size_t size() const { return numbers_.size(); }

  // Nothing: it is new, and there is no room.
  std::optional<number> find_or_add(const Value& value) {
    if (const auto found = numbers_.find(value); found != numbers_.end()) return found->second;
    if (free_.empty() && values_.size() == max_size_) return std::nullopt;
    const auto n = free_.empty() ? static_cast<number>(values_.size()) : free_.back();
    if (free_.empty()) {
      values_.push_back(nullptr);
    } else {
      free_.pop_back();
    }
    values_[n] = &numbers_.emplace(value, n).first->first;
    return n;
  }

  // `used` has an entry for each number; one that it does not mark is taken back. The others stay.
  // Where that leaves little room it rests for a while.
  void keep(const std::vector<bool>& used) {
    for (std::size_t n = 1; n < values_.size(); ++n) {
      if (values_[n] == nullptr || used[n]) continue;
      numbers_.erase(numbers_.find(*values_[n]));
      values_[n] = nullptr;
      free_.push_back(static_cast<number>(n));
    }
    rest_ = 0;
    if (max_size_ - size() < max_size_ / least_room) rest();
  }

  // Where hardly any was free, looking again for each new value is not worth it: its owner asks
  // before, and is told so many times not to.
  void rest() { rest_ = rest_length; }
  bool rests() { return rest_ > 0 && rest_-- > 0; }

  std::size_t numbers() const { return values_.size(); }  // one more than the greatest in use

  template <class Each>
  void for_each(Each each) const {
    for (const auto* value : values_)
      if (value != nullptr) each(*value);
  }

  void clear() {
    numbers_.clear();
    free_.clear();
    values_.assign(1, &numbers_.emplace(Value{}, number{0}).first->first);
  }

 private:
  static constexpr std::size_t least_room = 16;  // one of so many numbers
  static constexpr unsigned rest_length = 4096;

  std::size_t max_size_;
  std::unordered_map<Value, number, Hash> numbers_;  // its keys do not move
  std::vector<const Value*> values_;                 // nullptr: free
  std::vector<number> free_;
  unsigned rest_ = 0;  // so many times it is not looked through
};

}  // namespace vt
