// What terminals send, cut into pieces by looking at the whole of it at once: the model that
// vt::key_decoder is held against. Naive on purpose.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <vt/stream/keys.hpp>

namespace test {

using vt::input;
using vt::input_kind;

// Parameters and their fields; one that is empty is 0.
using numbers = std::vector<std::vector<unsigned>>;

inline numbers numbers_of(std::string_view text) {
  numbers all;
  if (text.empty()) return all;
  all.push_back({0});
  for (const char c : text) {
    if (c == ';') {
      all.push_back({0});
    } else if (c == ':') {
      all.back().push_back(0);
    } else {
      auto& number = all.back().back();
      number = std::min(number * 10 + static_cast<unsigned>(c - '0'), 0x110000U);
    }
  }
  return all;
}

inline unsigned field(const numbers& all, std::size_t parameter, std::size_t index) {
  if (parameter >= all.size() || index >= all[parameter].size()) return 0;
  return all[parameter][index];
}

// A US keyboard: the key, and what it gives with Shift.
inline constexpr std::string_view us_pairs =
    "`~1!2@3#4$5%6^7&8*9(0)-_=+[{]}\\|;:'\",<.>/?"
    "aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ";

inline char on_us_with_shift(char byte) {
  for (std::size_t at = 0; at < us_pairs.size(); at += 2)
    if (us_pairs[at] == byte) return us_pairs[at + 1];
  return byte;
}

inline char32_t on_us_unshifted(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  const bool control = value < 0x20 && byte != '\t' && byte != '\r' && byte != '\x1b';
  const char plain = static_cast<char>(control ? value + 0x40 : value);
  for (std::size_t at = 0; at < us_pairs.size(); at += 2)
    if (us_pairs[at + 1] == plain) return static_cast<unsigned char>(us_pairs[at]);
  return static_cast<unsigned char>(plain);
}

// -1: no byte.
inline int byte_with(unsigned code, unsigned modifiers) {
  const unsigned held = modifiers == 0 ? 0 : (modifiers - 1) & ~192U;
  if (code > 127 || (held & ~5U) != 0) return -1;
  if ((held & 4) == 0) return static_cast<int>(code);
  const bool has_control = code == 32 || (64 <= code && code <= 95) || (97 <= code && code <= 122);
  return has_control ? static_cast<int>(code % 32) : -1;
}

inline int byte_of_u(const numbers& all) {
  static constexpr std::string_view keypad = "0123456789./*-+\r=,";
  auto code = field(all, 0, 0);
  if (code == 13 || code == 57414) return '\r';
  if (const auto text = field(all, 2, 0); text != 0)
    return all[2].size() == 1 && text < 128 ? static_cast<int>(text) : -1;
  const auto modifiers = field(all, 1, 0);
  bool shift = modifiers > 0 && ((modifiers - 1) & 1) != 0;
  if (modifiers > 0 && ((modifiers - 1) & 64) != 0 && code >= 'a' && code <= 'z') shift = !shift;
  if (shift && field(all, 0, 1) != 0) return byte_with(field(all, 0, 1), modifiers);
  if (code >= 57399 && code <= 57416) code = static_cast<unsigned char>(keypad[code - 57399]);
  if (shift && code < 128)
    code = static_cast<unsigned char>(on_us_with_shift(static_cast<char>(code)));
  return byte_with(code, modifiers);
}

inline input as_key(int byte, char32_t code) {
  if (byte < 0) return {input_kind::other, {}};
  return {input_kind::key, {}, static_cast<char>(byte), code};
}

inline input of_csi(std::string_view parameters, char final) {
  const auto all = numbers_of(parameters);
  const auto count = all.size();
  const bool colon = parameters.find(':') != parameters.npos;
  const auto code = field(all, 0, 0);
  if (final == '~' && count == 1 && code == 200 && !colon) return {input_kind::pasted, {}};
  if (count > 0 && std::string_view("cntx").find(final) != std::string_view::npos)
    return {input_kind::report, {}};
  const bool is_report = (count == 0 && (final == 'I' || final == 'O')) ||
                         (count == 3 && final == 'M') || (count == 2 && final == 'R');
  if (is_report && !colon) return {input_kind::report, {}};
  const bool modifier = (57358 <= code && code <= 57360) || (57441 <= code && code <= 57454);
  if (final == 'u' && modifier) return {input_kind::modifier, {}};
  if (field(all, 1, 1) == 3) return {input_kind::release, {}, 0, final == 'u' ? code : 0};
  if (final == 'u' && count > 0) return as_key(byte_of_u(all), code);
  if (final != '~' || code != 27 || count != 3) return {input_kind::other, {}};
  const auto named = field(all, 2, 0);
  const int byte = named == 13 ? '\r' : byte_with(named, field(all, 1, 0));
  return as_key(byte, byte < 0 ? 0 : on_us_unshifted(static_cast<char>(byte)));
}

// The piece at the front of `after`, which is what follows an ESC, and how long it is there.
struct measured {
  input piece;
  std::size_t size;
};

inline bool printable_at(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= 0x20 && text[at] < 0x7f;
}

inline std::size_t first_control(std::string_view text, std::size_t from) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  const auto begin = text.begin() + static_cast<std::ptrdiff_t>(from);
  return static_cast<std::size_t>(std::find_if(begin, text.end(), is_control) - text.begin());
}

inline measured mouse(std::string_view after, bool utf8) {
  std::size_t at = 2;
  for (int left = 3; left > 0 && at < after.size() && first_control(after, at) != at; --left) {
    const auto lead = static_cast<unsigned char>(after[at++]);
    const bool two = utf8 && 0xc2 <= lead && lead <= 0xdf;
    if (two && at < after.size() && first_control(after, at) != at) ++at;
  }
  return {{input_kind::report, {}}, at};
}

inline measured csi(std::string_view after, bool utf8) {
  const auto end = after.substr(0, 63).find_first_not_of("0123456789:;", 1);
  if (end == after.npos)
    return {{after.size() < 63 ? input_kind::part : input_kind::other, {}},
            std::min<std::size_t>(after.size(), 63)};
  const char byte = after[end];
  if (end == 1 && byte == '[')
    return {{input_kind::other, {}}, printable_at(after, 2) ? std::size_t{3} : 2};
  if (end == 1 && byte == 'M') return mouse(after, utf8);
  if (0x20 <= byte && byte <= 0x3f) {
    auto last = end;
    while (last < after.size() && last < 4095 && 0x20 <= after[last] && after[last] <= 0x3f) ++last;
    const bool ended = last < 4095 && printable_at(after, last);
    return {{input_kind::report, {}}, last + (ended ? 1 : 0)};
  }
  if (!printable_at(after, end)) return {{input_kind::other, {}}, end};
  return {of_csi(after.substr(1, end - 1), byte), end + 1};
}

inline measured string(std::string_view after) {
  const auto end = std::min<std::size_t>(first_control(after, 1), 4095);
  std::size_t size = end;
  if (end < 4095 && end < after.size() && after[end] == '\x07') size += 1;
  if (end < 4095 && end < after.size() && after[end] == '\x1b')
    size += after.substr(end + 1, 1) == "\\" ? 2 : 1;
  return {{input_kind::report, {}}, size};
}

inline measured ss3(std::string_view after) {
  static constexpr std::string_view finals = "MXjklmnopqrstuvwxy";
  static constexpr std::string_view bytes = "\r=*+,-./0123456789";
  if (after.size() == 1) return {{input_kind::part, {}}, 1};
  if (!printable_at(after, 1)) return {{input_kind::other, {}}, 1};
  const auto at = finals.find(after[1]);
  if (at == finals.npos) return {{input_kind::other, {}}, 2};
  return {as_key(bytes[at], on_us_unshifted(bytes[at])), 2};
}

inline measured after_esc(std::string_view after, bool utf8) {
  if (after.empty()) return {{input_kind::part, {}}, 0};
  switch (after[0]) {
    case '[': return csi(after, utf8);
    case 'O': return ss3(after);
    case 'P':
    case 'X':
    case ']':
    case '^':
    case '_': return string(after);
    default: return {{input_kind::other, {}}, printable_at(after, 0) ? std::size_t{1} : 0};
  }
}

inline bool ends_in_open_esc(const input& piece) {
  return piece.kind == input_kind::report && piece.bytes.ends_with('\x1b');
}

inline std::vector<input> pieces_of(std::string_view rest, bool utf8) {
  std::vector<input> all;
  while (!rest.empty()) {
    // An ESC in a string that ends it, but is not of an ST, begins what comes next.
    const bool open = !all.empty() && ends_in_open_esc(all.back());
    const std::size_t lead = open ? 0 : 1;
    auto found = measured{{input_kind::text, {}}, std::min(rest.find('\x1b'), rest.size())};
    if (open || rest[0] == '\x1b') {
      found = after_esc(rest.substr(lead), utf8);
      found.size += lead;
    }
    if (found.piece.kind == input_kind::pasted) {
      const auto end = rest.find("\x1b[201~", found.size);
      found.size = end == rest.npos ? rest.size() : end + 6;
    }
    found.piece.bytes = rest.substr(0, found.size);
    rest.remove_prefix(found.size);
    all.push_back(found.piece);
  }
  return all;
}

}  // namespace test
