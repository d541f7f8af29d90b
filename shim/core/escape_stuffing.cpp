#include <shim/core/escape_stuffing.hpp>

#include <utility>

#include <shim/core/line_start.hpp>

namespace shim {

std::string_view escape_stuffing::next(std::string_view& typed) {
  if (typed.empty()) return {};
  if (private_.none()) return std::exchange(typed, {});
  const char opens = static_cast<char>(private_.byte());
  doubling_ = line_start_ && !doubling_ && typed.front() == opens;
  if (doubling_) return typed.substr(0, 1);
  const auto piece = typed.substr(0, find_at_line_start(typed, opens));
  typed.remove_prefix(piece.size());
  line_start_ = ends_line(piece.back());
  return piece;
}

}  // namespace shim
