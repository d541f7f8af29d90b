#include <vt/stream/parameter_list.hpp>

#include <algorithm>

namespace vt {

parameter_list::parameter_list(std::string_view parameters) {
  parameter open{};
  const auto close = [&] {
    if (size_ == max_size) {
      complete_ = false;
    } else {
      items_[size_++] = open;
    }
  };
  for (const char c : parameters) {
    if (c == ';' || c == ':') {
      close();
      open = {0, false, c == ':'};
    } else {
      const auto value = open.value * 10u + static_cast<unsigned>(c - '0');
      open.value = static_cast<std::uint16_t>(std::min(value, 65535u));
      open.given = true;
    }
  }
  close();
}

}  // namespace vt
