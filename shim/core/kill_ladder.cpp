#include <shim/core/kill_ladder.hpp>

namespace shim {

void kill_ladder::begin(steady_time now, std::chrono::milliseconds grace) {
  rung_ = rung::asked;
  due_.reset();
  if (grace.count() != 0) due_ = now + grace;
}

std::optional<steady_time> kill_ladder::deadline() const { return due_; }

kill_ladder::step kill_ladder::expired(steady_time now) {
  if (!due_ || now < *due_) return step::none;
  if (rung_ == rung::asked) {
    rung_ = rung::killed;
    due_ = now + patience_after_kill;
    return step::kill;
  }
  rung_ = rung::abandoned;
  due_.reset();
  return step::give_up;
}

}  // namespace shim
