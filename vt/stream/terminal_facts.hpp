// What a terminal says of itself when a program asks, taken down as it passes by, so that the same
// can be said when it is gone (xterm ctlseqs, kitty's keyboard protocol).
//
// It asks nothing, and believes what it reads: whoever makes a terminal send something, as a
// program at the far end can, makes these facts. So they are few and bounded, and good for nothing
// but replies (replies.hpp). What goes beyond a bound is not taken down at all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <vt/stream/color_spec.hpp>
#include <vt/stream/keys.hpp>
#include <vt/stream/tokenizer.hpp>

namespace vt {

struct terminal_facts {
  static constexpr std::size_t max_attributes = 15;
  static constexpr std::uint16_t greatest_attribute = 999;
  static constexpr std::size_t max_version_bytes = 56;

  // DA1: what class of terminal it is, and what else it can do. None: it did not say.
  std::array<std::uint16_t, max_attributes> attributes{};  // zeros behind attribute_count
  std::uint8_t attribute_count = 0;

  std::optional<std::array<std::uint16_t, 3>> secondary;  // DA2
  std::array<char, max_version_bytes> version_bytes{};    // XTVERSION; zeros behind it
  std::array<std::optional<color_value>, 3> colors;       // OSC 10 to 12
  bool key_flags = false;                                 // it replies to CSI ? u

  std::string_view version() const;  // empty: it did not say

  // Printable ASCII, at least one character and at most max_version_bytes; else false.
  bool set_version(std::string_view text);

  bool operator==(const terminal_facts&) const = default;
};

class terminal_facts_reader {
 public:
  // Every piece of what the terminal sends, in order, as the key_decoder cuts it.
  void take(const input& piece);

  const terminal_facts& facts() const { return facts_; }

 private:
  void take(const token& t);

  tokenizer tokens_;
  terminal_facts facts_;
};

}  // namespace vt
