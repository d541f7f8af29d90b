// A session between a terminal and an ssh on a pty: what happens goes in (typed bytes, output,
// window size, signals, ssh's end, time), what must be done comes out (effects, and bytes for
// either side).
//
// It owns the order of things: what is typed reaches ssh unchanged and in order but for escapes;
// output reaches the terminal unchanged and in order, with our own lines between; whatever state
// ssh is in, an end that was asked for comes within half a second; and what the session switched on
// in the terminal is switched off when it has to be left.
// It reads and writes nothing itself, and knows the time only as an argument.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <shim/core/display.hpp>
#include <shim/core/escape_char.hpp>
#include <shim/core/escape_commands.hpp>
#include <shim/core/escape_filter.hpp>
#include <shim/core/escape_stuffing.hpp>
#include <shim/core/exit_status.hpp>
#include <shim/core/kill_ladder.hpp>
#include <shim/core/typed_queue.hpp>
#include <shim/core/window_size.hpp>

namespace shim {

// What the pty's termios say of who reads what is typed (sshtty.c, readpass.c).
enum class line_mode : std::uint8_t {
  cooked,  // ICANON and ECHO: ssh connects, asks about a host key, or has its own command line
  secret,  // ICANON without ECHO: a password or passphrase, the one place without escapes
  raw,     // the session is open
};

enum class ssh_signal : std::uint8_t { hang_up, interrupt, quit, terminate, resume, kill };

constexpr std::chrono::milliseconds default_kill_after{300};

struct relay_options {
  escape_char escape{'~'};      // the user's
  escape_char private_escape;   // the one ssh was given; none: nothing can be handed over to it
  std::string why_no_handover;  // said then, in a few words
  bool ssh_has_info = false;    // ssh has a `~I` of its own (10.3)
  std::string host;             // for people, safe to print; empty: what runs is no ssh
  bool quiet = false;           // say nothing that nobody asked for
  std::chrono::milliseconds timeout{0};  // 0 = none, for each of the three
  std::chrono::milliseconds idle_timeout{0};
  // For time-outs; `~.` always has its own.
  std::chrono::milliseconds kill_after = default_kill_after;
  escape_keys keys;
  bool paste_guard = true;  // more than a few bytes in one read are a paste, without escapes
  std::string session;      // its name, safe to print, if it can be detached; empty: it cannot
};

namespace effect {
struct signal_ssh {
  ssh_signal number;
  bool whole_group;  // ssh's process group (a ProxyCommand is in it too), or ssh alone
  bool operator==(const signal_ssh&) const = default;
};
struct resize_pty {
  window_size size;
  bool operator==(const resize_pty&) const = default;
};
struct suspend {  // leave_text(), give the terminal back, stop; then return_text() and resumed()
  bool operator==(const suspend&) const = default;
};
struct list_sessions {  // tell()
  bool operator==(const list_sessions&) const = default;
};
struct ask_master {  // tell(), or of its passengers tell_and_ask()
  enum class question : std::uint8_t { check, passengers, end, channels };
  question what;
  bool operator==(const ask_master&) const = default;
};
struct repaint {  // a picture is wanted: paint()
  bool operator==(const repaint&) const = default;
};
struct finish {  // nothing more will come but closing_text(), for a terminal that is still raw
  session_end end;
  bool operator==(const finish&) const = default;
};
}  // namespace effect
using relay_effect =
    std::variant<effect::signal_ssh, effect::resize_pty, effect::suspend, effect::list_sessions,
                 effect::ask_master, effect::repaint, effect::finish>;

class relay {
 public:
  // As much may be read from ssh and not yet taken by the terminal: so ^C acts at once.
  static constexpr std::size_t output_bound = std::size_t{64} * 1024;
  // Typed bytes that wait for ssh; what is typed beyond is looked through for escapes and dropped.
  static constexpr std::size_t typed_bound = std::size_t{16} * 1024 * 1024;

  relay(relay_options options, steady_time now);
  ~relay() = default;
  relay(const relay&) = delete;
  relay& operator=(const relay&) = delete;

  // -- what happens --
  // One read of the terminal, with the pty's line mode right after it: a password prompt that came
  // up meanwhile is respected.
  void typed(std::string_view bytes, line_mode mode, steady_time now);
  // One read of the pty, at most output_room() bytes. May change a byte in place. The answer is how
  // many of them count as output: all, or none when they are thrown away.
  std::size_t output(std::span<char> bytes, steady_time now);
  // What another process has read of the pty: the output goes up to `head` now.
  void output_elsewhere(std::uint64_t head, steady_time now);
  // A picture that stands for the output before `position` (vt/screen/repaint.hpp), for a terminal
  // that shows something else: what is on in it is undone first, and where it is not a `fresh` one
  // the screen is cleared.
  enum class canvas : std::uint8_t { fresh, used };
  void paint(std::string_view picture, std::uint64_t position, canvas on);
  // The front of terminal(), as it was written; as many bytes of for_ssh().
  void shown(std::string_view bytes, steady_time now);
  void sent(std::size_t count);
  void resized(window_size size);  // one that is not known changes nothing
  // After a stop. The program is made to redraw: it has a window of another size for a moment, as
  // an unchanged size would reach nobody (tty_ioctl(4), TIOCSWINSZ).
  void resumed(window_size size, steady_time now);
  // A signal for us, which plain ssh would have got.
  void signalled(ssh_signal number, steady_time now);
  void stop_asked();  // SIGTSTP
  void terminal_gone(steady_time now);
  void ssh_ended(std::optional<child_status> status, steady_time now);  // none: it will be told
  void ssh_ended_as(child_status status);                               // after that
  void pty_drained();                                 // after ssh_ended: nothing more to read
  void tell(std::string_view lines) { note(lines); }  // for the user, each with CR LF at its end
  // The same, and whether the master shall end: the next key answers.
  void tell_and_ask(std::string_view lines);
  void left_out(std::string why, steady_time now);  // the session goes on without this terminal
  void no_longer_held() { options_.session.clear(); }
  void renamed(std::string session);  // safe to print; says nothing where it is no longer held
  void expired(steady_time now);

  // -- what must be done --
  std::optional<relay_effect> next_effect();
  bool has_effects() const { return !effects_.empty(); }
  std::size_t output_room() const;                             // 0: leave the pty alone for now
  std::uint64_t output_end() const { return display_.end(); }  // the position of what comes next
  terminal_piece terminal() const;   // view holds until the next call of a member not const
  std::string_view for_ssh() const;  // likewise
  std::optional<steady_time> deadline() const;

  // For the terminal while it is raw, in one piece each. What undoes all that the session switched
  // on, and what does it again; after effect::finish what undoes it, with the words that are left
  // for people. Any may be empty.
  std::string leave_text() const;
  std::string return_text() const;
  std::string closing_text() const;

  // What is switched on in the terminal.
  const vt::journal& journal() const { return display_.journal(); }

 private:
  enum class phase : std::uint8_t { running, ending, draining, finished };

  void type_held_sequence();
  void answered(std::string_view& bytes);
  bool takes_typed();
  void to_ssh(std::string_view bytes);
  void run(const escape_command& what, line_mode mode, steady_time now);
  void ask_master(const escape_command& what, effect::ask_master::question question);
  void hand_over(const escape_command& what, line_mode mode, steady_time now);
  void say(const escape_command& what, std::string_view text);
  void note(std::string_view text);
  void end(end_cause cause, std::chrono::milliseconds grace, steady_time now);
  void detach(steady_time now);
  void hang_up();
  void signal_group(ssh_signal number);
  void act(relay_effect effect);
  void finish();
  void finish_if_done();
  void show_help(line_mode mode);
  void show_echoes(std::span<char> bytes);
  void keep_last(std::string_view output);
  bool words_vanish() const;
  bool ended_well() const;
  std::string our_last_words() const;
  std::string words_of_closing() const;
  std::string words_of_detaching() const;
  bool available(const escape_command& what, line_mode mode) const;
  std::optional<steady_time> idle_deadline() const;
  std::optional<steady_time> key_deadline() const;
  std::optional<steady_time> note_deadline() const;

  relay_options options_;
  escape_filter filter_;
  escape_stuffing stuffing_;
  typed_queue queue_{typed_bound};
  kill_ladder ladder_;
  std::deque<relay_effect> effects_;

  phase phase_ = phase::running;
  session_end end_;
  bool asked_ = false;          // the next key answers a question of ours
  bool dropping_ = false;       // the queue is full, and it has been said
  bool terminal_lost_ = false;  // nobody will read what we write
  bool drained_ = false;
  std::string left_out_;          // why, safe to print
  bool ssh_says_closed_ = false;  // so that we need not

  display display_;
  std::string last_output_;  // while words_vanish(), up to last_words_bound of it

  std::size_t echoes_ = 0;  // how often ssh will print its escape character,
  steady_time echo_until_;  // and till when
  std::optional<steady_time> timeout_at_;
  std::optional<steady_time> hang_up_at_;
  std::optional<steady_time> flush_until_;
  std::optional<steady_time> detach_until_;  // what was typed before is sent by then, or never
  std::optional<steady_time> status_until_;  // how ssh ended is told by then, or never
  std::optional<steady_time> redraw_at_;     // the pty gets its right size again
  window_size size_;
  steady_time last_typed_;
  steady_time last_active_;
  steady_time last_shown_;
  steady_time send_until_;  // ssh has what was typed, and time to send it, by then
};

}  // namespace shim
