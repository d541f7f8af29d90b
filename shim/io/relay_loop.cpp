#include <shim/io/relay_loop.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <type_traits>

#include <shim/core/overloaded.hpp>
#include <shim/io/now.hpp>

namespace shim::io {
namespace {

using namespace std::chrono_literals;

// A read of a pty gives 4095 bytes, of a paste seldom more than this.
constexpr std::size_t typed_size = std::size_t{64} * 1024;
// How long a terminal may take what undoes a session's modes, or does them again.
constexpr auto leave_time = 100ms;
// How soon a terminal that someone else has set up is looked at again.
constexpr auto look_again_after = 50ms;

// Of text.
constexpr std::size_t screenful = 4096;
// How soon it is asked again how ssh ended.
constexpr auto status_asked_after = 20ms;
// What is read of a pty after ssh's end while others still write to it (a master with -v).
constexpr std::size_t drain_bound = std::size_t{1024} * 1024;

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

// Of relay_calls.
template <class... Arguments>
void call(const std::function<void(Arguments...)>& what, std::type_identity_t<Arguments>... with) {
  if (what) what(with...);
}

}  // namespace

relay_loop::relay_loop(asio::io_context& context, relay_parts parts, relay_options options,
                       relay_calls calls)
    : relay_(std::move(options), now()),
      terminal_(parts.terminal),
      ssh_(parts.ssh),
      output_(parts.output),
      calls_(std::move(calls)),
      reader_(parts.pty, parts.output),
      tty_{watch(context, parts.terminal.fd())},
      pty_{watch(context, parts.pty)},
      ssh_end_(watch(context, parts.ssh.pidfd())),
      signals_(context),
      timer_(context),
      look_again_(context),
      read_again_(context),
      ring_timer_(context),
      status_timer_(context),
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
    if (mode == line_mode::raw && !std::exchange(opened_, true)) call(calls_.opened);
    const std::string_view bytes(typed_.data(), static_cast<std::size_t>(got));
    relay_.typed(bytes, mode, now());
    call(calls_.typed, bytes);
  } else if (!would_block(got)) {
    terminal_gone();
  }
  turn();
}

void relay_loop::terminal_gone() {
  tty_open_ = false;
  relay_.terminal_gone(now());
}

void relay_loop::on_pty_readable() {
  read_pty();
  turn();
}

void relay_loop::on_ssh_ended() {
  ssh_gone_ = true;
  const auto status = ssh_.end();
  relay_.ssh_ended(status, now());
  if (!status) ask_for_status();
  turn();
}

// Who is no child of ours may be reaped a moment later.
void relay_loop::ask_for_status() {
  status_timer_.expires_after(status_asked_after);
  status_timer_.async_wait(awaited([this] {
    const auto status = ssh_.end();
    if (!status) return ask_for_status();
    relay_.ssh_ended_as(*status);
    turn();
  }));
}

void relay_loop::on_signal(int number) {
  switch (number) {
    case SIGWINCH: relay_.resized(terminal_.size()); break;
    case SIGTSTP: relay_.stop_asked(); break;
    case SIGCONT:  // from a stop that was not ours to prepare
      step_aside();
      terminal_.enter_raw();
      go_on();
      break;
    case SIGHUP:
      terminal_.is_alive() ? relay_.signalled(ssh_signal::hang_up, now()) : terminal_gone();
      break;
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
                 [this](const effect::resize_pty& to) { resize(to.size); },
                 [this](const effect::suspend&) { suspend(); },
                 [this](const effect::list_sessions&) { call(calls_.list_sessions); },
                 [this](const effect::ask_master& of) { call(calls_.ask_master, of.what); },
                 [this](const effect::repaint&) { call(calls_.repaint); },
                 [this](const effect::finish& last) { finish(last.end); },
             },
             effect);
}

void relay_loop::resize(window_size size) {
  set_window_size(pty_.fd.native_handle(), size);
  call(calls_.resized, size);
}

// The default action of SIGTSTP, and not SIGSTOP: an orphaned process group, which nobody could
// continue, is then left running, as ssh is.
void relay_loop::suspend() {
  write_terminal();
  terminal_.write(relay_.leave_text(), leave_time);
  terminal_.restore();
  step_aside();
  boost::system::error_code ignored;
  if (catches_stop_) signals_.remove(SIGTSTP, ignored), signals_.remove(SIGCONT, ignored);
  ::raise(SIGTSTP);
  if (catches_stop_) signals_.add(SIGTSTP, ignored), signals_.add(SIGCONT, ignored);
  terminal_.enter_raw();
  if (!calls_.suspended) terminal_.write(relay_.return_text(), leave_time);
  go_on();
}

// Others read the pty meanwhile, where there are any.
void relay_loop::step_aside() {
  if (!calls_.suspended) return;
  go_blind();
  calls_.suspended(true);
}

// The shell may have written meanwhile.
void relay_loop::go_on() {
  if (!calls_.suspended) return relay_.resumed(terminal_.size(), now());
  relay_.resized(terminal_.size());
  calls_.suspended(false);
}

void relay_loop::finish(session_end end) {
  end_ = end;
  boost::system::error_code ignored;
  for (auto* fd : {&tty_.fd, &pty_.fd, &ssh_end_}) fd->close(ignored);
  signals_.cancel(ignored);
  timer_.cancel();
  look_again_.cancel();
  read_again_.cancel();
  ring_timer_.cancel();
  status_timer_.cancel();
}

// One that was full is not tried again before it has room.
void relay_loop::write_terminal() {
  if (tty_.writing == readiness::awaited) return;
  for (auto bytes = next_for_terminal(); !bytes.empty(); bytes = next_for_terminal()) {
    const auto put = ::write(tty_.fd.native_handle(), bytes.data(), bytes.size());
    if (would_block(put)) return wait_writable(tty_);
    if (put < 0) return terminal_gone();
    relay_.shown(bytes.substr(0, static_cast<std::size_t>(put)), now());
  }
}

// Where another process reads the pty the ring may be overwritten at any time: what is shown of it
// is copied first.
std::string_view relay_loop::next_for_terminal() {
  if (!tty_open_) return {};
  const auto piece = relay_.terminal();
  if (!piece.text.empty()) return piece.text;
  if (blind_) return {};
  const auto bytes = output_.bytes(piece.from, std::min(piece.size, relay::output_bound));
  if (reader_.reads()) return bytes;
  copied_ = is_overwritten(piece.from) ? std::string_view() : bytes;
  if (!is_overwritten(piece.from)) return copied_;
  go_blind();
  call(calls_.repaint);
  return {};
}

bool relay_loop::is_overwritten(std::uint64_t position) const {
  return position + output_.kept() < output_.head();
}

// No output is shown until there is a picture to go on from.
void relay_loop::go_blind() {
  blind_ = true;
  if (reader_.reads()) reader_.reads(std::nullopt);
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
  const auto size = reader_.read(
      relay_.output_room(), [this](std::span<char> bytes) { return relay_.output(bytes, now()); });
  drained_ += ssh_gone_ ? size : 0;
  return size != 0;
}

// ssh has ended, so what it wrote is there to be read now; EAGAIN is its end even where another
// process (a ControlPersist master) keeps the slave open.
void relay_loop::drain() {
  if (alone_ && !reader_.reads()) return;  // until it looks at the ring
  if (!reader_.reads()) return follow_to_the_end();
  while (relay_.output_room() > 0) {
    if (reader_.open() && drained_ < drain_bound && read_pty()) {
      write_terminal();
      continue;
    }
    if (!reader_.reads()) return;  // somebody else drains it now
    pty_drained_ = true;
    return relay_.pty_drained();
  }
}

void relay_loop::follow_to_the_end() {
  if (!ends_at_ || relay_.output_end() < *ends_at_) return;
  pty_drained_ = true;
  relay_.pty_drained();
}

// -- another process --

void relay_loop::reads(std::optional<std::uint32_t> epoch) {
  reader_.reads(epoch);
  moved();
}

void relay_loop::moved() {
  if (end_) return;
  relay_.output_elsewhere(output_.head(), now());
  turn();
}

void relay_loop::ends_at(std::uint64_t position) {
  ends_at_ = position;
  moved();
}

void relay_loop::stand_alone() {
  alone_ = true;
  calls_.repaint = {};
  calls_.resized = {};
  calls_.suspended = {};
}

void relay_loop::paint(std::string_view picture, std::uint64_t position, relay::canvas on) {
  blind_ = false;
  relay_.paint(picture, position, on);
  moved();
}

// -- without a holder --

void relay_loop::follow_alone() {
  if (std::exchange(follows_alone_, true)) return;
  ring_timer_.expires_after(look_again_after);
  ring_timer_.async_wait(awaited([this] {
    follows_alone_ = false;
    look_at_ring();
  }));
}

// Output that nobody has read since the last look is read here.
void relay_loop::look_at_ring() {
  if (output_.head() != relay_.output_end()) reader_.reads(std::nullopt);  // another one reads
  const bool stands_still = output_.head() == relay_.output_end();
  if (!reader_.reads() && (ssh_gone_ || (stands_still && pty_waits()))) take_role();
  if (std::exchange(blind_, false)) {
    relay_.paint({}, last_lines(), relay::canvas::used);
    relay_.resumed(terminal_.size(), now());
  }
  moved();
}

// Nobody can draw the screen: it begins with the last lines that came, and a program that draws
// draws it anew for its other size.
std::uint64_t relay_loop::last_lines() const {
  const auto head = output_.head();
  const auto size = std::min<std::uint64_t>({head, output_.kept(), screenful});
  if (size == head) return 0;
  const auto line_end = output_.bytes(head - size, size).find('\n');
  return line_end == std::string_view::npos ? head : head - size + line_end + 1;
}

// One that is under way in another process is over at the next look.
void relay_loop::take_role() {
  if (const auto epoch = output_.take()) reader_.reads(*epoch);
}

bool relay_loop::pty_waits() {
  pollfd input{pty_.fd.native_handle(), POLLIN, 0};
  return ::poll(&input, 1, 0) > 0;
}

// -- what to wait for --

void relay_loop::wait() {
  if (tty_open_ && !tty_taken_) wait_readable(tty_, &relay_loop::on_tty_readable);
  const bool wants_output = reader_.reads() && reader_.open() && !ssh_gone_;
  if (wants_output && relay_.output_room() > 0 && !reads_later_) wait_for_output();
  if (alone_ && !pty_drained_) follow_alone();
  wait_for_time();
}

void relay_loop::wait_for_output() {
  if (reader_.has_room(now())) return wait_readable(pty_, &relay_loop::on_pty_readable);
  reads_later_ = true;
  read_again_.expires_after(screen_gate::look_again_after);
  read_again_.async_wait(awaited([this] {
    reads_later_ = false;
    turn();
  }));
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
