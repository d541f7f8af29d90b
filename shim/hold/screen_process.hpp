// The process that has started a screen process: hands it what it needs, asks it for pictures, and
// starts it again when it dies or hangs. The new one reads all output again, if the ring still has
// it; else, and where two are lost one after the other, the picture is what that costs: it begins
// with what comes after.
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
#include <variant>

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
#include <vt/stream/replies.hpp>

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
  // What it knows of itself (screen_message::description).
  struct description {
    std::uint64_t seen_rows = 0;
    std::string title;  // from outside, as the next one: not safe to print
    std::string directory;
  };

  // Nothing: there is no screen process just now, or it died over it.
  using picture_handler = std::function<void(std::optional<picture>)>;
  using answer_handler = std::function<void(std::optional<vt::answer_numbers>)>;  // or not known
  using description_handler = std::function<void(std::optional<description>)>;

  static constexpr std::size_t most_picture = std::size_t{64} * 1024 * 1024;
  static constexpr std::uint32_t all_history = std::numeric_limits<std::uint32_t>::max();

  // The ring must outlive it. Nothing is started before start().
  screen_process(asio::io_context& context, const io::ring& output, screen_settings settings,
                 std::error_code& error);
  ~screen_process();
  screen_process(const screen_process&) = delete;
  screen_process& operator=(const screen_process&) = delete;

  // From position `from` of the output on. The process itself is not there before it is needed:
  // woken, asked or told another size. Errors show as one that has died. To be called once.
  void start(std::uint64_t from);

  // Called with the position at which a new one began after one was lost: the program should be
  // asked to draw again.
  void on_restart(std::function<void(std::uint64_t)> handler) { on_restart_ = std::move(handler); }

  // The window has had this size since `position`.
  void resize(window_size size, std::uint64_t position);

  // Handlers are called from the context, in the order in which they were given; not once this is
  // gone. Of history at most so many rows, and none before `from_row`.
  void paint(std::uint32_t most_history, std::uint64_t from_row, picture_handler handler);
  void ask(const vt::placed_query& met, answer_handler handler);
  void describe(description_handler handler);

  // There is more output: it need not wait until it is asked for something.
  void wake() const;

  // For who produces the output: the eventfd that wakes it, and how far it has come.
  int wake_fd() const { return wake_.get(); }
  const io::screen_mark& mark() const { return mark_; }

  pid_t pid() const { return running_ ? running_->child.pid() : -1; }  // -1: there is none just now

 private:
  struct asked {
    std::uint32_t id = 0;
    std::variant<picture_handler, answer_handler, description_handler> handler;
    std::optional<std::uint64_t> size{};  // of a picture that has begun to come
    picture made{};                       // so far
  };

  // One that was started, until it is lost.
  struct running {
    running(asio::io_context& context, io::unique_fd to_it, const io::child::helper& how,
            std::error_code& error)
        : socket(context, std::move(to_it), max_screen_frame), child(how, error) {}

    io::frame_socket socket;
    io::child child;
  };

  void need();
  void act();
  void launch();
  void lost();
  std::uint64_t where_to_begin_again();
  void wait_for_time();
  bool take(const frame& from);
  bool take(const screen_message::alive&) { return true; }
  bool take(const screen_message::picture& begun);
  bool take(const screen_message::piece& more);
  bool take(const screen_message::answer& answer);
  bool take(const screen_message::description& told);
  template <class Handler>
  asked* front_for(std::uint32_t id);
  template <class Handler, class Answer>
  void answered(Answer answer);
  template <class Handler, class Answer>
  void deliver(Handler handler, Answer answer);
  void give_up(asked waiting);
  template <class Question, class Handler>
  void send(const Question& question, Handler handler);

  asio::io_context& context_;
  const io::ring& output_;
  screen_settings settings_;
  io::screen_mark mark_;
  io::unique_fd wake_;
  screen_watch watch_;
  asio::steady_timer timer_;
  asio::posix::stream_descriptor wake_watch_;  // until it is needed
  bool needed_ = false;
  std::uint64_t first_ = 0;  // where the first one began
  std::uint64_t from_ = 0;   // and this one
  std::optional<steady_time> lost_at_;
  std::uint32_t last_id_ = 0;
  std::deque<asked> asked_;
  std::function<void(std::uint64_t)> on_restart_;
  std::optional<running> running_;
  io::lifeline life_;
};

}  // namespace shim::hold
