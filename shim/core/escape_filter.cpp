#include <shim/core/escape_filter.hpp>

#include <algorithm>
#include <utility>

#include <shim/core/line_start.hpp>

namespace shim {
namespace {

constexpr std::string_view lone_esc = "\x1b";

// The flags of the kitty keyboard protocol that change the form of keys.
enum kitty_flag : unsigned { disambiguate = 1, event_types = 2, all_keys = 8 };

// A hand types no more at once.
constexpr std::size_t longest_typing = 16;

// More than `limit` bytes of text are not counted.
bool holds_more_text(vt::key_decoder decoder, std::string_view typed, std::size_t limit) {
  std::size_t count = 0;
  while (const auto piece = decoder.next(typed)) {
    if (piece->kind == vt::input_kind::text) count += piece->bytes.size();
    if (count > limit) return true;
  }
  return false;
}

}  // namespace

escape_filter::escape_filter(escape_char escape, const escape_keys& keys)
    : keys_(&keys), escape_(escape), decodes_(!escape.none() && escape.byte() != lone_esc[0]) {}

void escape_filter::keyboard(const input_modes& modes) {
  modes_ = modes;
  decoder_.mouse_is_utf8(modes.utf8_mouse);
}

void escape_filter::begin_read(std::string_view typed) {
  guarded_ =
      decodes_ ? holds_more_text(decoder_, typed, longest_typing) : typed.size() > longest_typing;
}

// The rest of it, if it comes, is no escape any more: its beginning is gone.
void escape_filter::sequence_is_over() {
  if (begun_.empty()) return;
  sequence_is_over_ = true;
  if (state_ == state::pending) state_ = state::mid_line;
}

void escape_filter::reset() {
  state_ = state::line_start;
  decoder_ = {};
  decoder_.mouse_is_utf8(modes_.utf8_mouse);
  text_ = {};
  piece_.reset();
  guarded_ = false;
  sequence_is_over_ = false;
  withheld_.clear();
  behind_.clear();
  own_release_ = 0;
  begun_.clear();
  awaited_.clear();
}

std::optional<typed_event> escape_filter::next(std::string_view& typed) {
  while (find_work(typed)) {
    if (is_called_off()) return called_off();
    if (std::exchange(sequence_is_over_, false)) return forward{begun_.take()};
    auto event = text_.empty() ? take_piece() : take_text(typed.size());
    if (event) return event;
  }
  guarded_ = false;
  return std::nullopt;
}

// Text does not go the way of the other pieces: it is most of what is typed.
bool escape_filter::find_work(std::string_view& typed) {
  if (!text_.empty() || piece_ || sequence_is_over_) return true;
  text_ = decodes_ ? decoder_.text(typed) : std::exchange(typed, {});
  if (text_.empty() && !typed.empty()) piece_ = decoder_.next(typed);
  if (piece_ && piece_->kind == vt::input_kind::text) text_ = std::exchange(piece_, {})->bytes;
  return !text_.empty() || piece_ || is_called_off();
}

// An escape that is none any more leaves with all that waited behind it, before anything else.
typed_event escape_filter::called_off() {
  return forward{withheld_.empty() ? behind_.take() : withheld_.take()};
}

std::optional<typed_event> escape_filter::take_piece() {
  switch (piece_->kind) {
    case vt::input_kind::key: return key();
    case vt::input_kind::release: return release();
    case vt::input_kind::modifier: return aside(false);
    case vt::input_kind::part: return part();
    case vt::input_kind::report: return give();
    default: return give_typed(false);
  }
}

// -- the rule --

// `left`: how many bytes of the read stand behind the text.
std::optional<typed_event> escape_filter::take_text(std::size_t left) {
  if (state_ == state::pending) return text_after_escape(left);
  const auto run = text_.substr(0, find_escape(text_, left));
  text_.remove_prefix(run.size());
  if (!run.empty()) state_ = ends_line(run.back()) ? state::line_start : state::mid_line;
  awaited_.typed(run);
  if (!text_.empty()) {
    begin_escape(text_.substr(0, 1), vt::us_key_of(text_.front()));
    text_.remove_prefix(1);
  }
  if (run.empty()) return std::nullopt;
  return forward{run};
}

std::optional<typed_event> escape_filter::text_after_escape(std::size_t left) {
  const char byte = text_.front();
  const bool ends_read = text_.size() + left == 1;
  auto fired = after_escape(byte, vt::us_key_of(byte), !guarded_ || ends_read);
  if (fired) text_.remove_prefix(1);
  return fired;
}

// Where the first escape character stands that begins an escape; the size if none does.
std::size_t escape_filter::find_escape(std::string_view text, std::size_t left) const {
  if (escape_.none()) return text.size();
  const auto byte = static_cast<char>(escape_.byte());
  if (guarded_) return find_in_paste(text, left);
  if (state_ == state::line_start && text.front() == byte) return 0;
  return find_at_line_start(text, byte);  // the first byte is text now, whatever it is
}

// Only the last byte of the read, or the last but one, can be of an escape that ends it.
std::size_t escape_filter::find_in_paste(std::string_view text, std::size_t left) const {
  const auto byte = static_cast<char>(escape_.byte());
  const auto rest = text.size() + left;
  for (auto at = rest - std::min<std::size_t>(rest, 2); at < text.size(); ++at) {
    const bool starts_line = at == 0 ? state_ == state::line_start : ends_line(text[at - 1]);
    if (starts_line && text[at] == byte) return at;
  }
  return text.size();
}

std::optional<typed_event> escape_filter::key() {
  const auto& piece = *piece_;
  if (state_ == state::pending && is_whole()) {
    const auto fired = after_escape(piece.byte, piece.code, true);
    if (!fired) return std::nullopt;
    begun_.clear();
    piece_.reset();
    return fired;
  }
  const bool is_escape =
      !escape_.none() && static_cast<unsigned char>(piece.byte) == escape_.byte();
  if (state_ != state::line_start || !is_escape || !is_whole())
    return give_typed(ends_line(piece.byte));
  begin_escape(piece.bytes, piece.code);
  piece_.reset();
  return std::nullopt;
}

void escape_filter::begin_escape(std::string_view bytes, char32_t key) {
  withheld_.append(begun_.take());
  withheld_.append(bytes);
  withheld_key_ = key;
  own_release_ = 0;
  awaited_.typed(key);
  state_ = state::pending;
}

// Nothing if the key is text: the escape character, too, unless it is doubled.
std::optional<typed_event> escape_filter::after_escape(char byte, char32_t key, bool may_act) {
  const auto* what = may_act ? command_of(byte) : nullptr;
  const bool doubled = may_act && static_cast<unsigned char>(byte) == escape_.byte();
  if (what != nullptr || doubled) drop_escape();
  if (what == nullptr) {
    state_ = state::mid_line;
    return std::nullopt;
  }
  awaited_.typed(key);
  await(key);
  state_ = state::line_start;  // so that commands follow each other, as in ssh
  return command{what};
}

// ssh's keys come before the escape character itself, ours after it: with `-e .`, `..` disconnects.
const escape_command* escape_filter::command_of(char byte) const {
  const auto key = static_cast<unsigned char>(byte);
  const auto* what = keys_->of_ssh(key);
  if (what == nullptr && key != escape_.byte()) what = keys_->of_shim(key);
  return what;
}

void escape_filter::drop_escape() {
  if (own_release_ == 0) await(withheld_key_);
  behind_.erase(own_release_at_, own_release_);
  own_release_ = 0;
  withheld_.clear();
}

void escape_filter::await(char32_t key) {
  if ((modes_.kitty_flags & event_types) != 0) awaited_.await(key);
}

// -- what has no part in the rule --

std::optional<typed_event> escape_filter::release() {
  const auto code = piece_->code;
  const bool awaited = awaited_.forget(code);
  if (awaited && is_whole()) {
    begun_.clear();
    piece_.reset();
    return std::nullopt;
  }
  return aside(own_release_ == 0 && code != 0 && code == withheld_key_);
}

// Behind an escape that is held back it waits, as it must not overtake a key.
std::optional<typed_event> escape_filter::aside(bool own) {
  if (state_ != state::pending) return give();
  const auto size = begun_.size() + piece_->bytes.size();
  if (!is_whole() || size > behind_.room()) return call_off();
  if (own) {
    own_release_at_ = static_cast<std::uint8_t>(behind_.size());
    own_release_ = static_cast<std::uint8_t>(size);
  }
  behind_.append(begun_.take());
  behind_.append(piece_->bytes);
  piece_.reset();
  return std::nullopt;
}

std::optional<typed_event> escape_filter::part() {
  const auto bytes = piece_->bytes;
  if (may_hold(bytes)) {
    begun_.append(bytes);
    piece_.reset();
    return std::nullopt;
  }
  return state_ == state::pending ? call_off() : give();
}

// A sequence of which nothing has gone out yet. What follows an ESC that ended a string has none.
bool escape_filter::is_whole() const {
  return (begun_.empty() ? piece_->bytes : begun_.view()).substr(0, 1) == lone_esc;
}

bool escape_filter::may_hold(std::string_view bytes) const {
  if (state_ != state::pending && !is_whole()) return false;
  if (state_ == state::mid_line && awaited_.empty()) return false;
  const bool is_lone = begun_.empty() && bytes == lone_esc;
  return !is_lone || (modes_.kitty_flags & (disambiguate | all_keys)) != 0;
}

// -- what goes out --

// The piece at hand is looked at again when the escape has gone out.
std::optional<typed_event> escape_filter::call_off() {
  state_ = state::mid_line;
  return std::nullopt;
}

std::optional<typed_event> escape_filter::give() {
  if (!begun_.empty()) return forward{begun_.take()};
  const auto bytes = piece_->bytes;
  piece_.reset();
  if (bytes.empty()) return std::nullopt;
  return forward{bytes};
}

std::optional<typed_event> escape_filter::give_typed(bool line_ends) {
  if (state_ == state::pending) return call_off();
  if (!begun_.empty()) return forward{begun_.take()};
  state_ = line_ends ? state::line_start : state::mid_line;
  if (piece_->kind == vt::input_kind::key) awaited_.typed(piece_->code);
  return give();
}

}  // namespace shim
