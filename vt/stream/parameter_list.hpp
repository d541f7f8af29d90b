// The parameters of a control sequence as numbers (ECMA-48 5.4.2), read when somebody asks for
// them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vt {

// One parameter. Where nothing was written it is not `given` and its value is 0.
struct parameter {
  std::uint16_t value;  // beyond the greatest it stays at the greatest
  bool given;
  bool sub;  // came behind a colon: belongs to the last one before it that is not
};

// Parameters as numbers: as many as `;` and `:` make, so at least one; none at all reads as one
// that is not given, as ECMA-48 has it.
class parameter_list {
 public:
  static constexpr std::size_t max_size = 32;

  // `parameters` as a token has them. Those beyond max_size are left out.
  explicit parameter_list(std::string_view parameters);

  std::size_t size() const { return size_; }
  bool complete() const { return complete_; }  // false: some were left out
  const parameter* begin() const { return items_.data(); }
  const parameter* end() const { return items_.data() + size_; }
  const parameter& operator[](std::size_t i) const { return items_[i]; }  // i < size()

  // The value where one was given, else `otherwise`; also for any i beyond the end.
  std::uint16_t value_or(std::size_t i, std::uint16_t otherwise) const {
    return i < size_ && items_[i].given ? items_[i].value : otherwise;
  }

 private:
  std::array<parameter, max_size> items_;  // the first size_ are set
  std::size_t size_ = 0;
  bool complete_ = true;
};

}  // namespace vt
