// Keys whose press was an escape's, so that their release must not arrive either.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace shim {

// A release that does not come is given up after some more keys: the terminal may have been asked
// for releases and not know of them. Keys are those of vt::us_key_of(); 0 is none.
class awaited_releases {
 public:
  bool empty() const { return count_ == 0; }
  void await(char32_t key);
  // Whether it was awaited; it no longer is.
  bool forget(char32_t key);
  // A press: what is released next is not what was awaited.
  void typed(char32_t key);
  void typed(std::string_view text);
  void clear() { count_ = 0; }

 private:
  static constexpr std::uint8_t longest_wait = 8;  // keys

  std::array<char32_t, 4> keys_{};
  std::uint8_t count_ = 0;
  std::uint8_t left_ = 0;
};

}  // namespace shim
