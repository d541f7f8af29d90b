#include <shim/hold/screen_worker.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <deque>
#include <optional>
#include <string_view>

#include <shim/core/screen_protocol.hpp>
#include <shim/hold/sandbox.hpp>
#include <shim/io/ring.hpp>
#include <shim/io/screen_mark.hpp>
#include <vt/screen/history.hpp>
#include <vt/screen/repaint.hpp>
#include <vt/screen/screen.hpp>

namespace shim::hold {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr int failure = 1;

constexpr std::size_t most_memory = std::size_t{256} * 1024 * 1024;

// What is read of the output at a time. Hostile output takes up to some 50 ms a kibibyte.
constexpr std::size_t step_size = 1024;

// How often a sign of life goes out while there is work.
constexpr auto sign_time = 40ms;

// Behind its length and type.
constexpr std::size_t most_piece = max_screen_frame - 64;

struct model {
  explicit model(const screen_message::begin& how)
      : history({how.history_rows, static_cast<std::size_t>(how.history_bytes)}),
        screen(static_cast<int>(how.rows), static_cast<int>(how.columns), &history),
        origin(how.position) {}

  vt::history history;
  vt::screen screen;
  std::uint64_t origin;  // of the output: where the screen's position 0 is

  std::uint64_t position() const { return origin + screen.position(); }
};

class worker {
 public:
  worker(const io::ring& output, io::screen_mark& mark) : output_(output), mark_(mark) {}

  int run();

 private:
  bool wait();
  bool read_requests();
  bool take(const screen_request& request);
  bool catch_up();
  bool is_overtaken() const;
  void step(std::uint64_t until);
  void resize_due();
  bool serve();
  bool paint(const screen_message::paint& wanted);
  bool sign_of_life();
  template <class Report>
  bool send(const Report& report);

  const io::ring& output_;
  io::screen_mark& mark_;
  std::optional<model> model_;
  std::deque<screen_message::resize> resizes_;  // those that wait for their position
  std::deque<screen_message::paint> paints_;
  std::string received_;
  steady_clock::time_point last_sign_;
};

// Until its other end is closed.
int worker::run() {
  while (wait() && read_requests()) {
    if (!model_) continue;
    if (!catch_up() || !serve()) return failure;
  }
  return received_.empty() ? 0 : failure;
}

bool worker::wait() {
  pollfd watched[] = {{worker_socket, POLLIN, 0}, {worker_wake, POLLIN, 0}};
  while (::poll(watched, 2, -1) < 0)
    if (errno != EINTR) return false;
  if (watched[1].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(worker_wake, &count, sizeof count);
  }
  return true;
}

// All that are there. False: there will be none any more.
bool worker::read_requests() {
  pollfd socket{worker_socket, POLLIN, 0};
  char buffer[4096];
  while (::poll(&socket, 1, 0) > 0) {
    const auto got = ::read(worker_socket, buffer, sizeof buffer);
    if (got <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(got));
  }
  std::string_view rest = received_;
  while (true) {
    const auto next = take_frame(rest, max_screen_frame);
    if (std::holds_alternative<need_more>(next)) break;
    const auto* whole = std::get_if<frame>(&next);
    if (whole == nullptr) return false;
    const auto message = decode<screen_request>(*whole);
    const auto* request = std::get_if<screen_request>(&message);
    if (request == nullptr || !take(*request)) return false;
  }
  received_.erase(0, received_.size() - rest.size());
  return true;
}

bool worker::take(const screen_request& request) {
  if (const auto* first = std::get_if<screen_message::begin>(&request)) {
    if (model_) return false;
    model_.emplace(*first);
    mark_.set(first->position);
    return true;
  }
  if (!model_) return false;
  if (const auto* other = std::get_if<screen_message::resize>(&request)) resizes_.push_back(*other);
  if (const auto* wanted = std::get_if<screen_message::paint>(&request)) paints_.push_back(*wanted);
  return true;
}

// With what there was when it began, so that what is asked for is not kept waiting by a flood.
bool worker::catch_up() {
  const auto head = output_.head();
  last_sign_ = steady_clock::now();
  while (model_->position() < head) {
    if (is_overtaken()) return false;
    step(head);
    if (is_overtaken() || !sign_of_life()) return false;
    mark_.set(model_->position());
  }
  resize_due();
  return true;
}

// What was read may have been overwritten meanwhile.
bool worker::is_overtaken() const { return output_.head() - model_->position() > output_.kept(); }

void worker::step(std::uint64_t until) {
  resize_due();
  const auto at = model_->position();
  if (!resizes_.empty()) until = std::min(until, resizes_.front().position);
  model_->screen.feed(output_.bytes(at, std::min<std::size_t>(until - at, step_size)));
}

void worker::resize_due() {
  while (!resizes_.empty() && resizes_.front().position <= model_->position()) {
    const auto& due = resizes_.front();
    model_->screen.resize(static_cast<int>(due.rows), static_cast<int>(due.columns));
    resizes_.pop_front();
  }
}

bool worker::serve() {
  for (; !paints_.empty(); paints_.pop_front())
    if (!paint(paints_.front())) return false;
  return true;
}

bool worker::paint(const screen_message::paint& wanted) {
  const auto painted =
      vt::repaint(model_->screen, &model_->history.rows(), wanted.most_history).bytes;
  if (!send(screen_message::picture{wanted.id, model_->position(), painted.size()})) return false;
  for (std::string_view rest = painted; !rest.empty();) {
    const auto piece = rest.substr(0, most_piece);
    if (!send(screen_message::piece{piece})) return false;
    rest.remove_prefix(piece.size());
  }
  return true;
}

bool worker::sign_of_life() {
  const auto now = steady_clock::now();
  if (now - last_sign_ < sign_time) return true;
  last_sign_ = now;
  return send(screen_message::alive{});
}

template <class Report>
bool worker::send(const Report& report) {
  const auto bytes = encode(report);
  for (std::string_view rest = bytes; !rest.empty();) {
    const auto put = ::write(worker_socket, rest.data(), rest.size());
    if (put > 0) rest.remove_prefix(static_cast<std::size_t>(put));
    if (put < 0 && errno != EINTR) return false;
  }
  return true;
}

}  // namespace

int run_screen_worker() {
  std::error_code error;
  const io::ring output(io::unique_fd(worker_ring), io::memory_access::read, error);
  if (error) return failure;
  io::screen_mark mark(io::unique_fd(worker_mark), error);
  if (error || enter_sandbox(most_memory)) return failure;
  return worker(output, mark).run();
}

}  // namespace shim::hold
