// What runs in a session, on a pty of its own, with the ring of its output and the screen process
// that follows it. It reads the pty when it is told to, and else leaves that to a client.
#pragma once

#include <termios.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>

#include <shim/core/exit_status.hpp>
#include <shim/core/relay.hpp>
#include <shim/core/session_life.hpp>
#include <shim/core/window_size.hpp>
#include <shim/hold/screen_process.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/child.hpp>
#include <shim/io/lifeline.hpp>
#include <shim/io/pty.hpp>
#include <shim/io/pty_reader.hpp>
#include <shim/io/ring.hpp>

namespace shim::hold {

struct held_program_request {
  io::child::program program;
  termios terminal{};  // what the pty is made like
  window_size size{};
  screen_settings screen{};
};

class held_program {
 public:
  struct calls {
    std::function<void()> output;             // there is more of it, read here
    std::function<void(child_status)> ended;  // once; all was read, if it is read here
  };

  // Starts it. An error is the reason why nothing runs.
  held_program(asio::io_context& context, held_program_request request, std::error_code& error);
  ~held_program() = default;
  held_program(const held_program&) = delete;
  held_program& operator=(const held_program&) = delete;

  // From the first byte on.
  void start(calls to_make);

  // The epoch of the ring in which it is read here; nothing: it is not.
  void reads(std::optional<std::uint32_t> epoch);

  void resize(window_size size, std::uint64_t position);  // of the screen; the pty has it already
  void set_window(window_size size);                      // of both
  window_size size() const { return size_; }
  void redraw();  // asks the program for it: its window has another size for a moment

  void type(std::string_view bytes);  // what the pty does not take at once is lost
  line_mode mode() const { return io::line_mode_of(pty_.master.get()); }
  void signal(end_signal number);

  // It has ended, and its last picture was taken: gives back what is needed no more.
  void discard();

  io::ring& output() { return output_; }
  screen_process& screen() { return *screen_; }
  bool has_screen() const { return screen_.has_value(); }
  int pty() const { return pty_.master.get(); }
  int pidfd() const { return child_.pidfd(); }
  pid_t pid() const { return pid_; }
  std::optional<std::chrono::system_clock::time_point> last_used() const;

 private:
  void wait_for_output();
  void read();
  void child_ended();
  void drain();

  io::ring output_;
  io::pty pty_;
  io::child child_;
  pid_t pid_ = -1;
  std::optional<screen_process> screen_;
  io::pty_reader reader_;
  window_size size_;
  calls calls_;
  asio::posix::stream_descriptor pty_watch_;
  asio::posix::stream_descriptor child_watch_;
  asio::steady_timer redraw_timer_;
  asio::steady_timer read_again_;
  bool awaits_output_ = false;
  std::size_t drained_ = 0;  // bytes since its end
  std::optional<child_status> end_;
  bool end_told_ = false;
  io::lifeline life_;
};

}  // namespace shim::hold
