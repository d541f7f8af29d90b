#include <shim/core/ssh_refusal_filter.hpp>

#include <utility>

namespace shim {

std::string ssh_refusal_filter::pass(std::string_view text) {
  if (refusal_) return {};
  if (!looks_) return std::string(text);
  std::string shown;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto part = text.substr(0, end == text.npos ? end : end + 1);
    text.remove_prefix(part.size());
    auto read = part;
    refusal_ = reader_.next(read);
    if (refusal_) return line_.clear(), shown;
    line_ += part;
    is_too_long_ = is_too_long_ || line_.size() > longest_line + 1;
    if (end != text.npos || is_too_long_) shown += std::exchange(line_, {});
    if (end != text.npos) is_too_long_ = false;
  }
  return shown;
}

std::string ssh_refusal_filter::stop_looking() {
  looks_ = false;
  return std::exchange(line_, {});
}

}  // namespace shim
