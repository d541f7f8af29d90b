// How long a test waits. Nothing here sleeps: a wait ends with its event, or fails at its deadline.
#pragma once

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace test {

using std::chrono::milliseconds;

// For what should come at once: long enough for a sanitizer on a loaded machine.
constexpr milliseconds patience{15'000};

// In milliseconds, as poll(2) takes it: for what happens without an event, as a file of /proc.
constexpr int ask_again_after = 10;

class deadline {
 public:
  explicit deadline(milliseconds from_now) : at_(std::chrono::steady_clock::now() + from_now) {}

  bool passed() const { return std::chrono::steady_clock::now() >= at_; }

  // For poll(2): rounded up, so that a wait never ends just before the deadline.
  int left() const {
    const auto left =
        std::chrono::ceil<milliseconds>(at_ - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::max<decltype(left)>(left, 0));
  }

 private:
  std::chrono::steady_clock::time_point at_;
};

// Something did not come in time, or could not be set up. Thrown, so that all that a test has
// started ends with it; Catch2 shows the text.
struct failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace test
