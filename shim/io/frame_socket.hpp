// A stream of frames (core/wire.hpp) over a Unix socket, with descriptors beside them. It never
// blocks: what the other side does not take waits here.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <shim/core/wire.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/lifeline.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::io {

class frame_socket {
 public:
  // Gets each frame; false if it makes no sense. It may destroy the socket only by way of
  // asio::post.
  using frame_handler = std::function<bool(const frame&)>;
  // The other side is gone, or talked nonsense; called once, from the context. It may destroy the
  // socket.
  using end_handler = std::function<void()>;

  // Nothing is read before start().
  frame_socket(asio::io_context& context, unique_fd socket, std::size_t most_frame);
  ~frame_socket() = default;
  frame_socket(const frame_socket&) = delete;
  frame_socket& operator=(const frame_socket&) = delete;

  void start(frame_handler on_frame, end_handler on_end);

  // `frames`: one or more. Duplicates of `descriptors`, which need not stay open, arrive before the
  // frame is read.
  void send(std::string frames, std::span<const int> descriptors = {});
  std::size_t unsent() const { return unsent_bytes_; }

  // Whoever takes nothing of what it is sent is not heard while more than this waits for it;
  // without it, always.
  void hear_until_unsent(std::size_t most) { most_unsent_ = most; }

  // The oldest `count` descriptors that came, for the handler of the frame that they belong to;
  // fewer if so many have not come.
  std::vector<unique_fd> take_descriptors(std::size_t count);

  int fd() { return socket_.native_handle(); }

 private:
  struct piece {
    std::string bytes;
    std::vector<unique_fd> descriptors;
    std::size_t sent = 0;
  };

  void wait_readable();
  void read();
  bool take_frames();
  void write();
  bool write_some(piece& front);
  void end();

  asio::posix::stream_descriptor socket_;
  std::size_t most_frame_;
  frame_handler on_frame_;
  end_handler on_end_;
  std::string received_;
  std::deque<unique_fd> descriptors_;
  std::deque<piece> unsent_;
  std::size_t unsent_bytes_ = 0;
  std::size_t most_unsent_ = std::numeric_limits<std::size_t>::max();
  bool unheard_ = false;  // it takes nothing
  bool awaits_room_ = false;
  bool ended_ = false;
  lifeline life_;
};

}  // namespace shim::io
