#include <shim/io/frame_socket.hpp>

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace shim::io {
namespace {

constexpr std::size_t read_size = std::size_t{64} * 1024;

// Of one message (unix(7), SCM_RIGHTS): more than any frame here has.
constexpr std::size_t most_descriptors = 8;

// Of those that nobody has taken.
constexpr std::size_t most_waiting = 16;

bool would_block(ssize_t result) {
  return result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

// Room for the control message, aligned as it must be.
union control_room {
  cmsghdr header;
  std::array<char, CMSG_SPACE(most_descriptors * sizeof(int))> bytes;
};

void add_rights(msghdr& message, control_room& room, const std::vector<unique_fd>& descriptors) {
  if (descriptors.empty()) return;
  message.msg_control = &room;
  message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
  auto* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
  auto* to = CMSG_DATA(header);
  for (const auto& each : descriptors) {
    const int fd = each.get();
    std::memcpy(to, &fd, sizeof fd);
    to += sizeof fd;
  }
}

void take_rights(msghdr& message, std::deque<unique_fd>& into) {
  for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const auto count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
      into.emplace_back(fd);
    }
  }
  while (into.size() > most_waiting) into.pop_front();
}

}  // namespace

frame_socket::frame_socket(asio::io_context& context, unique_fd socket, std::size_t most_frame)
    : socket_(context, socket.release()), most_frame_(most_frame) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
}

void frame_socket::start(frame_handler on_frame, end_handler on_end) {
  on_frame_ = std::move(on_frame);
  on_end_ = std::move(on_end);
  wait_readable();
}

void frame_socket::wait_readable() {
  if (ended_) return;
  unheard_ = unsent_bytes_ > most_unsent_;
  if (unheard_) return;
  socket_.async_wait(asio::posix::stream_descriptor::wait_read, life_.guard([this] { read(); }));
}

void frame_socket::read() {
  const auto old = received_.size();
  received_.resize(old + read_size);
  control_room room;
  iovec into{received_.data() + old, read_size};
  msghdr message{};
  message.msg_iov = &into;
  message.msg_iovlen = 1;
  message.msg_control = &room;
  message.msg_controllen = sizeof room;
  const auto got = ::recvmsg(socket_.native_handle(), &message, MSG_CMSG_CLOEXEC);
  const bool nothing = would_block(got);
  received_.resize(old + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got > 0) take_rights(message, descriptors_);
  if ((got <= 0 && !nothing) || !take_frames()) return end();
  wait_readable();
}

bool frame_socket::take_frames() {
  const auto received = std::exchange(received_, {});
  std::string_view rest = received;
  while (true) {
    const auto next = take_frame(rest, most_frame_);
    if (std::holds_alternative<need_more>(next)) break;
    const auto* whole = std::get_if<frame>(&next);
    if (whole == nullptr || !on_frame_(*whole)) return false;
  }
  received_ = rest;
  return true;
}

std::vector<unique_fd> frame_socket::take_descriptors(std::size_t count) {
  std::vector<unique_fd> taken;
  for (; count > 0 && !descriptors_.empty(); --count) {
    taken.push_back(std::move(descriptors_.front()));
    descriptors_.pop_front();
  }
  return taken;
}

void frame_socket::send(std::string frames, std::span<const int> descriptors) {
  if (ended_) return;
  piece next{std::move(frames), {}, 0};
  for (const int fd : descriptors) next.descriptors.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  unsent_bytes_ += next.bytes.size();
  unsent_.push_back(std::move(next));
  if (!awaits_room_) write();
}

// What cannot be written shows when it is read from.
void frame_socket::write() {
  awaits_room_ = false;
  while (!unsent_.empty()) {
    auto& front = unsent_.front();
    if (!write_some(front)) {
      awaits_room_ = true;
      return socket_.async_wait(asio::posix::stream_descriptor::wait_write,
                                life_.guard([this] { write(); }));
    }
    if (front.sent == front.bytes.size()) unsent_.pop_front();
    if (unheard_ && unsent_bytes_ <= most_unsent_) wait_readable();
  }
}

// False: there is no room. The descriptors go with the first byte.
bool frame_socket::write_some(piece& front) {
  control_room room;
  iovec from{front.bytes.data() + front.sent, front.bytes.size() - front.sent};
  msghdr message{};
  message.msg_iov = &from;
  message.msg_iovlen = 1;
  add_rights(message, room, front.descriptors);
  const auto put = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
  if (would_block(put)) return false;
  const auto size = put < 0 ? from.iov_len : static_cast<std::size_t>(put);
  front.descriptors.clear();
  front.sent += size;
  unsent_bytes_ -= size;
  return true;
}

void frame_socket::end() {
  if (std::exchange(ended_, true)) return;
  const auto on_end = std::move(on_end_);
  on_end();
}

}  // namespace shim::io
