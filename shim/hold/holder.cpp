#include <shim/hold/holder.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include <shim/core/overloaded.hpp>
#include <shim/io/now.hpp>
#include <shim/io/unix_socket.hpp>

namespace shim::hold {
namespace {

using namespace std::chrono_literals;

// A client that reads nothing any more is told of no more output until it has read what it was
// told.
constexpr std::size_t told_enough = std::size_t{64} * 1024;

// How often it is looked whether the session can still be found (ssh-shim's directory may be
// swept).
constexpr auto socket_time = 30s;

// A client that has begun a session keeps to its limits itself, and says so in time.
constexpr auto after_client = 1s;
// A terminal's times are kept no more exactly than to 8 seconds (tty_io.c, tty_update_time()).
constexpr auto terminal_time = 8s;

// Of an end that is kept: the picture, and how many rows of history it begins with.
constexpr std::size_t most_kept = std::size_t{1024} * 1024;
constexpr std::uint32_t rows_kept = 10'000;

using std::chrono::steady_clock;

using io::now;

}  // namespace

holder::holder(asio::io_context& context, claim& claimed, held_program& program,
               held_session session)
    : context_(context),
      claim_(claimed),
      program_(program),
      session_(std::move(session)),
      life_(session_.life),
      listener_(context),
      timer_(context),
      socket_timer_(context),
      limit_timer_(context),
      since_(std::chrono::system_clock::now()) {
  unattended_.emplace(program_.output(), program_.screen(),
                      [this](std::string_view reply) { program_.type(reply); });
}

void holder::start(io::unique_fd first) {
  program_.start({[this] { tell_of_output(); },
                  [this](child_status end) {
                    tell_the_end(end);
                    act();
                  }});
  listen();
  wait_to_look_after_socket();
  keep_to_limits();
  if (session_.host.empty()) life_.opened();  // nobody is asked for a password before it begins
  if (first) {
    let_in(std::move(first)).counts = true;
    life_.client_came(now());
  }
  act();
}

void holder::end_asked(end_signal how) {
  life_.end_asked(how, now());
  act();
}

// -- the machines --

void holder::act() {
  while (const auto next = roles_.next_effect()) perform(*next);
  program_.reads(roles_.holder_reads());
  while (const auto next = life_.next_effect()) perform(*next);
  attend_or_not();
  wait_for_time();
}

void holder::perform(const session_role_effect& effect) {
  std::visit(overloaded{
                 [this](const role_effect::take& take) { take_role(take.from); },
                 [this](const role_effect::grant& grant) {
                   auto& client = visitors_.at(grant.to);
                   reader_ = client.process;
                   client.send(session_message::role{1, grant.epoch});
                 },
                 [this](const role_effect::dismiss& dismiss) {
                   visitors_.at(dismiss.from).send(session_message::role{0, 0});
                 },
                 [this](const role_effect::resume&) { reader_->signal(SIGCONT); },
                 [this](const role_effect::kill&) { reader_->signal(SIGKILL); },
             },
             effect);
}

void holder::take_role(client_id from) {
  auto& output = program_.output();
  const bool is_dead = from != 0 && reader_->is_dead();
  const auto epoch = is_dead ? std::optional(output.recover()) : output.take();
  epoch ? roles_.taken(*epoch, now()) : roles_.busy(now());
}

void holder::perform(const session_life_effect& effect) {
  std::visit(overloaded{
                 [this](const life_effect::signal& signal) { program_.signal(signal.number); },
                 [this](const life_effect::keep&) { keep_the_end(rows_kept); },
                 [this](const life_effect::finish&) { context_.stop(); },
             },
             effect);
}

// Where nobody looks on, replies are ours.
void holder::attend_or_not() {
  const auto looks_on = [](const auto& each) { return each.second.looks_on; };
  const bool attended = std::ranges::any_of(visitors_, looks_on);
  if (end_ || attended == attended_) return;
  attended_ = attended;
  attended ? unattended_->end() : unattended_->begin(program_.output().head());
}

void holder::wait_for_time() {
  timer_.cancel();
  auto due = roles_.deadline();
  if (const auto other = life_.deadline(); other && (!due || *other < *due)) due = other;
  if (!due) return;
  timer_.expires_at(*due);
  timer_.async_wait(handlers_.guard([this] {
    roles_.expired(now());
    life_.expired(now());
    act();
  }));
}

// -- limits --

std::optional<holder::system_time> holder::limit() const {
  const auto& limits = session_.limits;
  std::optional<system_time> first;
  if (limits.timeout > 0ms) first = since_ + limits.timeout;
  if (limits.idle_timeout > 0ms) {
    const auto idle = program_.last_used().value_or(since_) + limits.idle_timeout + terminal_time;
    first = first ? std::min(*first, idle) : idle;
  }
  return first;
}

// What is used meanwhile is looked at again.
void holder::keep_to_limits() {
  const auto at = limit();
  if (!at || end_) return;
  const auto left = *at + after_client - std::chrono::system_clock::now();
  if (left <= 0s) {
    time_is_up_ = true;
    return end_asked(end_signal::hang_up);
  }
  limit_timer_.expires_after(std::chrono::duration_cast<steady_clock::duration>(left));
  limit_timer_.async_wait(handlers_.guard([this] { keep_to_limits(); }));
}

// -- what runs --

void holder::tell_of_output() {
  unattended_->read_on();
  for (auto& [id, client] : visitors_) {
    if (client.looks_on && client.socket.unsent() < told_enough)
      client.send(session_message::moved{});
  }
}

// Of a session whose time is up it does not matter how that was taken.
void holder::tell_the_end(child_status end) {
  end_ = time_is_up_ ? child_status{child_status::how::exited, status_of_timeout} : end;
  unattended_->end();
  for (auto& [id, client] : visitors_)
    if (client.attached) show_the_end(client);
  life_.child_ended(now());
}

// A picture that is too large is made again with less history.
void holder::keep_the_end(std::uint32_t most_history) {
  if (!program_.has_screen()) return;
  program_.screen().paint(most_history, 0, [this, most_history](auto made) {
    const bool again = made && made->bytes.size() > most_kept && most_history != 0;
    if (again) return keep_the_end(most_history / 4);
    if (made) last_picture_ = std::move(made->bytes);
    program_.screen().describe([this](auto told) {
      if (told) described_ = std::move(*told);
      program_.discard();
    });
  });
}

// -- being found --

void holder::wait_to_look_after_socket() {
  socket_timer_.expires_after(socket_time);
  socket_timer_.async_wait(handlers_.guard([this] {
    look_after_socket();
    wait_to_look_after_socket();
  }));
}

void holder::look_after_socket() {
  if (claim_.still_there()) return;
  place_error error;
  claim_.restore(error);
  if (!error) listen();
}

void holder::listen() {
  boost::system::error_code ignored;
  listener_.close(ignored);
  listener_.assign(::fcntl(claim_.listener(), F_DUPFD_CLOEXEC, 0), ignored);
  wait_for_visitor();
}

void holder::wait_for_visitor() {
  listener_.async_wait(asio::posix::stream_descriptor::wait_read, handlers_.guard([this] {
    io::unique_fd socket(
        ::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket && io::peer_is_us(socket.get())) let_in(std::move(socket));
    wait_for_visitor();
  }));
}

}  // namespace shim::hold
