#include <shim/hold/client.hpp>

#include <signal.h>

#include <chrono>
#include <utility>

#include <shim/core/session_protocol.hpp>
#include <shim/hold/distant_program.hpp>
#include <shim/hold/terminal_care.hpp>
#include <shim/hold/terminal_name.hpp>
#include <shim/hold/terminal_replies.hpp>
#include <shim/io/frame_socket.hpp>
#include <shim/io/now.hpp>
#include <shim/io/pty.hpp>
#include <shim/io/relay_loop.hpp>
#include <shim/io/ring.hpp>
#include <shim/io/screen_mark.hpp>
#include <vt/stream/printable.hpp>
#include <vt/stream/reset.hpp>

namespace shim::hold {
namespace {

using namespace std::chrono_literals;
using canvas = relay::canvas;

// A holder that says nothing for so long hangs. One that this start has made has its ssh to start.
constexpr auto attach_time = 5s;
constexpr auto first_attach_time = 30s;

// A terminal that does not read keeps nobody waiting.
constexpr auto note_time = 50ms;

// How long a terminal may take the picture of a session that has ended.
constexpr auto kept_picture_time = 10s;

// A read of a pty does not wait: after this time one of a dead process is over.
constexpr auto dead_read_time = 50ms;

// Who waits for a history longer than the first is told how much of it is here, every so often.
constexpr auto patience = 1s;
constexpr auto progress_time = 250ms;

constexpr std::size_t most_picture = std::size_t{64} * 1024 * 1024;

using io::now;

escape_char escape_in(std::uint32_t number) {
  return number < session_message::attached::no_escape
             ? escape_char(static_cast<unsigned char>(number))
             : escape_char();
}

// What the holder has handed over.
struct handed {
  handed(std::vector<io::unique_fd> fds, distant_program::teller tell, std::error_code& error)
      : pty(std::move(fds[0])),
        output(std::move(fds[1]), io::memory_access::write, error),
        mark(std::move(fds[2]), error),
        wake(std::move(fds[3])),
        program(pty.get(), std::move(fds[4]), std::move(tell)) {}

  io::unique_fd pty;
  io::ring output;
  io::screen_mark mark;
  io::unique_fd wake;
  distant_program program;
};

class client {
 public:
  client(io::tty& terminal, client_request request)
      : terminal_(terminal),
        request_(std::move(request)),
        holder_(context_, std::move(request_.holder), max_session_frame),
        timer_(context_) {}

  client_end run();

 private:
  // What the holder says.
  bool take(const frame& message);
  bool on(const session_message::hello& m);
  bool on(const session_message::attached& m);
  bool on(const session_message::role& m);
  bool on(const session_message::moved& m);
  bool on(const session_message::picture& m);
  bool on(const session_message::piece& m);
  bool on(const session_message::left_out& m);
  bool on(const session_message::ended& m);
  bool on(const session_message::refused& m);
  bool on(const session_message::renamed& m);
  template <class Other>
  bool on(const Other&) {
    return true;
  }
  void holder_lost();
  void read_without_holder();

  void ask_to_end(int number);
  void note_another_term(const std::string& term);
  void begin();
  void note_facts(std::string_view typed);
  void show_picture();
  void show_progress();
  void wipe_progress();
  void show_kept_end(child_status status);
  void finish(session_end end);
  void fail(std::string_view why);
  template <class Request>
  void send(const Request& request) {
    holder_.send(encode(request));
  }

  io::tty& terminal_;
  client_request request_;
  asio::io_context context_{1};
  io::frame_socket holder_;
  asio::steady_timer timer_;
  std::optional<handed> handed_;
  std::optional<io::relay_loop> loop_;
  std::optional<master_asker> asker_;
  std::optional<terminal_care> care_;
  std::optional<session_message::picture> coming_;  // a picture, with its pieces
  std::string coming_bytes_;
  std::string picture_;            // whole
  canvas canvas_ = canvas::fresh;  // that the next one is for
  fact_finder finder_;
  vt::terminal_facts told_facts_;
  bool waited_ = false;  // for a read of a holder that is dead
  bool shows_progress_ = false;
  client_end end_;
  io::lifeline handlers_;
};

client_end client::run() {
  holder_.start([this](const frame& message) { return take(message); }, [this] { holder_lost(); });
  const auto size = terminal_.size();
  using session_message::attach;
  send(session_message::hello{});
  attach m;
  m.flags = (request_.take ? attach::take : 0) | (request_.first ? attach::first : 0);
  m.rows = size.rows;
  m.columns = size.columns;
  m.x_pixels = size.x_pixels;
  m.y_pixels = size.y_pixels;
  m.most_history = request_.most_history;
  const auto terminal = terminal_name();
  m.terminal = terminal;
  m.agent = request_.agent;
  send(m);
  timer_.expires_after(request_.first ? first_attach_time : attach_time);
  timer_.async_wait(handlers_.guard([this] { fail("the session's holder does not answer"); }));
  context_.run();
  if (care_) care_->close();
  return std::move(end_);
}

void client::fail(std::string_view why) {
  end_.failure = why;
  context_.stop();
}

// -- what the holder says --

bool client::take(const frame& message) {
  const auto read = decode<session_report>(message);
  if (std::holds_alternative<unknown_message>(read)) return true;
  const auto* report = std::get_if<session_report>(&read);
  return report != nullptr && std::visit([this](const auto& m) { return on(m); }, *report);
}

bool client::on(const session_message::hello& m) { return m.version == session_protocol_version; }

bool client::on(const session_message::refused& m) {
  fail(vt::printable(m.why));
  return true;
}

bool client::on(const session_message::renamed& m) {
  if (loop_) loop_->machine().renamed(vt::printable(m.name));
  return true;
}

bool client::on(const session_message::attached& m) {
  auto fds = holder_.take_descriptors(session_message::attached::descriptors);
  if (handed_ || fds.size() != session_message::attached::descriptors) return false;
  std::error_code error;
  handed_.emplace(
      std::move(fds), [this](int number) { ask_to_end(number); }, error);
  if (error) return fail("what the holder handed over is of another version"), true;
  end_.program = static_cast<pid_t>(m.pid);
  auto& relay = request_.relay;
  relay.session = vt::printable(m.name);
  if (relay.host.empty()) relay.host = vt::printable(m.host);
  relay.escape = escape_in(m.escape);
  relay.private_escape = escape_in(m.private_escape);
  relay.ssh_has_info = m.has_info != 0;
  relay.why_no_handover = vt::printable(m.why_no_handover);
  note_another_term(vt::printable(m.term));
  begin();
  return true;
}

bool client::on(const session_message::picture& m) {
  if (m.size > most_picture) return false;
  coming_ = m;
  coming_bytes_.clear();
  if (m.size == 0) show_picture();
  return true;
}

bool client::on(const session_message::piece& m) {
  if (!coming_ || m.bytes.size() > coming_->size - coming_bytes_.size()) return false;
  coming_bytes_ += m.bytes;
  if (coming_bytes_.size() == coming_->size) show_picture();
  return true;
}

bool client::on(const session_message::role& m) {
  if (!loop_) return false;
  loop_->reads(m.reads != 0 ? std::optional(m.epoch) : std::nullopt);
  return true;
}

bool client::on(const session_message::moved&) {
  if (loop_) loop_->moved();
  return loop_.has_value();
}

bool client::on(const session_message::left_out& m) {
  if (!loop_) return fail(vt::printable(m.why)), true;
  loop_->machine().left_out(vt::printable(m.why), now());
  loop_->turn();
  return true;
}

bool client::on(const session_message::ended& m) {
  const auto how = m.how == 1 ? child_status::how::exited : child_status::how::signalled;
  const child_status status{how, static_cast<int>(m.value)};
  if (!loop_) return show_kept_end(status), true;
  loop_->machine().ssh_ended_as(status);
  loop_->ends_at(m.position);
  return true;
}

// By a signal that the holder can send, and we cannot.
void client::ask_to_end(int number) {
  using session_message::end;
  if (number == SIGHUP) send(end{end::hang_up});
  if (number == SIGTERM) send(end{end::terminate});
  if (number == SIGKILL) send(end{end::kill});
}

// Programs that run write for the terminal that they were started in.
void client::note_another_term(const std::string& term) {
  if (term.empty() || request_.term.empty() || term == request_.term) return;
  terminal_.write(
      "ssh-shim: this session was begun with TERM=" + term + ", not " + request_.term + "\r\n",
      note_time);
}

// -- the session --

void client::begin() {
  timer_.cancel();
  auto& h = *handed_;
  io::relay_calls calls;
  calls.list_sessions = [this] {
    if (request_.list_sessions) loop_->machine().tell(request_.list_sessions());
  };
  calls.ask_master = [this](master_question what) { asker_->ask(what, end_.program); };
  calls.repaint = [this] {
    canvas_ = canvas::used;
    send(session_message::paint{0, 0});
  };
  calls.resized = [this](window_size size) {
    send(session_message::window{handed_->output.head(), size.rows, size.columns, size.x_pixels,
                                 size.y_pixels});
  };
  calls.suspended = [this](bool on) {
    send(session_message::suspend{on ? 1u : 0u});
    if (on) return;
    canvas_ = canvas::fresh;  // the shell's text stays above
    send(session_message::paint{request_.most_history, 1});
  };
  calls.typed = [this](std::string_view bytes) { note_facts(bytes); };
  calls.opened = [this] { send(session_message::opened{}); };
  loop_.emplace(context_, io::relay_parts{terminal_, h.pty.get(), h.program, h.output},
                std::move(request_.relay), std::move(calls));
  asker_.emplace(context_, *loop_, request_.ask_master);
  loop_->never_overtake({h.mark, h.wake.get()});
  loop_->wait_for_picture();
  care_.emplace(terminal_, loop_->machine());
  loop_->catch_signals();
  terminal_.enter_raw();
  loop_->start([this](session_end end) { finish(end); });
  timer_.expires_after(patience);
  timer_.async_wait(handlers_.guard([this] { show_progress(); }));
}

void client::note_facts(std::string_view typed) {
  finder_.typed(typed);
  if (finder_.facts() == told_facts_) return;
  told_facts_ = finder_.facts();
  const auto replies = spelled(told_facts_);
  send(session_message::facts{replies});
}

void client::show_picture() {
  picture_ = std::move(coming_bytes_);
  const auto position = std::exchange(coming_, {})->position;
  wipe_progress();
  if (!loop_) return;  // of a session that has ended
  loop_->paint(picture_, position, canvas_);
  picture_ = {};
}

// Nothing else is on the screen yet.
void client::show_progress() {
  if (canvas_ != canvas::fresh || !loop_->waits_for_picture()) return;
  std::string text = "\rssh-shim: the screen and its history come";
  if (coming_) text += ": " + std::to_string(coming_bytes_.size() * 100 / coming_->size) + " %";
  terminal_.write(text, note_time);
  shows_progress_ = true;
  timer_.expires_after(progress_time);
  timer_.async_wait(handlers_.guard([this] { show_progress(); }));
}

void client::wipe_progress() {
  if (std::exchange(shows_progress_, false)) terminal_.write("\r\x1b[K", note_time);
}

// It was kept until somebody would see it.
void client::show_kept_end(child_status status) {
  vt::journal shown;
  shown.feed(picture_);
  terminal_.enter_raw();
  terminal_.write(picture_ + vt::reset(shown) + "\r\n", kept_picture_time);
  terminal_.restore();
  finish({end_cause::ssh_ended, status});
}

// What the holder has not told in time the kernel may.
void client::finish(session_end end) {
  using session_message::leave;
  if (!end.ssh && handed_) {
    handed_->program.parent_lost();
    end.ssh = handed_->program.end();
  }
  end_.end = end;
  wipe_progress();
  const bool over = end.ssh || (end.cause != end_cause::detached && terminal_.is_alive());
  const auto left = end.cause == end_cause::detached ? leave::asked : leave::hung_up;
  send(leave{over ? leave::seen : left});
  context_.stop();
}

// The session goes on as one that nobody holds.
void client::holder_lost() {
  if (!loop_) return fail("the session's holder is gone");
  end_.holder_lost = true;
  handed_->program.parent_lost();
  loop_->stand_alone();
  loop_->machine().no_longer_held();
  loop_->machine().tell(
      "ssh-shim: the session's holder is gone: it cannot be detached any more\r\n");
  read_without_holder();
}

// Whoever was told to read before finds the epoch over at its next read.
void client::read_without_holder() {
  if (!loop_->reads()) {
    const auto epoch = handed_->output.take();
    if (!epoch && !std::exchange(waited_, true)) {
      timer_.expires_after(dead_read_time);
      return timer_.async_wait(handlers_.guard([this] { read_without_holder(); }));
    }
    loop_->reads(epoch ? *epoch : handed_->output.recover());
  }
  loop_->turn();
}

}  // namespace

client_end run_client(io::tty& terminal, client_request request) {
  return client(terminal, std::move(request)).run();
}

}  // namespace shim::hold
