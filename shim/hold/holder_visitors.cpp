// Who comes to a holder, and what is said.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include <shim/hold/agent_link.hpp>
#include <shim/hold/holder.hpp>
#include <shim/hold/terminal_replies.hpp>
#include <shim/io/now.hpp>

namespace shim::hold {
namespace {

// Terminals whose places in the history are remembered.
constexpr std::size_t most_terminals = 16;

using io::now;

unsigned short side(std::uint32_t value) {
  return static_cast<unsigned short>(std::min<std::uint32_t>(value, 0xffff));
}

template <class Message>
window_size size_in(const Message& m) {
  return {side(m.rows), side(m.columns), side(m.x_pixels), side(m.y_pixels)};
}

std::uint64_t seconds(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch());
  return static_cast<std::uint64_t>(std::max<std::int64_t>(since.count(), 0));
}

client_exit exit_of(const session_message::leave& m) {
  if (m.why == session_message::leave::hung_up) return client_exit::hung_up;
  return m.why == session_message::leave::seen ? client_exit::seen : client_exit::asked;
}

end_signal signal_of(const session_message::end& m) {
  if (m.how == session_message::end::kill) return end_signal::kill;
  return m.how == session_message::end::terminate ? end_signal::terminate : end_signal::hang_up;
}

std::string_view cut(std::string_view text) { return text.substr(0, max_session_text); }

std::uint32_t number_of(escape_char escape) {
  return escape.none() ? session_message::attached::no_escape : escape.byte();
}

// As info and ended have it.
std::uint32_t how_of(const child_status& end) {
  return end.ended == child_status::how::exited ? 1 : 2;
}

}  // namespace

visitor& holder::let_in(io::unique_fd socket) {
  const auto id = ++last_id_;
  auto& visitor = visitors_.try_emplace(id, context_, std::move(socket), id).first->second;
  visitor.socket.start([this, id](const frame& message) { return take(visitors_.at(id), message); },
                       [this, id] { lost(id); });
  visitor.send(session_message::hello{});
  return visitor;
}

void holder::lost(client_id id) {
  const auto at = visitors_.find(id);
  leave(at->second, client_exit::hung_up);
  visitors_.erase(at);
  act();
}

// False: it is not heard any more.
bool holder::take(visitor& from, const frame& message) {
  const auto read = decode<session_request>(message);
  if (std::holds_alternative<unknown_message>(read)) return from.greeted;
  const auto* request = std::get_if<session_request>(&read);
  if (request == nullptr) return false;
  if (!from.greeted && !std::holds_alternative<session_message::hello>(*request)) return false;
  const bool goes_on = std::visit([&](const auto& m) { return on(from, m); }, *request);
  asio::post(context_, handlers_.guard_call([this] { act(); }));
  return goes_on;
}

bool holder::on(visitor& from, const session_message::hello& m) {
  from.greeted = m.version == session_protocol_version;
  if (!from.greeted)
    from.send(session_message::refused{"this session's holder speaks another version"});
  return from.greeted;
}

// -- clients --

bool holder::on(visitor& from, const session_message::attach& m) {
  if (from.attached) return false;
  if ((m.flags & session_message::attach::take) != 0) evict(&from, "taken by another terminal");
  from.attached = true;
  from.terminal = m.terminal;
  if (!std::exchange(from.counts, true)) life_.client_came(now());
  if (!end_) {
    attach_to_program(from, m);
  } else if (program_.has_screen()) {
    paint_for(from, m.most_history, false);
  } else {
    from.send_picture(last_picture_, program_.output().head(), true);
    show_the_end(from);
  }
  return true;
}

void holder::attach_to_program(visitor& client, const session_message::attach& m) {
  if (!session_.agent_link.empty()) point_agent_link(session_.agent_link, m.agent);
  if (const auto size = size_in(m); size.is_known()) program_.set_window(size);
  const int descriptors[] = {program_.pty(), program_.output().fd(), program_.screen().mark().fd(),
                             program_.screen().wake_fd(), program_.pidfd()};
  static_assert(std::size(descriptors) == session_message::attached::descriptors);
  session_message::attached reply;
  reply.pid = static_cast<std::uint32_t>(program_.pid());
  reply.name = claim_.name();
  reply.host = cut(session_.host);
  reply.term = cut(session_.term);
  reply.escape = number_of(session_.escape);
  reply.private_escape = number_of(session_.private_escape);
  reply.has_info = session_.ssh_has_info ? 1 : 0;
  reply.why_no_handover = session_.why_no_handover;
  client.socket.send(encode(reply), descriptors);
  if ((m.flags & session_message::attach::first) == 0)
    return paint_for(client, m.most_history, true);
  client.send_picture({}, 0, true);
  client.looks_on = true;
  roles_.came(client.id, now());
}

// One that has not taken its last picture yet gets no other.
void holder::paint_for(visitor& client, std::uint32_t most_history, bool unseen) {
  if (client.socket.unsent() != 0 || std::exchange(client.waits_for_picture, true)) return;
  const auto seen = seen_rows_.find(client.terminal);
  const auto from = unseen && seen != seen_rows_.end() ? seen->second : 0;
  // One that was lost over it has a follower, which is asked once.
  const auto ask = [this, most_history, from](auto then) {
    program_.screen().paint(most_history, from, std::move(then));
  };
  ask([this, ask, id = client.id](auto made) {
    if (made) return painted(id, made);
    ask([this, id](auto again) { painted(id, again); });
  });
}

void holder::painted(client_id id, const std::optional<screen_process::picture>& made) {
  const auto at = visitors_.find(id);
  if (at == visitors_.end()) return;
  auto& client = at->second;
  client.waits_for_picture = false;
  if (made) {
    client.send_picture(made->bytes, made->position, true);
  } else {
    client.send_picture({}, program_.output().head(), false);
    program_.redraw();
  }
  if (end_) return show_the_end(client);
  if (!client.attached || client.suspended) return;
  client.looks_on = true;
  roles_.came(id, now());
  roles_.looks_on(id, true, now());
  act();
}

bool holder::on(visitor& from, const session_message::leave& m) {
  leave(from, exit_of(m));
  return true;
}

void holder::leave(visitor& client, client_exit how) {
  if (!std::exchange(client.counts, false)) return;
  client.attached = client.looks_on = false;
  if (program_.mode() == line_mode::raw) life_.opened();
  note_what_it_saw(client);
  roles_.went(client.id, now());
  life_.client_went(how, now());
  if (life_.clients() != 0) return;
  detached_ = std::chrono::system_clock::now();
  claim_.left_at(detached_);
}

void holder::note_what_it_saw(const visitor& client) {
  if (client.terminal.empty() || end_) return;
  program_.screen().describe([this, terminal = client.terminal](const auto& told) {
    if (!told) return;
    if (seen_rows_.size() >= most_terminals) seen_rows_.erase(seen_rows_.begin());
    seen_rows_[terminal] = told->seen_rows;
  });
}

void holder::evict(const visitor* but, std::string_view why) {
  for (auto& [id, client] : visitors_)
    if (client.attached && &client != but) client.send(session_message::left_out{why});
}

bool holder::on(visitor&, const session_message::opened&) {
  life_.opened();
  return true;
}

bool holder::on(visitor&, const session_message::facts& m) {
  unattended_->facts(facts_in(m.replies));
  return true;
}

bool holder::on(visitor& from, const session_message::window& m) {
  const auto size = size_in(m);
  if (from.attached && !end_ && size.is_known()) program_.resize(size, m.position);
  return true;
}

bool holder::on(visitor& from, const session_message::suspend& m) {
  if (!from.attached || end_) return true;
  from.suspended = m.on != 0;
  if (!from.suspended) return true;  // it asks for a picture
  from.looks_on = false;
  roles_.looks_on(from.id, false, now());
  note_what_it_saw(from);
  return true;
}

bool holder::on(visitor& from, const session_message::paint& m) {
  if (from.attached && !end_) paint_for(from, m.most_history, m.unseen != 0);
  return true;
}

void holder::show_the_end(visitor& client) {
  client.send(session_message::ended{how_of(*end_), static_cast<std::uint32_t>(end_->value),
                                     program_.output().head()});
}

// -- verbs --

bool holder::on(visitor& from, const session_message::end& m) {
  life_.end_asked(signal_of(m), now());
  from.send(session_message::done{});
  return true;
}

bool holder::on(visitor& from, const session_message::rename& m) {
  place_error error;
  claim_.rename(std::string(m.name), error);
  if (error) {
    const auto why = error.why.message();
    return from.send(session_message::refused{why}), true;
  }
  for (auto& [id, client] : visitors_)
    if (client.attached) client.send(session_message::renamed{m.name});
  from.send(session_message::done{});
  return true;
}

bool holder::on(visitor& from, const session_message::evict&) {
  evict(nullptr, "by ssh-shim detach");
  from.send(session_message::done{});
  return true;
}

// Who asks again before it is answered is answered all at once. The screen is not asked for what
// cannot have changed.
bool holder::on(visitor& from, const session_message::ask_info&) {
  ++from.asked;
  if (end_ || !program_.has_screen()) return answer_info(from.id), true;
  const auto head = program_.output().head();
  if (described_at_ == head) return answer_info(from.id), true;
  if (from.asked > 1) return true;
  program_.screen().describe([this, head, id = from.id](auto told) {
    if (told) described_ = std::move(*told);
    if (told) described_at_ = head;
    answer_info(id);
  });
  return true;
}

void holder::answer_info(client_id id) {
  const auto at = visitors_.find(id);
  if (at == visitors_.end()) return;
  auto& visitor = at->second;
  for (; visitor.asked > 0; --visitor.asked) visitor.send(info());
}

session_message::info holder::info() const {
  session_message::info m;
  m.name = claim_.name();
  m.host = cut(session_.host);
  m.command = cut(session_.command);
  m.title = cut(described_.title);
  m.directory = cut(described_.directory);
  m.state = static_cast<std::uint32_t>(life_.now()) + 1;
  m.clients = static_cast<std::uint32_t>(life_.clients());
  m.pid = static_cast<std::uint32_t>(program_.pid());
  m.holder = static_cast<std::uint32_t>(::getpid());
  m.rows = program_.size().rows;
  m.columns = program_.size().columns;
  m.since = seconds(since_);
  m.active = seconds(program_.last_used().value_or(since_));
  if (life_.clients() == 0) m.detached = seconds(detached_);
  if (const auto ends = life_.given_up_at()) {
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(*ends - now());
    m.ends = seconds(std::chrono::system_clock::now() + left);
  }
  if (end_) m.end_how = how_of(*end_);
  if (end_) m.end_value = static_cast<std::uint32_t>(end_->value);
  m.has_agent = session_.forwards_agent ? 1 : 0;
  return m;
}

}  // namespace shim::hold
