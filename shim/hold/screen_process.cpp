#include <shim/hold/screen_process.hpp>

#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <utility>

#include <shim/hold/screen_worker.hpp>
#include <shim/io/error.hpp>

namespace shim::hold {
namespace {

steady_time now() { return std::chrono::steady_clock::now(); }

}  // namespace

screen_process::screen_process(asio::io_context& context, const io::ring& output,
                               screen_settings settings, std::error_code& error)
    : context_(context),
      output_(output),
      settings_(std::move(settings)),
      mark_(error),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      watch_(settings_.patience),
      timer_(context) {
  if (!error && !wake_) error = io::last_error();
}

screen_process::~screen_process() = default;

void screen_process::start(std::uint64_t from) {
  from_ = from;
  watch_.wanted(now());
  act();
}

void screen_process::act() {
  while (const auto step = watch_.next_step()) {
    if (*step == screen_watch::step::start) launch();
    if (*step == screen_watch::step::kill && running_) running_->child.signal(SIGKILL);
  }
  wait_for_time();
}

void screen_process::launch() {
  std::error_code error;
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) error = io::last_error();
  io::unique_fd to_it(ends[0]);
  const io::unique_fd to_us(ends[1]);
  const auto ring = error ? io::unique_fd() : output_.read_only(error);
  if (!error) {
    const io::child::helper how{settings_.program,
                                {screen_worker_name},
                                {to_us.get(), ring.get(), mark_.fd(), wake_.get()}};
    running_.emplace(context_, std::move(to_it), how, error);
  }
  if (error) return lost();
  mark_.set(from_);
  running_->socket.send(
      encode(screen_message::begin{from_, settings_.size.rows, settings_.size.columns,
                                   settings_.history_rows, settings_.history_bytes}));
  running_->socket.start([this](const frame& from) { return take(from); }, [this] { lost(); });
}

// The next one begins with what comes now: what killed this one may be in the ring.
void screen_process::lost() {
  running_.reset();
  mark_.set(io::screen_mark::nobody);
  from_ = output_.head();
  watch_.died(now());
  for (auto waiting = std::exchange(asked_, {}); auto& each : waiting)
    deliver(std::move(each.handler), std::nullopt);
  act();
  if (running_ && on_restart_) on_restart_(from_);
}

void screen_process::wait_for_time() {
  timer_.cancel();
  const auto due = watch_.deadline();
  if (!due) return;
  timer_.expires_at(*due);
  timer_.async_wait(life_.guard([this] {
    watch_.expired(now());
    act();
  }));
}

// False: what it says makes no sense.
bool screen_process::take(const frame& from) {
  watch_.heard(now());
  const auto message = decode<screen_report>(from);
  const auto* report = std::get_if<screen_report>(&message);
  if (report == nullptr) return false;
  if (const auto* begun = std::get_if<screen_message::picture>(report))
    return begin_picture(*begun);
  if (const auto* piece = std::get_if<screen_message::piece>(report))
    return take_piece(piece->bytes);
  return true;
}

bool screen_process::begin_picture(const screen_message::picture& begun) {
  if (asked_.empty() || asked_.front().id != begun.id || asked_.front().begun) return false;
  const bool is_there = from_ <= begun.position && begun.position <= output_.head();
  if (!is_there || begun.size > most_picture) return false;
  auto& front = asked_.front();
  front.begun = true;
  front.size = begun.size;
  front.made.position = begun.position;
  return take_piece({});
}

bool screen_process::take_piece(std::string_view bytes) {
  if (asked_.empty() || !asked_.front().begun) return false;
  auto& front = asked_.front();
  if (bytes.size() > front.size - front.made.bytes.size()) return false;
  front.made.bytes += bytes;
  if (front.made.bytes.size() < front.size) return true;
  watch_.answered(now());
  deliver(std::move(front.handler), std::move(front.made));
  asked_.pop_front();
  return true;
}

void screen_process::deliver(picture_handler handler, std::optional<picture> made) {
  asio::post(context_,
             life_.guard_call([handler = std::move(handler), made = std::move(made)]() mutable {
               handler(std::move(made));
             }));
}

void screen_process::resize(window_size size, std::uint64_t position) {
  settings_.size = size;
  if (running_)
    running_->socket.send(encode(screen_message::resize{position, size.rows, size.columns}));
}

void screen_process::paint(std::uint32_t most_history, picture_handler handler) {
  if (!running_) return deliver(std::move(handler), std::nullopt);
  asked_.push_back({++last_id_, std::move(handler), false, 0, {}});
  watch_.asked(now());
  wait_for_time();
  running_->socket.send(encode(screen_message::paint{last_id_, most_history}));
}

void screen_process::wake() const {
  const std::uint64_t once = 1;
  [[maybe_unused]] const auto put = ::write(wake_.get(), &once, sizeof once);
}

}  // namespace shim::hold
