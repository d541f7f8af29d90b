#include <shim/hold/held_program.hpp>

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <utility>

#include <shim/io/now.hpp>

namespace shim::hold {
namespace {

using namespace std::chrono_literals;

// Long enough for a program at the far end to see a size before it is the next one.
constexpr auto redraw_time = 50ms;
// What is read of a pty after the end while others still write to it (a master with -v).
constexpr std::size_t drain_bound = std::size_t{1024} * 1024;

asio::posix::stream_descriptor watch(asio::io_context& context, int fd) {
  return {context, ::fcntl(fd, F_DUPFD_CLOEXEC, 0)};
}

using io::now;

int number_of(end_signal how) {
  switch (how) {
    case end_signal::hang_up: return SIGHUP;
    case end_signal::terminate: return SIGTERM;
    case end_signal::kill: break;
  }
  return SIGKILL;
}

std::chrono::system_clock::time_point time_of(const timespec& t) {
  return std::chrono::system_clock::from_time_t(t.tv_sec);
}

}  // namespace

held_program::held_program(asio::io_context& context, held_program_request request,
                           std::error_code& error)
    : output_(io::ring::default_capacity, error),
      pty_(io::pty::open(request.terminal, request.size, error)),
      child_(request.program, pty_.slave.get(), error),
      pid_(child_.pid()),
      reader_(pty_.master.get(), output_),
      size_(request.size),
      pty_watch_(context),
      child_watch_(watch(context, child_.pidfd())),
      redraw_timer_(context),
      read_again_(context) {
  pty_.slave.reset();
  request.screen.size = request.size;
  if (!error) screen_.emplace(context, output_, std::move(request.screen), error);
  if (!error) reader_.never_overtake({screen_->mark(), screen_->wake_fd()});
}

void held_program::start(calls to_make) {
  calls_ = std::move(to_make);
  screen_->on_restart([this](std::uint64_t) { redraw(); });
  screen_->start(0);
  child_watch_.async_wait(asio::posix::stream_descriptor::wait_read,
                          life_.guard([this] { child_ended(); }));
  wait_for_output();
}

// -- output --

void held_program::reads(std::optional<std::uint32_t> epoch) {
  reader_.reads(epoch);
  if (end_) return drain();
  wait_for_output();
}

// What is watched wakes this process whether anybody waits for it or not (Asio's epoll(7) is
// edge-triggered and keeps what it has): so only while it is read here. Where there is no fd for it
// it is looked at again and again.
void held_program::wait_for_output() {
  if (awaits_output_) return;
  boost::system::error_code ignored;
  if (end_ || !reader_.reads() || !reader_.open()) {
    pty_watch_.close(ignored);
    return;
  }
  if (!pty_watch_.is_open())
    pty_watch_.assign(::fcntl(pty_.master.get(), F_DUPFD_CLOEXEC, 0), ignored);
  awaits_output_ = true;
  const auto then = life_.guard([this] {
    awaits_output_ = false;
    read();
  });
  if (pty_watch_.is_open() && reader_.has_room(now()))
    return pty_watch_.async_wait(asio::posix::stream_descriptor::wait_read, then);
  read_again_.expires_after(io::screen_gate::look_again_after);
  read_again_.async_wait(then);
}

void held_program::read() {
  const bool had_role = reader_.reads();
  const auto keep = [](std::span<char> bytes) { return bytes.size(); };
  if (had_role && reader_.read(io::ring::most_room, keep) != 0) calls_.output();
  wait_for_output();
}

// -- the window --

void held_program::resize(window_size size, std::uint64_t position) {
  size_ = size;
  if (screen_) screen_->resize(size, position);
}

void held_program::set_window(window_size size) {
  if (size == size_) return;
  io::set_window_size(pty_.master.get(), size);
  resize(size, output_.head());
}

void held_program::redraw() {
  auto other = size_;
  other.rows = static_cast<decltype(other.rows)>(size_.rows > 1 ? size_.rows - 1 : 2);
  io::set_window_size(pty_.master.get(), other);
  redraw_timer_.expires_after(redraw_time);
  redraw_timer_.async_wait(life_.guard([this] { io::set_window_size(pty_.master.get(), size_); }));
}

// -- what runs --

void held_program::type(std::string_view bytes) {
  [[maybe_unused]] const auto put = ::write(pty_.master.get(), bytes.data(), bytes.size());
}

// A stopped one ends by itself once it goes on.
void held_program::signal(end_signal number) {
  child_.signal_group(number_of(number));
  if (number != end_signal::kill) child_.signal_group(SIGCONT);
}

void held_program::child_ended() {
  end_ = child_.reap();
  drain();
}

// It has ended, so what it wrote is there to be read now; EAGAIN is its end even where another
// process (a ControlPersist master) keeps the slave open. A client that reads does this itself.
void held_program::drain() {
  const auto keep = [](std::span<char> bytes) { return bytes.size(); };
  while (reader_.reads() && reader_.open() && drained_ < drain_bound) {
    const auto size = reader_.read(io::ring::most_room, keep);
    drained_ += size;
    if (size == 0) break;
    calls_.output();
  }
  if (!std::exchange(end_told_, true)) calls_.ended(*end_);
}

// What the picture came in is given back too: an end may be kept for a day.
void held_program::discard() {
  screen_.reset();
  output_.discard();
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

// The kernel keeps count of what goes in and out at the other end, whoever reads here (stat(2)).
std::optional<std::chrono::system_clock::time_point> held_program::last_used() const {
  unsigned number = 0;
  struct stat about {};
  if (::ioctl(pty_.master.get(), TIOCGPTN, &number) != 0) return std::nullopt;
  const auto name = "/dev/pts/" + std::to_string(number);
  if (::stat(name.c_str(), &about) != 0) return std::nullopt;
  return std::max(time_of(about.st_atim), time_of(about.st_mtim));
}

}  // namespace shim::hold
