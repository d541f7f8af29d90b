#include <shim/core/relay.hpp>

#include <algorithm>
#include <utility>

#include <shim/core/last_words.hpp>
#include <vt/stream/reset.hpp>

namespace shim {
namespace {

using namespace std::chrono_literals;

// `~.` promises an end within half a second: this, patience_after_kill and flush_time fit in it.
// Counted from the key on, whenever the hang-up goes out.
constexpr auto disconnect_grace = 300ms;
// What is typed right before `~.` is ssh's to send still, as it is when nobody types so fast.
constexpr auto time_to_send = 50ms;
// What a terminal that does not read gets of our last words and of output that is still under way.
constexpr auto flush_time = 100ms;
// How long ssh may take to print the escape character of a command that was handed to it.
constexpr auto echo_time = 1s;
// The rest of a key that a read has cut comes at once; else it was the Esc key.
constexpr auto key_silence = 100ms;
// A terminal sends a paste at once: after this much silence its end mark will not come any more.
constexpr auto paste_silence = 5s;
// The rest of a sequence of the output that a line of ours waits for comes soon, or never.
constexpr auto sequence_silence = 200ms;
// How long another process that reaps ssh may take to tell how it ended, before it counts as one
// that hangs.
constexpr auto status_time = 2s;
// Long enough for a program at the far end to see a size before it is the next one.
constexpr auto redraw_time = 50ms;
// The DEC private mode in which a mouse report's coordinates are UTF-8 (ctlseqs).
constexpr unsigned utf8_mouse = 1005;

bool is_ssh_only(escape_action action) {
  using enum escape_action;
  switch (action) {
    case list_forwards:
    case send_break:
    case rekey:
    case more_verbose:
    case less_verbose:
    case command_line:
    case connection_info: return true;
    default: return false;
  }
}

// clientloop.c process_escapes: `~R` and `~C` print no escape character.
bool echoed_by_ssh(escape_action action) {
  return action != escape_action::rekey && action != escape_action::command_line;
}

// `~v`
std::string shown_keys(const relay_options& options, const escape_command& what) {
  return shown(options.escape) + shown_key(options.keys.key_of(what));
}

window_size another_size(window_size size) {
  size.rows = static_cast<decltype(size.rows)>(size.rows > 1 ? size.rows - 1 : size.rows + 1);
  return size;
}

}  // namespace

relay::relay(relay_options options, steady_time now)
    : options_(std::move(options)),
      filter_(options_.escape, options_.keys),
      stuffing_(options_.private_escape),
      last_typed_(now),
      last_active_(now),
      last_shown_(now) {
  if (options_.timeout > 0ms) timeout_at_ = now + options_.timeout;
}

// -- typed bytes --

void relay::typed(std::string_view bytes, line_mode mode, steady_time now) {
  if (now - last_typed_ >= paste_silence) filter_.paste_is_over();
  last_typed_ = last_active_ = now;
  if (asked_ && !bytes.empty()) answered(bytes);
  if (mode == line_mode::secret) {
    // An escape held back was typed before the prompt: readpassphrase(3) flushes such input.
    filter_.reset();
    if (takes_typed()) queue_.push(bytes);
    return;
  }
  filter_.keyboard({journal().kitty_flags(), journal().dec_mode(utf8_mouse)});
  if (options_.paste_guard) filter_.begin_read(bytes);
  while (const auto event = filter_.next(bytes)) {
    if (const auto* text = std::get_if<forward>(&*event)) {
      to_ssh(text->bytes);
    } else {
      run(*std::get<command>(*event).what, mode, now);
    }
  }
}

void relay::tell_and_ask(std::string_view lines) {
  note(lines);
  note("End it? [y/N] ");
  asked_ = true;
}

// One key, of whatever encoding: CSI 121 ... u is a `y` (kitty's keyboard protocol).
void relay::answered(std::string_view& bytes) {
  constexpr std::string_view encoded_y = "\x1b[121";
  const bool encoded = bytes[0] == '\x1b';
  const bool yes = bytes[0] == 'y' || bytes[0] == 'Y' || bytes.starts_with(encoded_y);
  asked_ = false;
  bytes.remove_prefix(encoded ? std::min(bytes.find_first_of("u~", 1), bytes.size() - 1) + 1 : 1);
  note(yes ? "y\r\n" : "n\r\n");
  if (yes) act(effect::ask_master{effect::ask_master::question::end});
}

void relay::type_held_sequence() {
  filter_.sequence_is_over();
  std::string_view nothing_more;
  while (const auto event = filter_.next(nothing_more)) to_ssh(std::get<forward>(*event).bytes);
}

// A piece is lost whole where the queue is full, and the user is told so once.
bool relay::takes_typed() {
  if (phase_ != phase::running || detach_until_) return false;
  const bool was_dropping = std::exchange(dropping_, queue_.full());
  if (dropping_ && !was_dropping)
    note("\r\nssh-shim: ssh takes no input: 16 MiB wait for it, what is typed now is lost\r\n");
  if (!dropping_) send_until_ = last_active_ + time_to_send;
  return !dropping_;
}

void relay::to_ssh(std::string_view bytes) {
  if (!takes_typed()) return;
  for (auto piece = stuffing_.next(bytes); !piece.empty(); piece = stuffing_.next(bytes))
    queue_.push(piece);
}

void relay::run(const escape_command& what, line_mode mode, steady_time now) {
  using enum escape_action;
  switch (what.action) {
    case disconnect: return end(end_cause::disconnected, disconnect_grace, now);
    case suspend: say(what, "suspend ssh-shim"); return stop_asked();
    case help: return show_help(mode);
    case detach:
      if (options_.session.empty()) return say(what, "cannot detach: this session is not held");
      return this->detach(now);
    case list_sessions:
      return note(shown_keys(options_, what) + "\r\n"), act(effect::list_sessions{});
    case mux_check: return ask_master(what, effect::ask_master::question::check);
    case mux_exit: return ask_master(what, effect::ask_master::question::passengers);
    case list_forwards:
      if (options_.private_escape.none())
        return ask_master(what, effect::ask_master::question::channels);
      return hand_over(what, mode, now);
    case repaint: return act(effect::repaint{});
    case nested_levels: return say(what, "this version does not know of nested levels");
    default: return hand_over(what, mode, now);
  }
}

void relay::ask_master(const escape_command& what, effect::ask_master::question question) {
  if (options_.host.empty()) return say(what, "what runs here is no ssh");
  note(shown_keys(options_, what) + "\r\n");
  act(effect::ask_master{question});
}

// ssh does it, if it was given an escape character of its own and listens to it now.
void relay::hand_over(const escape_command& what, line_mode mode, steady_time now) {
  if (options_.private_escape.none()) return say(what, options_.why_no_handover);
  if (what.action == escape_action::connection_info && !options_.ssh_has_info)
    return say(what, "needs OpenSSH 10.3 or newer");
  if (mode != line_mode::raw) return say(what, "not before the session is open");
  if (!stuffing_.at_line_start())
    return say(what, "ssh takes this only right after a plain newline");
  if (!takes_typed()) return;
  const char escape[] = {static_cast<char>(options_.private_escape.byte()), what.key};
  queue_.push({escape, sizeof escape});
  if (!echoed_by_ssh(what.action)) return;
  ++echoes_;
  echo_until_ = now + echo_time;
}

void relay::show_help(line_mode mode) {
  const auto row_is_available = [this, mode](const escape_command& row) {
    return available(row, mode);
  };
  note(escape_help(options_.escape, options_.keys, row_is_available));
}

bool relay::available(const escape_command& what, line_mode mode) const {
  using enum escape_action;
  if (what.action == connection_info && !options_.ssh_has_info) return false;
  if (what.action == list_forwards && options_.private_escape.none()) return !options_.host.empty();
  if (is_ssh_only(what.action)) return !options_.private_escape.none() && mode == line_mode::raw;
  if (what.action == detach) return !options_.session.empty();
  if (what.action == mux_check || what.action == mux_exit) return !options_.host.empty();
  return what.action == disconnect || what.action == suspend || what.action == help ||
         what.action == list_sessions || what.action == repaint;
}

// In ssh's own form for such lines: `~v [LogLevel VERBOSE]`.
void relay::say(const escape_command& what, std::string_view text) {
  note(shown_keys(options_, what).append(" [").append(text).append("]\r\n"));
}

void relay::note(std::string_view text) { display_.note(text); }

std::string_view relay::for_ssh() const { return queue_.front(); }

void relay::sent(std::size_t count) {
  queue_.pop(count);
  if (detach_until_ && queue_.empty()) finish();
}

// -- output --

std::size_t relay::output_room() const {
  if (phase_ == phase::finished) return 0;
  if (phase_ == phase::ending || terminal_lost_) return output_bound;
  return output_bound - std::min(output_bound, display_.under_way());
}

std::size_t relay::output(std::span<char> bytes, steady_time now) {
  last_active_ = now;
  const std::string_view text(bytes.data(), bytes.size());
  if (words_vanish()) keep_last(text);
  // While ssh is being ended it must not block on us; a terminal that does not read loses this.
  const bool no_room = display_.under_way() + bytes.size() > output_bound;
  if (terminal_lost_ || (phase_ == phase::ending && no_room)) return 0;
  if (now >= echo_until_) echoes_ = 0;
  if (echoes_ != 0) show_echoes(bytes);
  if (phase_ != phase::running) ssh_says_closed_ |= tells_of_the_end(text);
  display_.printed(bytes.size());
  return bytes.size();
}

void relay::output_elsewhere(std::uint64_t head, steady_time now) {
  if (head <= display_.end()) return;
  last_active_ = now;
  display_.printed(static_cast<std::size_t>(head - display_.end()));
}

void relay::paint(std::string_view picture, std::uint64_t position, canvas on) {
  constexpr std::string_view clear = "\x1b[H\x1b[J";
  std::string bytes = leave_text();
  if (on == canvas::used) bytes += clear;
  display_.paint(bytes.append(picture), position);
}

// ssh prints its escape character for a command; what the user typed is another one.
void relay::show_echoes(std::span<char> bytes) {
  const auto escape = static_cast<char>(options_.private_escape.byte());
  for (auto& byte : bytes) {
    if (byte != escape) continue;
    byte = static_cast<char>(options_.escape.byte());
    if (--echoes_ == 0) return;
  }
}

void relay::keep_last(std::string_view output) {
  if (output.size() >= last_words_bound) last_output_.clear();
  last_output_ += output.substr(output.size() - std::min(output.size(), last_words_bound));
  if (last_output_.size() > last_words_bound)
    last_output_.erase(0, last_output_.size() - last_words_bound);
}

terminal_piece relay::terminal() const { return display_.next(); }

void relay::shown(std::string_view bytes, steady_time now) {
  last_shown_ = now;
  display_.shown(bytes);
  finish_if_done();
}

// -- the world around --

void relay::resized(window_size size) {
  if (!size.is_known()) return;
  redraw_at_.reset();
  act(effect::resize_pty{size});
}

void relay::resumed(window_size size, steady_time now) {
  if (!size.is_known()) return;
  act(effect::resize_pty{another_size(size)});
  size_ = size;
  redraw_at_ = now + redraw_time;
}

void relay::stop_asked() { act(effect::suspend{}); }

void relay::signalled(ssh_signal number, steady_time now) {
  const bool ends = number == ssh_signal::hang_up || number == ssh_signal::terminate;
  act(effect::signal_ssh{number, false});
  if (ends) end(end_cause::told_to_end, disconnect_grace, now);
}

// A session that is held is left: what becomes of it is its holder's business.
void relay::terminal_gone(steady_time now) {
  terminal_lost_ = true;
  const bool left = phase_ == phase::running && !options_.session.empty();
  if (!left) end(end_cause::told_to_end, disconnect_grace, now);
  if (left) end_.cause = end_cause::told_to_end;
  if (left) return finish();
  finish_if_done();
}

// Once ssh has what was typed before.
void relay::detach(steady_time now) {
  if (phase_ != phase::running) return;
  end_.cause = end_cause::detached;
  if (queue_.empty()) return finish();
  detach_until_ = now + time_to_send;
}

void relay::renamed(std::string session) {
  if (!options_.session.empty()) options_.session = std::move(session);
}

void relay::left_out(std::string why, steady_time now) {
  left_out_ = std::move(why);
  detach(now);
}

void relay::end(end_cause cause, std::chrono::milliseconds grace, steady_time now) {
  if (phase_ == phase::draining) {  // ssh is gone; what keeps us is the terminal
    end_.cause = cause == end_cause::disconnected ? end_.cause : cause;
    flush_until_ = now + flush_time;
    return;
  }
  // A user who no longer waits for a time-out's grace is heard; all else has begun the end already.
  const bool hurried = cause == end_cause::disconnected && end_.cause != cause;
  if (phase_ != phase::running && !(phase_ == phase::ending && hurried)) return;
  phase_ = phase::ending;
  end_.cause = cause;
  ladder_.begin(now, grace);
  hang_up_at_ = std::max(now, send_until_);
  if (*hang_up_at_ == now) hang_up();
}

void relay::hang_up() {
  hang_up_at_.reset();
  queue_.clear();
  signal_group(ssh_signal::hang_up);
  signal_group(ssh_signal::resume);  // a stopped ssh ends by itself then
}

void relay::signal_group(ssh_signal number) { act(effect::signal_ssh{number, true}); }

void relay::ssh_ended(std::optional<child_status> status, steady_time now) {
  if (phase_ == phase::finished) return;
  end_.ssh = status;
  if (!status) status_until_ = now + status_time;
  if (phase_ == phase::ending) flush_until_ = now + flush_time;
  phase_ = phase::draining;
  hang_up_at_.reset();
  queue_.clear();
}

void relay::ssh_ended_as(child_status status) {
  end_.ssh = status;
  status_until_.reset();
  finish_if_done();
}

void relay::pty_drained() {
  drained_ = true;
  display_.end_sequence();
  finish_if_done();
}

void relay::finish_if_done() {
  const bool all_shown = terminal_lost_ || display_.all_shown();
  if (phase_ == phase::draining && drained_ && all_shown && !status_until_) finish();
}

// Nothing happens after the end.
void relay::act(relay_effect effect) {
  if (phase_ != phase::finished) effects_.push_back(effect);
}

void relay::finish() {
  if (phase_ == phase::finished) return;
  phase_ = phase::finished;
  effects_.push_back(effect::finish{end_});
}

// -- time --

std::optional<steady_time> relay::idle_deadline() const {
  if (options_.idle_timeout == 0ms || phase_ != phase::running) return std::nullopt;
  return last_active_ + options_.idle_timeout;
}

std::optional<steady_time> relay::key_deadline() const {
  if (!filter_.holds_sequence()) return std::nullopt;
  return last_typed_ + key_silence;
}

std::optional<steady_time> relay::note_deadline() const {
  if (!display_.note_waits()) return std::nullopt;
  return std::max(last_active_, last_shown_) + sequence_silence;
}

std::optional<steady_time> relay::deadline() const {
  std::optional<steady_time> first;
  if (phase_ == phase::finished) return first;
  const auto rung = phase_ == phase::ending ? ladder_.deadline() : std::nullopt;
  for (const auto& due :
       {rung, hang_up_at_, flush_until_, detach_until_, status_until_, timeout_at_, redraw_at_,
        idle_deadline(), key_deadline(), note_deadline()})
    if (due && (!first || *due < *first)) first = due;
  return first;
}

void relay::expired(steady_time now) {
  const auto due = [now](const std::optional<steady_time>& at) { return at && *at <= now; };
  if (due(flush_until_) || due(detach_until_)) return finish();
  if (due(status_until_)) status_until_.reset(), finish_if_done();
  if (due(note_deadline())) display_.end_sequence();
  if (due(key_deadline())) type_held_sequence();
  if (due(redraw_at_)) resized(size_);
  if (due(timeout_at_) || due(idle_deadline())) {
    timeout_at_.reset();
    end(end_cause::timed_out, options_.kill_after, now);
  }
  if (phase_ != phase::ending) return;  // the ladder has done its work
  if (due(hang_up_at_)) hang_up();
  switch (ladder_.expired(now)) {
    case kill_ladder::step::kill: return signal_group(ssh_signal::kill);
    case kill_ladder::step::give_up: return finish();
    case kill_ladder::step::none: break;
  }
}

std::optional<relay_effect> relay::next_effect() {
  if (effects_.empty()) return std::nullopt;
  const auto first = effects_.front();
  effects_.pop_front();
  return first;
}

// -- leaving the terminal --

std::string relay::leave_text() const { return vt::reset(journal()); }

std::string relay::return_text() const { return vt::reapply(journal()); }

// Whatever follows is on a line of its own, unless a program ended as it wanted to.
std::string relay::closing_text() const {
  if (terminal_lost_) return {};
  auto words = our_last_words();
  if (words.empty() && words_vanish()) words = last_words_of_ssh(last_output_);
  const bool fresh_line = display_.on_fresh_line() && !words_vanish();
  const bool new_line = !ended_well() && (!words.empty() || !fresh_line);
  return leave_text() + (new_line ? "\r\n" : "") + words;
}

// What ssh says now is gone with the alternate screen, or taken for a part of a string that was cut
// off.
bool relay::words_vanish() const { return journal().alternate_screen() || !journal().at_ground(); }

bool relay::ended_well() const {
  return end_.cause == end_cause::ssh_ended && end_.ssh &&
         end_.ssh->ended == child_status::how::exited && end_.ssh->value != status_of_ssh_failure;
}

std::string relay::our_last_words() const {
  if (end_.cause == end_cause::detached) return words_of_detaching();
  if (options_.quiet) return {};
  switch (end_.cause) {
    case end_cause::disconnected: return ssh_says_closed_ ? "" : words_of_closing();
    case end_cause::timed_out: return "ssh-shim: time is up: ended the session\r\n";
    default: return {};
  }
}

std::string relay::words_of_closing() const {
  if (!options_.host.empty()) return "Connection to " + options_.host + " closed.\r\n";
  return "Session " + options_.session + (options_.session.empty() ? "" : " ") + "closed.\r\n";
}

std::string relay::words_of_detaching() const {
  auto words = "[detached from " + options_.session;
  if (!left_out_.empty()) words += ": " + left_out_;
  if (!queue_.empty()) words += "; " + std::to_string(queue_.size()) + " typed bytes are lost";
  return words + "]\r\n";
}

}  // namespace shim
