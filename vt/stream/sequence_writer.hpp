// Control sequences into a buffer of fixed size: no allocation, so that a signal handler may write
// them, too.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace vt {

class sequence_writer {
 public:
  // `into` has room for all that is written; what has none is left out.
  explicit sequence_writer(std::span<char> into) : into_(into) {}

  void text(std::string_view bytes) noexcept {
    if (bytes.size() > into_.size() - size_) return;
    for (const char byte : bytes) into_[size_++] = byte;
  }

  void number(unsigned value) noexcept {
    char digits[10];
    std::size_t first = sizeof digits;
    do {
      digits[--first] = static_cast<char>('0' + value % 10);
    } while ((value /= 10) != 0);
    text({digits + first, sizeof digits - first});
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
    out_->text(count_ == 0 ? begin_ : ";");
    out_->number(number);
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
