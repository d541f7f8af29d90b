// A deadline as poll(2) takes it.
#pragma once

#include <algorithm>
#include <chrono>
#include <limits>

namespace shim::io {

// Milliseconds from now, rounded up so that poll does not wake before the deadline; 0 if it has
// passed. A deadline too far off for an int gives an earlier wake-up.
inline int poll_timeout(std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  constexpr auto longest = std::chrono::milliseconds::rep{std::numeric_limits<int>::max()};
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, longest));
}

}  // namespace shim::io
