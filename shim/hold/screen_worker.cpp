#include <shim/hold/screen_worker.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string_view>

#include <shim/core/overloaded.hpp>
#include <shim/core/screen_protocol.hpp>
#include <shim/hold/sandbox.hpp>
#include <shim/hold/screen_model.hpp>
#include <shim/io/ring.hpp>
#include <shim/io/screen_mark.hpp>

namespace shim::hold {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr std::size_t most_memory = std::size_t{256} * 1024 * 1024;

// What is read of the output at a time. Hostile output takes up to some 50 ms a kibibyte.
constexpr std::size_t step_size = 1024;

// How often a sign of life goes out while there is work.
constexpr auto sign_time = 40ms;

// Behind its length and type.
constexpr std::size_t most_piece = max_screen_frame - 64;

// What is asked of the screen when it has caught up.
using question = std::variant<screen_message::paint, screen_message::ask, screen_message::describe>;

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
  bool serve(const screen_message::paint& wanted);
  bool serve(const screen_message::ask& wanted) { return send(model_->answer(wanted)); }
  bool serve(const screen_message::describe& wanted) {
    return send(model_->description(wanted.id));
  }
  bool sign_of_life();
  template <class Report>
  bool send(const Report& report);

  const io::ring& output_;
  io::screen_mark& mark_;
  std::optional<screen_model> model_;
  std::deque<screen_message::resize> resizes_;  // those that wait for their position
  std::deque<question> questions_;
  std::string received_;
  steady_clock::time_point last_sign_;
};

// Until its other end is closed.
int worker::run() {
  while (wait() && read_requests()) {
    if (!model_) continue;
    if (!catch_up() || !serve()) return EXIT_FAILURE;
  }
  return received_.empty() ? 0 : EXIT_FAILURE;
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
  std::visit(overloaded{
                 [](const screen_message::begin&) {},
                 [this](const screen_message::resize& to) { resizes_.push_back(to); },
                 [this](const auto& asked) { questions_.emplace_back(asked); },
             },
             request);
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
  model_->step(output_.bytes(at, static_cast<std::size_t>(until - at)), step_size);
}

void worker::resize_due() {
  while (!resizes_.empty() && resizes_.front().position <= model_->position()) {
    model_->resize(resizes_.front());
    resizes_.pop_front();
  }
}

bool worker::serve() {
  bool served = true;
  for (; served && !questions_.empty(); questions_.pop_front())
    served = std::visit([this](const auto& wanted) { return serve(wanted); }, questions_.front());
  return served;
}

bool worker::serve(const screen_message::paint& wanted) {
  const auto painted = model_->picture(wanted);
  if (!send(screen_message::picture{wanted.id, painted.position, painted.bytes.size()}))
    return false;
  for (std::string_view rest = painted.bytes; !rest.empty();) {
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
  if (error) return EXIT_FAILURE;
  io::screen_mark mark(io::unique_fd(worker_mark), error);
  if (error || enter_sandbox(most_memory)) return EXIT_FAILURE;
  return worker(output, mark).run();
}

}  // namespace shim::hold
