// Drives a relay over two fds, the user's terminal and the pty of ssh, with the output ring
// between: one read, one write, poll. It decides nothing.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <shim/core/relay.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/child.hpp>
#include <shim/io/pty.hpp>
#include <shim/io/ring.hpp>
#include <shim/io/tty.hpp>

namespace shim::io {

// What a loop works on; all of it outlives the loop.
struct relay_parts {
  tty& terminal;  // raw already
  int pty;        // the master; must not block
  child& ssh;
  ring& output;
};

class relay_loop {
 public:
  using end_handler = std::function<void(session_end)>;

  // Nothing starts before start(). Everything runs on the context's thread.
  relay_loop(asio::io_context& context, relay_parts parts, relay_options options);
  ~relay_loop() = default;
  relay_loop(const relay_loop&) = delete;
  relay_loop& operator=(const relay_loop&) = delete;

  // SIGWINCH, SIGTSTP, SIGCONT, and those that ssh takes as its end (HUP, INT, QUIT, TERM) unless
  // this process was told to ignore them (clientloop.c does the same). Not for programs that have
  // signal handlers of their own: they tell the machine, then call turn().
  void catch_signals();

  // Calls `on_end` once, from the context; nothing is pending in the context then.
  void start(end_handler on_end);

  relay& machine() { return relay_; }
  // Does what the machine asks for, after its members were called from outside.
  void turn();

 private:
  enum class readiness : bool { idle, awaited };
  struct watched {
    asio::posix::stream_descriptor fd;
    readiness reading = readiness::idle;
    readiness writing = readiness::idle;
  };

  // Events. Each ends in turn().
  void on_tty_readable();
  void on_pty_readable();
  void on_ssh_ended();
  void on_signal(int number);

  // Parts of a turn: effects, then bytes, then what to wait for.
  void perform(const relay_effect& effect);
  void suspend();
  void finish(session_end end);
  void write_terminal();
  void write_pty();
  bool read_pty();
  void drain();
  template <class Handler>
  auto awaited(Handler handler);
  void wait();
  void wait_for_signal();
  void wait_for_time();
  void wait_readable(watched& what, void (relay_loop::*event)());
  void wait_writable(watched& what);
  void look_again_later();

  relay relay_;
  tty& terminal_;
  child& ssh_;
  ring& output_;
  watched tty_;
  watched pty_;
  asio::posix::stream_descriptor ssh_end_;
  asio::signal_set signals_;
  asio::steady_timer timer_;       // the relay's deadline
  asio::steady_timer look_again_;  // the terminal is somebody else's
  std::optional<steady_time> timer_set_for_;
  std::vector<char> typed_;
  end_handler on_end_;
  std::uint32_t epoch_ = 0;  // in which we read the pty
  std::size_t drained_ = 0;  // bytes read since ssh ended
  bool catches_stop_ = false;
  bool tty_open_ = true;
  bool pty_open_ = true;
  bool ssh_gone_ = false;
  bool pty_drained_ = false;
  bool tty_taken_ = false;   // look_again_ is set
  std::size_t pending_ = 0;  // waits under way
  std::optional<session_end> end_;
};

}  // namespace shim::io
