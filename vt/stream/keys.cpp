#include <vt/stream/keys.hpp>

#include <algorithm>

#include <vt/stream/utf8.hpp>

namespace vt {
namespace {

constexpr char esc = '\x1b';
constexpr char bel = '\x07';
constexpr std::string_view paste_end = "\x1b[201~";

// -- what a terminal sends by itself --

struct report_form {
  char final;
  std::uint8_t fewest, most;  // parameters
  bool colons;                // may be in it; else they are a key's
};

constexpr std::uint8_t any = 255;
constexpr report_form reports[] = {
    {'I', 0, 0, false},   // focus in
    {'O', 0, 0, false},   // focus out
    {'M', 3, 3, false},   // mouse, mode 1015
    {'R', 2, 2, false},   // where the cursor is
    {'c', 1, any, true},  // device attributes
    {'n', 1, any, true},  // device status
    {'t', 1, any, true},  // window operations, resize in band
    {'x', 1, any, true},  // terminal parameters
};

int count_of(const key_numbers& numbers) { return numbers.any ? numbers.semicolons + 1 : 0; }

bool is_report(char final, const key_numbers& numbers) {
  const auto count = count_of(numbers);
  return std::any_of(std::begin(reports), std::end(reports), [&](const report_form& form) {
    return form.final == final && form.fewest <= count && count <= form.most &&
           (form.colons || !numbers.colon);
  });
}

// -- keys --

constexpr std::string_view us_plain = "`1234567890-=[]\\;',./";
constexpr std::string_view us_shifted = "~!@#$%^&*()_+{}|:\"<>?";

enum modifiers : unsigned { shift = 1, control = 4, caps_lock = 64, num_lock = 128 };

enum key_event : unsigned { released = 3 };

constexpr char32_t enter = 13;
constexpr char32_t keypad_enter = 57414;
constexpr char32_t first_of_keypad = 57399;
constexpr std::string_view keypad = "0123456789./*-+\r=,";
constexpr std::string_view ss3_keypad = "*+,-./0123456789";  // ESC O j to ESC O y

bool is_modifier(char32_t code) {
  return (57358 <= code && code <= 57360) || (57441 <= code && code <= 57454);
}

std::optional<char> ascii(char32_t code) {
  if (code > 0x7f) return std::nullopt;
  return static_cast<char>(code);
}

char shifted_on_us(char byte) {
  if (is_between(byte, 'a', 'z')) return static_cast<char>(byte - 'a' + 'A');
  const auto at = us_plain.find(byte);
  return at == us_plain.npos ? byte : us_shifted[at];
}

std::optional<char> with_control(char byte) {
  if (byte != ' ' && !is_between(byte, '@', '_') && !is_between(byte, 'a', 'z'))
    return std::nullopt;
  return static_cast<char>(byte & 0x1f);
}

// `byte` is what the key gives with Shift, if that is held.
std::optional<char> with_modifiers(char byte, unsigned held) {
  switch (held & ~unsigned{shift}) {
    case 0: return byte;
    case control: return with_control(byte);
    default: return std::nullopt;
  }
}

// To a letter CapsLock is Shift, and both together are none.
unsigned held_with(char32_t code, char32_t parameter) {
  const auto all = parameter == 0 ? 0 : static_cast<unsigned>(parameter) - 1;
  const auto held = all & ~unsigned{caps_lock | num_lock};
  const bool is_letter = code <= 'z' && is_between(static_cast<char>(code), 'a', 'z');
  return is_letter && (all & caps_lock) != 0 ? held ^ shift : held;
}

std::optional<char> unmodified(char32_t code) {
  if (code >= first_of_keypad && code - first_of_keypad < keypad.size())
    return keypad[code - first_of_keypad];
  return ascii(code);
}

// CSI code:shifted ; modifiers:event ; text u. Where the terminal does not tell what the key gives
// it is taken for a US one.
std::optional<char> byte_of_kitty(const key_numbers& numbers) {
  const auto code = numbers.of[0][0];
  const auto shifted = numbers.of[0][1];
  const auto text = numbers.of[2][0];
  const auto held = held_with(code, numbers.of[1][0]);
  if (code == enter || code == keypad_enter) return '\r';
  if (text != 0) return numbers.fields[2] == 0 ? ascii(text) : std::nullopt;
  const bool told = (held & shift) != 0 && shifted != 0;
  const auto plain = told ? ascii(shifted) : unmodified(code);
  if (!plain) return std::nullopt;
  const bool guessed = (held & shift) != 0 && !told;
  return with_modifiers(guessed ? shifted_on_us(*plain) : *plain, held);
}

// CSI 27 ; modifiers ; code ~ names what the key gives with Shift: nothing is to be guessed, which
// on other keyboards than US ones would go wrong.
std::optional<char> byte_of_xterm(const key_numbers& numbers) {
  const auto code = numbers.of[2][0];
  if (code == enter) return '\r';
  const auto plain = ascii(code);
  return plain ? with_modifiers(*plain, held_with(0, numbers.of[1][0])) : std::nullopt;
}

input pressed(std::optional<char> byte, char32_t code) {
  if (!byte) return {input_kind::other, {}};
  return {input_kind::key, {}, *byte, code};
}

input key_of_ss3(char final) {
  if (final == 'M') return pressed('\r', enter);
  if (final == 'X') return pressed('=', '=');
  if (!is_between(final, 'j', 'y')) return {input_kind::other, {}};
  const char byte = ss3_keypad[static_cast<std::size_t>(final - 'j')];
  return pressed(byte, us_key_of(byte));
}

input key_of_csi(char final, const key_numbers& numbers) {
  const auto code = numbers.of[0][0];
  if (final == 'u' && is_modifier(code)) return {input_kind::modifier, {}};
  if (numbers.of[1][1] == released)
    return {input_kind::release, {}, 0, final == 'u' ? code : char32_t{0}};
  if (final == 'u' && numbers.any) return pressed(byte_of_kitty(numbers), code);
  if (final == '~' && code == 27 && count_of(numbers) == 3) {
    const auto byte = byte_of_xterm(numbers);
    return pressed(byte, byte ? us_key_of(*byte) : 0);
  }
  return {input_kind::other, {}};
}

bool opens_paste(char final, const key_numbers& numbers) {
  return final == '~' && numbers.of[0][0] == 200 && count_of(numbers) == 1 && !numbers.colon;
}

input taken(std::string_view& bytes, std::size_t size, input piece) {
  piece.bytes = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return piece;
}

}  // namespace

char32_t us_key_of(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  if (value < 0x20 && byte != '\r' && byte != '\t' && byte != esc)
    return us_key_of(static_cast<char>(value | 0x40));
  if (is_between(byte, 'A', 'Z')) return value - char32_t{'A'} + 'a';
  const auto at = us_shifted.find(byte);
  return at == us_shifted.npos ? char32_t{value} : static_cast<unsigned char>(us_plain[at]);
}

void key_numbers::take(char byte) {
  any = true;
  colon |= byte == ':';
  if (byte == ';') {
    semicolons = static_cast<std::uint8_t>(semicolons + 1);  // a key is too short for 256
    return;
  }
  if (semicolons >= size) return;
  auto& field = fields[semicolons];
  if (byte == ':') {
    field = static_cast<std::uint8_t>(field + 1);
  } else if (field < size) {
    auto& number = of[semicolons][field];
    const auto longer = number * 10 + static_cast<unsigned char>(byte) - '0';
    number = static_cast<char32_t>(std::min<std::uint32_t>(longer, 0x110000));  // beyond Unicode
  }
}

// -- pieces --

std::optional<input> key_decoder::next(std::string_view& bytes) {
  while (!bytes.empty()) {
    if (state_ == state::paste) return pasted(bytes);
    if (const auto run = text(bytes); !run.empty()) return input{input_kind::text, run};
    if (auto piece = sequence(bytes)) return piece;
  }
  return std::nullopt;
}

std::string_view key_decoder::text(std::string_view& bytes) {
  if (state_ != state::ground) return {};
  const auto run = bytes.substr(0, bytes.find(esc));
  bytes.remove_prefix(run.size());
  return run;
}

// Nothing where a sequence is broken off that has been given as what it is already.
std::optional<input> key_decoder::sequence(std::string_view& bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (state_ == state::string_end && bytes[at] != '\\') {
      begin();  // that ESC went with the string
      if (at != 0) return taken(bytes, at, {input_kind::report, {}});
    }
    const auto so_far = unfinished();
    const auto [what, piece] = take(bytes[at]);
    if (what == fate::goes_on) continue;
    state_ = piece.kind == input_kind::pasted ? state::paste : state::ground;
    if (what == fate::ended) return taken(bytes, at + 1, piece);
    if (so_far == input_kind::part) return taken(bytes, at, {input_kind::other, {}});
    if (at == 0) return std::nullopt;
    return taken(bytes, at, {so_far, {}});
  }
  return taken(bytes, bytes.size(), {unfinished(), {}});
}

input_kind key_decoder::unfinished() const {
  switch (state_) {
    case state::escape:
    case state::ss3:
    case state::csi: return input_kind::part;
    case state::linux_key: return input_kind::other;
    default: return input_kind::report;
  }
}

void key_decoder::begin() {
  state_ = state::escape;
  length_ = 1;
  numbers_ = {};
}

key_decoder::step key_decoder::take(char byte) {
  ++length_;
  switch (state_) {
    case state::escape: return take_escape(byte);
    case state::ss3: return take_last(byte, key_of_ss3(byte));
    case state::csi: return take_csi(byte);
    case state::csi_report: return take_csi_report(byte);
    case state::linux_key: return take_last(byte, {input_kind::other, {}});
    case state::mouse: return take_mouse(byte);
    case state::string: return take_string(byte);
    case state::string_end: return {fate::ended, {input_kind::report, {}}};
    default: begin(); return {fate::goes_on};
  }
}

// The one byte after an introducer.
key_decoder::step key_decoder::take_last(char byte, const input& piece) {
  if (!is_between(byte, 0x20, 0x7e)) return {fate::broken};
  return {fate::ended, piece};
}

key_decoder::step key_decoder::take_escape(char byte) {
  switch (byte) {
    case '[': state_ = state::csi; return {fate::goes_on};
    case 'O': state_ = state::ss3; return {fate::goes_on};
    case 'P':
    case 'X':
    case ']':
    case '^':
    case '_': state_ = state::string; return {fate::goes_on};
    default: return take_last(byte, {input_kind::other, {}});
  }
}

key_decoder::step key_decoder::take_csi(char byte) {
  if (is_between(byte, 0x40, 0x7e)) return end_csi(byte);
  if (!is_between(byte, 0x20, 0x3f)) return {fate::broken};
  if (is_between(byte, '0', ';')) {
    numbers_.take(byte);
  } else {
    state_ = state::csi_report;
  }
  if (state_ == state::csi && length_ == longest_key) return {fate::ended, {input_kind::other, {}}};
  return {fate::goes_on};
}

key_decoder::step key_decoder::end_csi(char final) {
  if (!numbers_.any && final == '[') {
    state_ = state::linux_key;
    return {fate::goes_on};
  }
  if (!numbers_.any && final == 'M') {
    state_ = state::mouse;
    characters_ = 3;
    in_character_ = false;
    return {fate::goes_on};
  }
  if (opens_paste(final, numbers_)) {
    mark_ = 0;
    return {fate::ended, {input_kind::pasted, {}}};
  }
  if (is_report(final, numbers_)) return {fate::ended, {input_kind::report, {}}};
  return {fate::ended, key_of_csi(final, numbers_)};
}

key_decoder::step key_decoder::take_csi_report(char byte) {
  if (!is_between(byte, 0x20, 0x7e)) return {fate::broken};
  const bool ends = is_between(byte, 0x40, 0x7e) || length_ == longest_report;
  return {ends ? fate::ended : fate::goes_on, {input_kind::report, {}}};
}

// Coordinates are any bytes from 0x20 on; in mode 1005, those above 0x7f are UTF-8 of two bytes.
key_decoder::step key_decoder::take_mouse(char byte) {
  if (is_between(byte, 0x00, 0x1f)) return {fate::broken};
  in_character_ = utf8_mouse_ && !in_character_ && is_between(byte, 0xc2, 0xdf);
  if (in_character_) return {fate::goes_on};
  --characters_;
  return {characters_ == 0 ? fate::ended : fate::goes_on, {input_kind::report, {}}};
}

key_decoder::step key_decoder::take_string(char byte) {
  if (byte == esc) {
    state_ = state::string_end;
    return {fate::goes_on};
  }
  if (byte != bel && is_between(byte, 0x00, 0x1f)) return {fate::broken};
  const bool ends = byte == bel || length_ == longest_report;
  return {ends ? fate::ended : fate::goes_on, {input_kind::report, {}}};
}

// -- pastes --

input key_decoder::pasted(std::string_view& bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && mark_ < paste_end.size()) {
    if (mark_ == 0) at = std::min(bytes.find(esc, at), bytes.size());
    if (at == bytes.size()) break;
    if (bytes[at] == paste_end[mark_]) {
      ++mark_;
      ++at;
    } else {
      mark_ = 0;  // the ESC that may stand here is looked at again
    }
  }
  if (mark_ == paste_end.size()) state_ = state::ground;
  return taken(bytes, at, {input_kind::pasted, {}});
}

void key_decoder::paste_is_over() {
  if (state_ == state::paste) state_ = state::ground;
}

}  // namespace vt
