#include <vt/screen/answers.hpp>

#include <algorithm>
#include <optional>

#include <vt/screen/screen.hpp>

namespace vt {
namespace {

std::uint32_t from_one(int place) { return static_cast<std::uint32_t>(std::max(place, 0) + 1); }

// Waiting to wrap it is still in the last column.
answer_numbers cursor_of(const screen& s) {
  const auto at = s.cursor();
  const bool origin = s.text().origin;
  return {from_one(at.row - (origin ? s.margins().first : 0)),
          from_one(at.column - (origin ? s.margins().left : 0))};
}

enum mode_state : std::uint32_t { not_known, set, reset };  // as DECRPM numbers them

answer_numbers state(std::optional<bool> on) {
  if (!on) return {not_known};
  return {*on ? set : reset};
}

std::optional<bool> ansi_mode(const terminal_state& now, unsigned number) {
  switch (number) {
    case 2: return now.keyboard_locked;
    case 4: return now.insert;
    case 12: return !now.local_echo;
    case 20: return now.newline;
    default: return std::nullopt;
  }
}

// Of those with a row of their own; of the user's choices nobody here knows how they are.
std::optional<bool> other_mode(const terminal_state& now, unsigned number) {
  const auto modes = known_modes();
  const auto row = std::ranges::find(modes, number, &mode_row::number);
  if (row == modes.end() || row->role == mode_role::left_alone) return std::nullopt;
  return now.mode(number);
}

// Of the mouse's modes and encodings one is on, as in xterm. DECLRMM, pixels of the mouse, reports
// of colours, sizes and Windows' keys are not known, even if they are on: a program that is told of
// them relies on them, also on a terminal that comes later and has them not.
std::optional<bool> dec_mode(const screen& s, unsigned number) {
  const auto& now = s.journal().state();
  switch (number) {
    case 6: return s.text().origin;
    case 7: return s.autowrap();
    case 9:
    case 1000:
    case 1001:
    case 1002:
    case 1003: return now.dec.mouse() == number;
    case 1005:
    case 1006:
    case 1015: return now.dec.mouse_encoding() == number;
    case 47:
    case 1047:
    case 1049: return s.on_alternate();
    case 66: return now.keypad || now.mode(66);
    case 1048: return true;  // a cursor is always saved, be it home
    case 69:
    case 1016:
    case 2031:
    case 2048:
    case 9001: return std::nullopt;
    default: return other_mode(now, number);
  }
}

// A display has eight bits of each part, and says them twice.
std::uint32_t shown(std::uint16_t part) { return (part >> 8) * 0x101u; }

answer_numbers color(const spoken& said, std::size_t index) {
  if (index >= said.dynamic.size()) return {};
  const auto value = read_color(said.dynamic[index]);
  if (!value) return {};
  return {1, shown(value->red), shown(value->green), shown(value->blue)};
}

}  // namespace

answer_numbers numbers_for(const query& asked, const screen& s) {
  const auto& now = s.journal().state();
  const auto& pen = s.text().pen;
  const auto& m = s.margins();
  switch (asked.kind) {
    case query_kind::cursor:
    case query_kind::cursor_in_page: return cursor_of(s);
    case query_kind::ansi_mode: return state(ansi_mode(now, asked.number));
    case query_kind::dec_mode: return state(dec_mode(s, asked.number));
    case query_kind::pen: return {pen.attributes, pen.foreground, pen.background, pen.underline};
    case query_kind::rows: return {from_one(m.first), from_one(m.last - 1)};
    case query_kind::columns: return {from_one(m.left), from_one(m.right - 1)};
    case query_kind::cursor_style: return {now.cursor_style};
    case query_kind::guard: return {s.text().guarded ? 1u : 0u};
    case query_kind::key_flags: return {now.shown_keys().flags()};
    case query_kind::color: return color(s.said(), asked.number - std::size_t{10});
    default: return {};
  }
}

}  // namespace vt
