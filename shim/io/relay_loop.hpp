// Drives a relay over two fds, the user's terminal and the pty of ssh, with the output ring
// between: one read, one write, poll. It decides nothing.
//
// The pty may be read by another process: then it shows what that one puts into the ring.
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
#include <shim/io/pty_reader.hpp>
#include <shim/io/ring.hpp>
#include <shim/io/tty.hpp>

namespace shim::io {

// What a loop works on; all of it outlives the loop.
struct relay_parts {
  tty& terminal;  // raw already
  int pty;        // the master; must not block
  pty_program& ssh;
  ring& output;
};

// What the loop cannot do by itself. Any may be empty.
struct relay_calls {
  std::function<void()> list_sessions;                           // answered by machine().tell()
  std::function<void(effect::ask_master::question)> ask_master;  // likewise
  std::function<void()> repaint;                                 // by paint()
  std::function<void(window_size)> resized;                      // the pty has this size now
  // True before a stop, false after it: a picture is needed then, to go on from.
  std::function<void(bool)> suspended;
  std::function<void(std::string_view)> typed;  // what the terminal sent
  std::function<void()> opened;                 // what is typed goes to the session now, not to ssh
};

class relay_loop {
 public:
  using end_handler = std::function<void(session_end)>;

  // Nothing starts before start(). Everything runs on the context's thread.
  relay_loop(asio::io_context& context, relay_parts parts, relay_options options,
             relay_calls calls = {});
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

  // Who reads the pty: this loop, in that epoch of the ring, as it does at first; or another
  // process, which tells when there is more, and where the end is once ssh has ended.
  void reads(std::optional<std::uint32_t> epoch);
  bool reads() const { return reader_.reads(); }
  void moved();
  void ends_at(std::uint64_t position);
  void never_overtake(screen_gate gate) { reader_.never_overtake(gate); }

  // Nothing is shown until there is a picture to go on from.
  void wait_for_picture() { go_blind(); }
  bool waits_for_picture() const { return blind_; }
  void paint(std::string_view picture, std::uint64_t position, relay::canvas on);
  // Nobody is there to paint any more, nor to say who reads: what is needed the far end draws, and
  // of several that were told so one reads, another one when that stops, and all show it.
  void stand_alone();

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
  void ask_for_status();
  void on_signal(int number);
  void terminal_gone();

  // Parts of a turn: effects, then bytes, then what to wait for.
  void perform(const relay_effect& effect);
  void resize(window_size size);
  void suspend();
  void step_aside();
  void go_on();
  void go_blind();
  void finish(session_end end);
  void write_terminal();
  std::string_view next_for_terminal();
  bool is_overwritten(std::uint64_t position) const;
  void write_pty();
  bool read_pty();
  void drain();
  void follow_to_the_end();
  void follow_alone();
  void look_at_ring();
  std::uint64_t last_lines() const;
  void take_role();
  bool pty_waits();
  template <class Handler>
  auto awaited(Handler handler);
  void wait();
  void wait_for_output();
  void wait_for_signal();
  void wait_for_time();
  void wait_readable(watched& what, void (relay_loop::*event)());
  void wait_writable(watched& what);
  void look_again_later();

  relay relay_;
  tty& terminal_;
  pty_program& ssh_;
  ring& output_;
  relay_calls calls_;
  pty_reader reader_;
  watched tty_;
  watched pty_;
  asio::posix::stream_descriptor ssh_end_;
  asio::signal_set signals_;
  asio::steady_timer timer_;       // the relay's deadline
  asio::steady_timer look_again_;  // the terminal is somebody else's
  asio::steady_timer read_again_;  // the screen process is a ring behind
  asio::steady_timer ring_timer_;  // there is no holder that tells of output
  asio::steady_timer status_timer_;
  std::optional<steady_time> timer_set_for_;
  std::vector<char> typed_;
  end_handler on_end_;
  std::optional<std::uint64_t> ends_at_;
  bool opened_ = false;
  bool alone_ = false;  // there is no holder any more
  bool blind_ = false;  // what is to be shown next is not known
  std::string copied_;
  std::size_t drained_ = 0;  // bytes read since ssh ended
  bool catches_stop_ = false;
  bool tty_open_ = true;
  bool ssh_gone_ = false;
  bool pty_drained_ = false;
  bool tty_taken_ = false;      // look_again_ is set
  bool follows_alone_ = false;  // ring_timer_ is set
  bool reads_later_ = false;    // read_again_ is set
  std::size_t pending_ = 0;     // waits under way
  std::optional<session_end> end_;
};

}  // namespace shim::io
