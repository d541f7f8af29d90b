// The process that has started a screen process: hands it what it needs, asks it for pictures, and
// starts it again when it dies or hangs. What it costs then is the picture: the new one knows only
// of the output that comes after.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <shim/core/screen_protocol.hpp>
#include <shim/core/screen_watch.hpp>
#include <shim/core/window_size.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/child.hpp>
#include <shim/io/frame_socket.hpp>
#include <shim/io/lifeline.hpp>
#include <shim/io/ring.hpp>
#include <shim/io/screen_mark.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::hold {

struct screen_settings {
  std::string program = "/proc/self/exe";  // ssh-shim, which becomes the screen process
  window_size size{};
  std::uint32_t history_rows = 10'000;
  std::uint64_t history_bytes = std::uint64_t{8} * 1024 * 1024;
  std::chrono::milliseconds patience = screen_watch::usual_patience;
};

class screen_process {
 public:
  // Bytes that rebuild the screen (vt/screen/repaint.hpp) and stand for the output before
  // `position`, at which what follows goes on.
  struct picture {
    std::string bytes;
    std::uint64_t position = 0;
  };
  // Nothing: there is no screen process just now, or it died over it.
  using picture_handler = std::function<void(std::optional<picture>)>;
  static constexpr std::size_t most_picture = std::size_t{64} * 1024 * 1024;
  static constexpr std::uint32_t all_history = std::numeric_limits<std::uint32_t>::max();

  // The ring must outlive it. Nothing is started before start().
  screen_process(asio::io_context& context, const io::ring& output, screen_settings settings,
                 std::error_code& error);
  ~screen_process();
  screen_process(const screen_process&) = delete;
  screen_process& operator=(const screen_process&) = delete;

  // From position `from` of the output on. Errors show as a process that has died. To be called
  // once.
  void start(std::uint64_t from);

  // Called with the position at which a new one began after one was lost: the program should be
  // asked to draw again.
  void on_restart(std::function<void(std::uint64_t)> handler) { on_restart_ = std::move(handler); }

  // The window has had this size since `position`.
  void resize(window_size size, std::uint64_t position);

  // Handlers are called from the context, in the order in which pictures were asked for; not once
  // this is gone. `most_history` is in rows.
  void paint(std::uint32_t most_history, picture_handler handler);

  // There is more output: it need not wait until it is asked for something.
  void wake() const;

  // For who produces the output: the eventfd that wakes it, and how far it has come.
  int wake_fd() const { return wake_.get(); }
  const io::screen_mark& mark() const { return mark_; }

  pid_t pid() const { return running_ ? running_->child.pid() : -1; }  // -1: there is none just now

 private:
  struct asked {
    std::uint32_t id = 0;
    picture_handler handler;
    bool begun = false;
    std::uint64_t size = 0;  // that it shall have
    picture made;            // so far
  };

  // One that was started, until it is lost.
  struct running {
    running(asio::io_context& context, io::unique_fd to_it, const io::child::helper& how,
            std::error_code& error)
        : socket(context, std::move(to_it), max_screen_frame), child(how, error) {}

    io::frame_socket socket;
    io::child child;
  };

  void act();
  void launch();
  void lost();
  void wait_for_time();
  bool take(const frame& from);
  bool begin_picture(const screen_message::picture& begun);
  bool take_piece(std::string_view bytes);
  void deliver(picture_handler handler, std::optional<picture> made);

  asio::io_context& context_;
  const io::ring& output_;
  screen_settings settings_;
  io::screen_mark mark_;
  io::unique_fd wake_;
  screen_watch watch_;
  asio::steady_timer timer_;
  std::uint64_t from_ = 0;
  std::uint32_t last_id_ = 0;
  std::deque<asked> asked_;
  std::function<void(std::uint64_t)> on_restart_;
  std::optional<running> running_;
  io::lifeline life_;
};

}  // namespace shim::hold
