#include <vt/stream/tokenizer.hpp>

#include <algorithm>

#include <vt/stream/scan.hpp>
#include <vt/stream/utf8.hpp>

namespace vt {
namespace {

constexpr char bel = '\x07';
constexpr char so = '\x0e';
constexpr char si = '\x0f';
constexpr char can = '\x18';
constexpr char sub = '\x1a';
constexpr char esc = '\x1b';
constexpr char del = '\x7f';
constexpr char c2 = '\xc2';  // the first byte of a C1 in UTF-8; the second is the C1

constexpr bool is_c0(char c) { return byte_of(c) < 0x20; }
constexpr bool is_c1(char c) { return is_between(c, 0x80, 0x9f); }
constexpr bool is_intermediate(char c) { return is_between(c, 0x20, 0x2f); }
constexpr bool is_parameter(char c) { return is_between(c, 0x30, 0x3b); }
constexpr bool is_leader(char c) { return is_between(c, 0x3c, 0x3f); }
constexpr bool is_final(char c) { return is_between(c, 0x40, 0x7e); }

// What stands behind ESC in the 7-bit form of a C1.
constexpr char seven_bit(char c1) { return static_cast<char>(byte_of(c1) - 0x40); }

// What the byte behind ESC introduces; escape: nothing.
constexpr token_kind introduced_by(char byte) {
  switch (byte) {
    case '[': return token_kind::csi;
    case ']': return token_kind::osc;
    case 'P': return token_kind::dcs;
    case 'X': return token_kind::sos;
    case '^': return token_kind::pm;
    case '_': return token_kind::apc;
    default: return token_kind::escape;
  }
}

// The end of the characters of more than one byte that stand at `at`, but for C1.
std::size_t skip_characters(std::string_view bytes, std::size_t at) {
  while (at < bytes.size()) {
    const auto lead = bytes[at];
    const auto length = length_by_lead(lead);
    if (length < 2 || at + length > bytes.size() || !is_second(lead, bytes[at + 1])) break;
    if (lead == c2 && is_c1(bytes[at + 1])) break;
    if (length > 2 && !is_trail(bytes[at + 2])) break;
    if (length > 3 && !is_trail(bytes[at + 3])) break;
    at += length;
  }
  return at;
}

std::size_t text_size(std::string_view bytes) {
  std::size_t at = 0;
  while (true) {
    const auto end = find_first(bytes, at, ends_ascii);
    at = skip_characters(bytes, end);
    if (at == end) return at;
  }
}

constexpr bool begins_c1(std::string_view bytes) {
  return bytes[0] == c2 && (bytes.size() == 1 || is_c1(bytes[1]));
}

// Where a payload ends: at a byte that may end it, if only with the next one.
std::size_t payload_size(std::string_view bytes, token_kind kind) {
  const auto ends = [](word w) {
    const auto ends_as_can = w & ~in_each_byte(can ^ esc);  // SUB, too
    return equal_to(ends_as_can, can) | equal_to(w, bel) | equal_to_high(w, byte_of(c2));
  };
  std::size_t at = 0;
  for (; (at = find_first(bytes, at, ends)) < bytes.size(); ++at) {
    const auto byte = bytes[at];
    if (byte == esc || byte == can || byte == sub) break;
    if (byte == bel && kind == token_kind::osc) break;
    if (begins_c1(bytes.substr(at))) break;
  }
  return at;
}

// All but digits, `;` and `:`.
constexpr word ends_parameters(word bytes) {
  const auto low = bytes & low_bits;
  return (~(low + in_each_byte(0x50)) | (low + in_each_byte(0x44)) | bytes) & top_bits;
}

// Readers of sequences that are here as a whole. Each takes a part of one from `at` on and gives
// where it ends; nullptr: something is amiss, or not yet here.
using place = const char*;

std::string_view between(place from, place end) {
  return {from, static_cast<std::size_t>(end - from)};
}

place take_intermediates(place at, place end, token& found) {
  if (at != end && is_intermediate(*at)) found.intermediates[0] = *at++;
  if (at != end && is_intermediate(*at)) found.intermediates[1] = *at++;
  return at;
}

// `first` stands before `at`; behind a C1 it is its 7-bit form.
place take_escape(char first, place at, place end, token& found) {
  found.kind = token_kind::escape;
  found.final = first;
  if (is_between(first, 0x30, 0x7e)) return at;
  if (!is_intermediate(first)) return nullptr;
  at = take_intermediates(at - 1, end, found);
  if (at == end || !is_between(*at, 0x30, 0x7e)) return nullptr;
  found.final = *at;
  return at + 1;
}

place take_header(place at, place end, token& found) {
  if (at != end && is_leader(*at)) found.leader = *at++;
  const auto size = find_first(between(at, end), 0, ends_parameters);
  found.parameters = {at, size};
  at = take_intermediates(at + size, end, found);
  if (at == end || !is_final(*at) || size > max_parameter_bytes) return nullptr;
  found.final = *at;
  return at + 1;
}

place take_terminator(place at, place end, token& found) {
  found.bell = at != end && *at == bel;
  if (found.bell) return at + 1;
  const auto two = between(at, end).substr(0, 2);
  return two == "\x1b\\" || two == "\xc2\x9c" ? at + 2 : nullptr;
}

place take_payload(place at, place end, token& found) {
  const auto size = payload_size(between(at, end), found.kind);
  found.bytes = {at, std::min(size, max_payload_bytes)};
  found.truncated = size > max_payload_bytes;
  return take_terminator(at + size, end, found);
}

place take_sequence(char first, place at, place end, token& found) {
  found.kind = introduced_by(first);
  if (found.kind == token_kind::escape) return take_escape(first, at, end, found);
  const auto has_header = found.kind == token_kind::csi || found.kind == token_kind::dcs;
  if (has_header) at = take_header(at, end, found);
  if (found.kind == token_kind::csi || at == nullptr) return at;
  return take_payload(at, end, found);
}

void run(token_kind kind, std::string_view& bytes, std::size_t size, std::optional<token>& found) {
  auto& made = found.emplace();
  made.kind = kind;
  made.bytes = bytes.substr(0, size);
  bytes.remove_prefix(size);
}

}  // namespace

std::optional<token> tokenizer::next(std::string_view& bytes) {
  std::optional<token> found;
  while (!bytes.empty() && !found) {
    if (state_ == state::ground) {
      from_ground(bytes, found);
    } else {
      go_on(bytes, found);
    }
  }
  return found;
}

void tokenizer::from_ground(std::string_view& bytes, result& found) {
  const auto first = bytes[0];
  const auto second = bytes.size() > 1 ? bytes[1] : '\0';
  if (first == esc) return from_introducer(second, bytes, found);
  if (is_c0(first) || first == del) return run(token_kind::control, bytes, 1, found);
  if (const auto size = text_size(bytes); size != 0)
    return run(token_kind::text, bytes, size, found);
  if (first == c2 && is_c1(second)) return from_introducer(seven_bit(second), bytes, found);
  broken_character(bytes, found);
}

// A sequence that is here as a whole is read in place; any other byte by byte, in go_on(). `first`
// is what stands behind ESC, or would.
void tokenizer::from_introducer(char first, std::string_view& bytes, result& found) {
  const auto* const begin = bytes.data();
  const auto* const end = begin + bytes.size();
  if (bytes.size() > 1) {
    if (const auto* rest = take_sequence(first, begin + 2, end, found.emplace()))
      return bytes.remove_prefix(static_cast<std::size_t>(rest - begin));
    found.reset();
  }
  begin_sequence();
  if (*begin == esc) return bytes.remove_prefix(1);
  bytes.remove_prefix(2);
  introduced(first, found);
}

void tokenizer::broken_character(std::string_view& bytes, result& found) {
  const auto size = well_formed(bytes);
  if (size != bytes.size())
    return run(token_kind::invalid, bytes, std::max<std::size_t>(size, 1), found);
  parameters_.clear();
  parameters_.append(bytes);
  bytes.remove_prefix(size);
  state_ = state::character;
}

void tokenizer::go_on(std::string_view& bytes, result& found) {
  switch (state_) {
    case state::ground: break;
    case state::character: return character(bytes, found);
    case state::escape:
    case state::csi: return sequence(bytes, found);
    case state::dcs: return dcs(bytes);
    case state::string: return string(bytes, found);
    case state::string_escape: return string_escape(bytes, found);
    case state::string_c2: return string_c2(bytes, found);
  }
}

void tokenizer::character(std::string_view& bytes, result& found) {
  const auto byte = bytes[0];
  const auto lead = parameters_.view()[0];
  const auto length = parameters_.view().size();
  const bool fits = length == 1 ? is_second(lead, byte) : is_trail(byte);
  if (fits) bytes.remove_prefix(1);
  if (fits && lead == c2 && is_c1(byte)) {
    begin_sequence();
    return introduced(seven_bit(byte), found);
  }
  if (fits) parameters_.append({&byte, 1});
  if (fits && length + 1 < length_by_lead(lead)) return;
  state_ = state::ground;
  auto& made = found.emplace();
  made.kind = fits ? token_kind::text : token_kind::invalid;
  made.bytes = parameters_.view();
}

void tokenizer::begin_sequence() {
  open_ = {};
  open_.kind = token_kind::escape;
  parameters_.clear();
  payload_.clear();
  state_ = state::escape;
}

void tokenizer::introduced(char byte, result& found) {
  open_.kind = introduced_by(byte);
  switch (open_.kind) {
    case token_kind::escape: open_.final = byte; return finish(found);
    case token_kind::csi: state_ = state::csi; return;
    case token_kind::dcs: state_ = state::dcs; return;
    default: state_ = state::string;
  }
}

// A byte beyond ASCII cuts a sequence off and is read at ground: it may begin a C1. xterm does the
// same, but does not show the character and takes U+00A0 to U+00FF for those without the eighth
// bit.
void tokenizer::sequence(std::string_view& bytes, result& found) {
  const auto byte = bytes[0];
  if (byte_of(byte) >= 0x80 || byte == can || byte == sub) {
    state_ = state::ground;
    return;
  }
  if (is_c0(byte) && byte != esc) return run(token_kind::control, bytes, 1, found);
  bytes.remove_prefix(1);
  if (byte == esc) return begin_sequence();
  if (byte == del) return;
  if (state_ == state::escape) return escape(byte, found);
  csi(byte, found);
}

void tokenizer::escape(char byte, result& found) {
  if (is_intermediate(byte)) return intermediate(byte);
  if (open_.intermediates[0] == 0) return introduced(byte, found);
  open_.final = byte;
  finish(found);
}

void tokenizer::csi(char byte, result& found) {
  if (!is_final(byte)) return header(byte);
  open_.final = byte;
  finish(found);
}

// What has no place in the header of a dcs is its payload already: only a terminator ends it.
void tokenizer::dcs(std::string_view& bytes) {
  const auto byte = bytes[0];
  if (!is_between(byte, 0x20, 0x7e)) {
    open_.malformed = true;
    state_ = state::string;
    return;
  }
  bytes.remove_prefix(1);
  if (!is_final(byte)) return header(byte);
  open_.final = byte;
  state_ = state::string;
}

void tokenizer::header(char byte) {
  if (is_intermediate(byte)) {
    intermediate(byte);
  } else if (open_.intermediates[0] != 0) {
    open_.malformed = true;
  } else if (is_parameter(byte)) {
    open_.malformed |= !parameters_.append({&byte, 1});
  } else {
    open_.malformed |= open_.leader != 0 || !parameters_.view().empty();
    open_.leader = byte;
  }
}

void tokenizer::intermediate(char byte) {
  for (auto& place : open_.intermediates) {
    if (place != 0) continue;
    place = byte;
    return;
  }
  open_.malformed = true;
}

void tokenizer::string(std::string_view& bytes, result& found) {
  const auto size = payload_size(bytes, open_.kind);
  open_.truncated |= !payload_.append(bytes.substr(0, size));
  bytes.remove_prefix(size);
  if (bytes.empty()) return;
  switch (bytes[0]) {
    case bel: open_.bell = true; break;
    case esc: state_ = state::string_escape; break;
    case c2: state_ = state::string_c2; break;
    default: state_ = state::ground; return;  // CAN or SUB, to be given there
  }
  bytes.remove_prefix(1);
  if (open_.bell) finish(found);
}

void tokenizer::string_escape(std::string_view& bytes, result& found) {
  if (bytes[0] != '\\') return begin_sequence();
  bytes.remove_prefix(1);
  finish(found);
}

void tokenizer::string_c2(std::string_view& bytes, result& found) {
  const auto byte = bytes[0];
  if (!is_c1(byte)) {
    open_.truncated |= !payload_.append({&c2, 1});
    state_ = state::string;
    return;
  }
  bytes.remove_prefix(1);
  if (seven_bit(byte) == '\\') return finish(found);
  begin_sequence();
  introduced(seven_bit(byte), found);
}

void tokenizer::finish(result& found) {
  state_ = state::ground;
  auto& made = found.emplace();
  if (open_.malformed) {
    made.kind = open_.kind;
    made.malformed = true;
    return;
  }
  made = open_;
  made.parameters = parameters_.view();
  made.bytes = payload_.view();
}

template <std::size_t Max>
bool tokenizer::kept_bytes<Max>::append(std::string_view bytes) {
  const auto size = std::min(bytes.size(), Max - size_);
  std::copy_n(bytes.data(), size, bytes_.data() + size_);
  size_ += size;
  return size == bytes.size();
}

std::size_t find_control_sequence(std::string_view bytes) {
  constexpr auto begins = [](word w) {
    const auto shifts_as_si = w | in_each_byte(si ^ so);
    return equal_to(w, esc) | equal_to(shifts_as_si, si) | equal_to_high(w, byte_of(c2));
  };
  std::size_t at = 0;
  while ((at = find_first(bytes, at, begins)) < bytes.size()) {
    if (bytes[at] != c2 || begins_c1(bytes.substr(at))) break;
    ++at;
  }
  return at;
}

}  // namespace vt
