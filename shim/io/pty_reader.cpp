#include <shim/io/pty_reader.hpp>

#include <unistd.h>

#include <cerrno>

namespace shim::io {

// The mark is another process's word: out of bounds it counts for nothing.
std::uint64_t screen_gate::behind(const ring& output) const {
  if (mark_ == nullptr) return 0;
  const auto position = mark_->position();
  const auto head = output.head();
  return position <= head ? head - position : 0;
}

bool screen_gate::has_room(const ring& output, time now) {
  if (behind(output) + 2 * ring::most_room <= output.capacity()) {
    full_since_.reset();
    return true;
  }
  const auto position = mark_->position();
  if (!full_since_ || position != full_at_) {
    full_since_ = now;
    full_at_ = position;
  }
  return now - *full_since_ >= patience;
}

void screen_gate::wake_if_far_behind(const ring& output) const {
  if (behind(output) <= output.capacity() / 2) return;
  const std::uint64_t once = 1;
  [[maybe_unused]] const auto put = ::write(wake_, &once, sizeof once);
}

// EIO: no slave is open.
ssize_t pty_reader::read_into(std::span<char> room) {
  const auto got = ::read(pty_, room.data(), room.size());
  open_ = got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  return got;
}

void pty_reader::publish(std::size_t size) {
  if (!output_.publish(*epoch_, size)) epoch_.reset();
  gate_.wake_if_far_behind(output_);
}

}  // namespace shim::io
