// Control sequences into a buffer of fixed size: no allocation, so that a signal handler may write
// them, too.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace vt {

inline constexpr std::string_view string_terminator = "\x1b\\";

class sequence_writer {
 public:
  // `into` has room for all that is written; what has none is left out.
  explicit sequence_writer(std::span<char> into) : into_(into) {}

  void text(std::string_view bytes) noexcept {
    if (bytes.size() > into_.size() - size_) return;
    std::copy(bytes.begin(), bytes.end(), into_.data() + size_);
    size_ += bytes.size();
  }

  void number(unsigned value) noexcept {
    char digits[10];
    std::size_t first = sizeof digits;
    do {
      digits[--first] = static_cast<char>('0' + value % 10);
    } while ((value /= 10) != 0);
    text({digits + first, sizeof digits - first});
  }

  // Behind a `;`.
  void next_number(unsigned value) noexcept {
    if (value < spelled.size() && into_.size() - size_ >= sizeof(spelling::text)) {
      const auto& known = spelled[value];
      std::memcpy(into_.data() + size_, known.text, sizeof known.text);
      size_ += known.size;
    } else {
      text(";");
      number(value);
    }
  }

  // As in `sequence("\x1b[>", 4, "m")`.
  template <class... Parts>
  void sequence(Parts... parts) noexcept {
    (part(parts), ...);
  }

  std::size_t size() const { return size_; }

 private:
  void part(std::string_view bytes) noexcept { text(bytes); }
  void part(const char* bytes) noexcept { text(bytes); }
  void part(unsigned value) noexcept { number(value); }

  // The numbers that there are most of, parts of colours, behind a `;`.
  struct spelling {
    char text[4];
    std::uint8_t size;
  };
  static constexpr auto spelled = [] {
    std::array<spelling, 256> all{};
    unsigned n = 0;
    for (auto& [text, size] : all) {
      text[0] = ';';
      size = n < 10 ? 2 : n < 100 ? 3 : 4;
      for (unsigned at = size, left = n++; --at > 0; left /= 10)
        text[at] = static_cast<char>('0' + left % 10);
    }
    return all;
  }();

  std::span<char> into_;
  std::size_t size_ = 0;
};

// Numbers that share a sequence: `begin`, the numbers with `;` between them, `end`. No more than 16
// in one, which is what the narrowest terminals (the Linux console, libvterm) read.
class number_list {
 public:
  number_list(sequence_writer& out, std::string_view begin, std::string_view end)
      : out_(&out), begin_(begin), end_(end) {}

  void add(unsigned number) noexcept {
    if (count_ == 0) {
      out_->text(begin_);
      out_->number(number);
    } else {
      out_->next_number(number);
    }
    if (++count_ == limit) finish();
  }

  // The next `count` mean something only together.
  void keep_together(int count) noexcept {
    if (count_ + count > limit) finish();
  }

  void finish() noexcept {
    if (count_ != 0) out_->text(end_);
    count_ = 0;
  }

 private:
  static constexpr int limit = 16;

  sequence_writer* out_;
  std::string_view begin_, end_;
  int count_ = 0;
};

}  // namespace vt
