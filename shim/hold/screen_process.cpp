#include <shim/hold/screen_process.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <utility>

#include <shim/hold/screen_worker.hpp>
#include <shim/io/error.hpp>
#include <shim/io/now.hpp>

namespace shim::hold {
namespace {

using namespace std::chrono_literals;

using io::now;

// Two that are lost within this time may have been killed by the same output.
constexpr auto lost_for_one_reason = 60s;

}  // namespace

screen_process::screen_process(asio::io_context& context, const io::ring& output,
                               screen_settings settings, std::error_code& error)
    : context_(context),
      output_(output),
      settings_(std::move(settings)),
      mark_(error),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      watch_(settings_.patience),
      timer_(context),
      wake_watch_(context) {
  if (!error && !wake_) error = io::last_error();
}

screen_process::~screen_process() = default;

// Who produces the output waits for it as if it was there.
void screen_process::start(std::uint64_t from) {
  first_ = from_ = from;
  mark_.set(from);
  boost::system::error_code error;
  wake_watch_.assign(::fcntl(wake_.get(), F_DUPFD_CLOEXEC, 0), error);
  if (error) return need();
  wake_watch_.async_wait(asio::posix::stream_descriptor::wait_read,
                         life_.guard([this] { need(); }));
}

void screen_process::need() {
  if (std::exchange(needed_, true)) return;
  boost::system::error_code ignored;
  wake_watch_.close(ignored);
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

void screen_process::lost() {
  running_.reset();
  mark_.set(io::screen_mark::nobody);
  from_ = where_to_begin_again();
  watch_.died(now());
  for (auto waiting = std::exchange(asked_, {}); auto& each : waiting) give_up(std::move(each));
  act();
  if (running_ && on_restart_) on_restart_(from_);
}

// Where it began first, so that nothing is lost but the sizes that the window has had; later where
// the ring has that no more, or not for long, and where it is the output that kills.
std::uint64_t screen_process::where_to_begin_again() {
  const auto head = output_.head();
  const bool all_is_there = head - first_ <= output_.kept() / 2;
  const auto before = std::exchange(lost_at_, now());
  const bool again = before && *lost_at_ - *before < lost_for_one_reason;
  return all_is_there && !again ? first_ : head;
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
  return report != nullptr && std::visit([this](const auto& each) { return take(each); }, *report);
}

// It answers in the order in which it was asked.
template <class Handler>
screen_process::asked* screen_process::front_for(std::uint32_t id) {
  if (asked_.empty() || asked_.front().id != id) return nullptr;
  return std::holds_alternative<Handler>(asked_.front().handler) ? &asked_.front() : nullptr;
}

bool screen_process::take(const screen_message::picture& begun) {
  auto* const front = front_for<picture_handler>(begun.id);
  const bool is_there = from_ <= begun.position && begun.position <= output_.head();
  if (front == nullptr || front->size || !is_there || begun.size > most_picture) return false;
  front->size = begun.size;
  front->made.position = begun.position;
  return take(screen_message::piece{});
}

bool screen_process::take(const screen_message::piece& more) {
  if (asked_.empty() || !asked_.front().size) return false;
  auto& front = asked_.front();
  auto& made = front.made.bytes;
  if (more.bytes.size() > *front.size - made.size()) return false;
  made += more.bytes;
  if (made.size() == *front.size) answered<picture_handler>(std::optional(std::move(front.made)));
  return true;
}

bool screen_process::take(const screen_message::answer& answer) {
  if (front_for<answer_handler>(answer.id) == nullptr) return false;
  answered<answer_handler>(answer.known != 0 ? std::optional(answer.numbers) : std::nullopt);
  return true;
}

bool screen_process::take(const screen_message::description& told) {
  if (front_for<description_handler>(told.id) == nullptr) return false;
  answered<description_handler>(std::optional(
      description{told.seen_rows, std::string(told.title), std::string(told.directory)}));
  return true;
}

template <class Handler, class Answer>
void screen_process::answered(Answer answer) {
  watch_.answered(now());
  deliver(std::get<Handler>(std::move(asked_.front().handler)), std::move(answer));
  asked_.pop_front();
}

// Not from here, where the handler's owner might end us.
template <class Handler, class Answer>
void screen_process::deliver(Handler handler, Answer answer) {
  asio::post(context_,
             life_.guard_call([handler = std::move(handler), answer = std::move(answer)]() mutable {
               handler(std::move(answer));
             }));
}

void screen_process::give_up(asked waiting) {
  std::visit([this](auto& handler) { deliver(std::move(handler), std::nullopt); }, waiting.handler);
}

// What was there before had the size of that time.
void screen_process::resize(window_size size, std::uint64_t position) {
  if (position != first_) need();
  settings_.size = size;
  if (running_)
    running_->socket.send(encode(screen_message::resize{position, size.rows, size.columns}));
}

void screen_process::paint(std::uint32_t most_history, std::uint64_t from_row,
                           picture_handler handler) {
  send(screen_message::paint{++last_id_, most_history, from_row}, std::move(handler));
}

void screen_process::ask(const vt::placed_query& met, answer_handler handler) {
  send(screen_message::ask{++last_id_, met.end, static_cast<std::uint32_t>(met.asked.kind),
                           met.asked.number},
       std::move(handler));
}

void screen_process::describe(description_handler handler) {
  send(screen_message::describe{++last_id_}, std::move(handler));
}

template <class Question, class Handler>
void screen_process::send(const Question& question, Handler handler) {
  need();
  if (!running_) return deliver(std::move(handler), std::nullopt);
  asked_.push_back({question.id, std::move(handler)});
  watch_.asked(now());
  wait_for_time();
  running_->socket.send(encode(question));
}

void screen_process::wake() const {
  const std::uint64_t once = 1;
  [[maybe_unused]] const auto put = ::write(wake_.get(), &once, sizeof once);
}

}  // namespace shim::hold
