#include <shim/core/awaited_releases.hpp>

#include <algorithm>

#include <vt/stream/keys.hpp>

namespace shim {

void awaited_releases::await(char32_t key) {
  if (key == 0) return;
  if (count_ == keys_.size()) forget(keys_.front());
  keys_[count_++] = key;
  left_ = longest_wait;
}

bool awaited_releases::forget(char32_t key) {
  const auto end = keys_.begin() + count_;
  const auto found = std::find(keys_.begin(), end, key);
  if (found == end) return false;
  std::copy(found + 1, end, found);
  --count_;
  return true;
}

void awaited_releases::typed(char32_t key) {
  if (empty()) return;
  forget(key);
  if (--left_ == 0) clear();
}

void awaited_releases::typed(std::string_view text) {
  for (const char byte : text) {
    if (empty()) return;
    typed(vt::us_key_of(byte));
  }
}

}  // namespace shim
