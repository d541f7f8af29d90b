#include <shim/io/relay_loop.hpp>

#include <fcntl.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>

namespace shim::io {
namespace {

using namespace std::chrono_literals;

// A read of a pty gives 4095 bytes, of a paste seldom more than this.
constexpr std::size_t typed_size = std::size_t{64} * 1024;
// How long a terminal may take what undoes a session's modes, or does them again.
constexpr auto leave_time = 100ms;
// How soon a terminal that someone else has set up is looked at again.
constexpr auto look_again_after = 50ms;
// What is read of a pty after ssh's end while others still write to it (a master with -v).
constexpr std::size_t drain_bound = std::size_t{1024} * 1024;

steady_time now() { return std::chrono::steady_clock::now(); }

// The context must not close fds that others own.
asio::posix::stream_descriptor watch(asio::io_context& context, int fd) {
  return {context, ::fcntl(fd, F_DUPFD_CLOEXEC, 0)};
}

bool would_block(ssize_t result) { return result < 0 && (errno == EAGAIN || errno == EINTR); }

bool is_ignored(int number) {
  struct sigaction set {};
  return ::sigaction(number, nullptr, &set) == 0 && set.sa_handler == SIG_IGN;
}

int number_of(ssh_signal number) {
  switch (number) {
    case ssh_signal::hang_up: return SIGHUP;
    case ssh_signal::interrupt: return SIGINT;
    case ssh_signal::quit: return SIGQUIT;
    case ssh_signal::terminate: return SIGTERM;
    case ssh_signal::resume: return SIGCONT;
    case ssh_signal::kill: break;
  }
  return SIGKILL;
}

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;  // clang 14 does not deduce it

}  // namespace

relay_loop::relay_loop(asio::io_context& context, relay_parts parts, relay_options options)
    : relay_(std::move(options), now()),
      terminal_(parts.terminal),
      ssh_(parts.ssh),
      output_(parts.output),
      tty_{watch(context, parts.terminal.fd())},
      pty_{watch(context, parts.pty)},
      ssh_end_(watch(context, parts.ssh.pidfd())),
      signals_(context),
      timer_(context),
      look_again_(context),
      typed_(typed_size) {}

void relay_loop::catch_signals() {
  for (const int number : {SIGWINCH, SIGTSTP, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM})
    if (!is_ignored(number)) signals_.add(number);
  catches_stop_ = !is_ignored(SIGTSTP);
  wait_for_signal();
}

// Every wait goes through here, so that the end is told when none is left: the loop may be gone
// then.
template <class Handler>
auto relay_loop::awaited(Handler handler) {
  ++pending_;
  return [this, handler](auto error, auto... details) {
    --pending_;
    if (!error && !end_) handler(details...);
    if (end_ && pending_ == 0) on_end_(*end_);
  };
}

void relay_loop::start(end_handler on_end) {
  on_end_ = std::move(on_end);
  ssh_end_.async_wait(asio::posix::stream_descriptor::wait_read,
                      awaited([this] { on_ssh_ended(); }));
  turn();
}

// -- events --

void relay_loop::on_tty_readable() {
  if (!terminal_.is_ours()) {
    look_again_later();
    return turn();
  }
  const auto got = ::read(tty_.fd.native_handle(), typed_.data(), typed_.size());
  if (got > 0) {
    const auto mode = line_mode_of(pty_.fd.native_handle());
    relay_.typed({typed_.data(), static_cast<std::size_t>(got)}, mode, now());
  } else if (!would_block(got)) {
    tty_open_ = false;
    relay_.terminal_gone(now());
  }
  turn();
}

void relay_loop::on_pty_readable() {
  read_pty();
  turn();
}

void relay_loop::on_ssh_ended() {
  ssh_gone_ = true;
  relay_.ssh_ended(ssh_.reap(), now());
  turn();
}

void relay_loop::on_signal(int number) {
  switch (number) {
    case SIGWINCH: relay_.resized(terminal_.size()); break;
    case SIGTSTP: relay_.stop_asked(); break;
    case SIGCONT:  // from a stop that was not ours to prepare
      terminal_.enter_raw();
      relay_.resumed(terminal_.size(), now());
      break;
    case SIGHUP: relay_.signalled(ssh_signal::hang_up, now()); break;
    case SIGINT: relay_.signalled(ssh_signal::interrupt, now()); break;
    case SIGQUIT: relay_.signalled(ssh_signal::quit, now()); break;
    default: relay_.signalled(ssh_signal::terminate, now()); break;
  }
  wait_for_signal();
  turn();
}

// -- a turn --

void relay_loop::turn() {
  do {
    while (const auto effect = relay_.next_effect()) perform(*effect);
    if (end_) return;
    write_pty();
    write_terminal();
    if (ssh_gone_ && !pty_drained_) drain();
  } while (relay_.has_effects());
  wait();
}

void relay_loop::perform(const relay_effect& effect) {
  std::visit(overloaded{
                 [this](const effect::signal_ssh& signal) {
                   const int number = number_of(signal.number);
                   signal.whole_group ? ssh_.signal_group(number) : ssh_.signal(number);
                 },
                 [this](const effect::resize_pty& resize) {
                   set_window_size(pty_.fd.native_handle(), resize.size);
                 },
                 [this](const effect::suspend&) { suspend(); },
                 [this](const effect::finish& last) { finish(last.end); },
             },
             effect);
}

// The default action of SIGTSTP, and not SIGSTOP: an orphaned process group, which nobody could
// continue, is then left running, as ssh is.
void relay_loop::suspend() {
  write_terminal();
  terminal_.write(relay_.leave_text(), leave_time);
  terminal_.restore();
  boost::system::error_code ignored;
  if (catches_stop_) signals_.remove(SIGTSTP, ignored);
  ::raise(SIGTSTP);
  if (catches_stop_) signals_.add(SIGTSTP, ignored);
  terminal_.enter_raw();
  terminal_.write(relay_.return_text(), leave_time);
  relay_.resumed(terminal_.size(), now());
}

void relay_loop::finish(session_end end) {
  end_ = end;
  boost::system::error_code ignored;
  for (auto* fd : {&tty_.fd, &pty_.fd, &ssh_end_}) fd->close(ignored);
  signals_.cancel(ignored);
  timer_.cancel();
  look_again_.cancel();
}

// One that was full is not tried again before it has room.
void relay_loop::write_terminal() {
  if (tty_.writing == readiness::awaited) return;
  for (auto piece = relay_.terminal(); tty_open_; piece = relay_.terminal()) {
    const auto bytes = piece.text.empty() ? output_.bytes(piece.from, piece.size) : piece.text;
    if (bytes.empty()) return;
    const auto put = ::write(tty_.fd.native_handle(), bytes.data(), bytes.size());
    if (would_block(put)) return wait_writable(tty_);
    if (put < 0) {
      tty_open_ = false;
      return relay_.terminal_gone(now());
    }
    relay_.shown(bytes.substr(0, static_cast<std::size_t>(put)), now());
  }
}

void relay_loop::write_pty() {
  if (pty_.writing == readiness::awaited) return;
  for (auto bytes = relay_.for_ssh(); !bytes.empty(); bytes = relay_.for_ssh()) {
    const auto put = ::write(pty_.fd.native_handle(), bytes.data(), bytes.size());
    if (would_block(put)) return wait_writable(pty_);
    if (put < 0) return;  // nobody has the other end any more: the end of ssh will tell
    relay_.sent(static_cast<std::size_t>(put));
  }
}

// One read straight into the ring. False if there is nothing to read, for now or ever.
bool relay_loop::read_pty() {
  const auto room = output_.begin(epoch_, std::min(relay_.output_room(), ring::most_room));
  const auto got = ::read(pty_.fd.native_handle(), room.data(), room.size());
  const auto size = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  if (size == 0) pty_open_ = would_block(got);  // EIO: no slave is open
  output_.publish(epoch_, size == 0 ? 0 : relay_.output(room.first(size), now()));
  drained_ += ssh_gone_ ? size : 0;
  return size != 0;
}

// ssh is reaped, so what it wrote is there to be read now; EAGAIN is its end even where another
// process (a ControlPersist master) keeps the slave open.
void relay_loop::drain() {
  while (relay_.output_room() > 0) {
    if (pty_open_ && drained_ < drain_bound && read_pty()) {
      write_terminal();
      continue;
    }
    pty_drained_ = true;
    return relay_.pty_drained();
  }
}

// -- what to wait for --

void relay_loop::wait() {
  if (tty_open_ && !tty_taken_) wait_readable(tty_, &relay_loop::on_tty_readable);
  if (pty_open_ && !ssh_gone_ && relay_.output_room() > 0)
    wait_readable(pty_, &relay_loop::on_pty_readable);
  wait_for_time();
}

void relay_loop::wait_readable(watched& what, void (relay_loop::*event)()) {
  if (std::exchange(what.reading, readiness::awaited) == readiness::awaited) return;
  what.fd.async_wait(asio::posix::stream_descriptor::wait_read, awaited([this, &what, event] {
                       what.reading = readiness::idle;
                       (this->*event)();
                     }));
}

void relay_loop::wait_writable(watched& what) {
  if (std::exchange(what.writing, readiness::awaited) == readiness::awaited) return;
  what.fd.async_wait(asio::posix::stream_descriptor::wait_write, awaited([this, &what] {
                       what.writing = readiness::idle;
                       turn();
                     }));
}

void relay_loop::wait_for_signal() {
  signals_.async_wait(awaited([this](int number) { on_signal(number); }));
}

void relay_loop::wait_for_time() {
  const auto due = relay_.deadline();
  if (due == timer_set_for_) return;
  timer_set_for_ = due;
  timer_.cancel();
  if (!due) return;
  timer_.expires_at(*due);
  timer_.async_wait(awaited([this] {
    timer_set_for_.reset();
    relay_.expired(now());
    turn();
  }));
}

void relay_loop::look_again_later() {
  tty_taken_ = true;
  look_again_.expires_after(look_again_after);
  look_again_.async_wait(awaited([this] {
    tty_taken_ = !terminal_.is_ours();
    if (tty_taken_) look_again_later();
    turn();
  }));
}

}  // namespace shim::io
