#include <vt/stream/dec_modes.hpp>

#include <algorithm>
#include <initializer_list>
#include <iterator>

namespace vt {
namespace {

constexpr auto undone = mode_role::undone;
constexpr auto elsewhere = mode_role::elsewhere;
constexpr auto left_alone = mode_role::left_alone;

// Modes that begin on, and those whose role needs a reason; and the ones that programs use most, so
// that no amount of odd numbers crowds them out. Where terminals begin differently the row says how
// most do.
constexpr mode_row rows[] = {
    {1, false, undone},         // DECCKM, cursor keys
    {2, true, undone},          // DECANM; off is VT52, which only ESC < ends
    {3, false, left_alone},     // DECCOLM: both ways clear the screen
    {4, false, undone},         // DECSCLM
    {5, false, undone},         // DECSCNM
    {6, false, elsewhere},      // DECOM: kept with the cursor
    {7, true, undone},          // DECAWM
    {8, true, undone},          // DECARM
    {9, false, undone},         // mouse, X10
    {10, false, left_alone},    // rxvt's tool bar: the user's
    {12, false, undone},        // blinking cursor: how the user's own is, nobody can tell
    {13, false, left_alone},    // where xterm tells what its resources say
    {14, false, left_alone},    // the same
    {25, true, undone},         // DECTCEM
    {30, false, left_alone},    // rxvt's scroll bar: the user's
    {35, false, left_alone},    // rxvt's keys for fonts: the user's
    {38, false, left_alone},    // DECTEK: another window, with a parser of its own
    {40, false, left_alone},    // whether DECCOLM may resize: the user's
    {41, false, left_alone},    // a workaround for more(1): the user's
    {45, false, undone},        // reverse wrap
    {47, false, elsewhere},     // alternate screen
    {66, false, undone},        // DECNKM
    {67, false, left_alone},    // DECBKM, what Backspace sends: the user's
    {69, false, undone},        // DECLRMM
    {80, false, undone},        // DECSDM
    {1000, false, undone},      // mouse, as the next ones
    {1001, false, undone},      //
    {1002, false, undone},      //
    {1003, false, undone},      //
    {1004, false, undone},      // focus
    {1005, false, undone},      // mouse encodings, as 1006, 1015, 1016
    {1006, false, undone},      //
    {1007, true, undone},       // wheel as arrows: on in VTE, foot, alacritty; xterm does no harm
    {1010, false, left_alone},  // scroll on output: the user's
    {1011, false, left_alone},  // scroll on a key: the user's
    {1015, false, undone},      //
    {1016, false, undone},      //
    {1034, false, left_alone},  // what Meta sends: the user's, as 1035-1037 and 1039
    {1035, false, left_alone},  //
    {1036, false, left_alone},  //
    {1037, false, left_alone},  //
    {1039, false, left_alone},  //
    {1040, false, left_alone},  // selection and bell: the user's, up to 1044
    {1041, false, left_alone},  //
    {1042, false, left_alone},  //
    {1043, false, left_alone},  //
    {1044, false, left_alone},  //
    {1046, true, left_alone},   // whether there is an alternate screen: the user's
    {1047, false, elsewhere},   // alternate screen
    {1048, false, elsewhere},   // the cursor saved: no state
    {1049, false, elsewhere},   // both
    {1070, true, left_alone},   // colour registers of an image: no matter for text
    {2004, false, undone},      // bracketed paste
    {2026, false, undone},      // synchronized output
    {2027, false, left_alone},  // grapheme clusters: where it is on at first it is the user's
    {2031, false, undone},      // tells of light and dark
    {2048, false, undone},      // tells of sizes
    {9001, false, undone},      // keys as Windows has them
};
static_assert(std::size(rows) <= 64, "mode_set keeps them in a word");

constexpr std::initializer_list<std::uint16_t> mouse_modes{9, 1000, 1001, 1002, 1003};
constexpr std::initializer_list<std::uint16_t> mouse_encodings{1005, 1006, 1015, 1016};

const mode_row* find_row(unsigned number) {
  const auto* row = std::lower_bound(std::begin(rows), std::end(rows), number,
                                     [](const mode_row& r, unsigned n) { return r.number < n; });
  return row != std::end(rows) && row->number == number ? row : nullptr;
}

// After `number` of the group was set or reset.
void follow(std::uint16_t& last, std::initializer_list<std::uint16_t> group, unsigned number,
            const mode_set& set) {
  if (std::find(group.begin(), group.end(), number) == group.end()) return;
  if (set.contains(number)) {
    last = static_cast<std::uint16_t>(number);
  } else if (last == number) {
    last = 0;
    for (const auto each : group)
      if (set.contains(each)) last = each;
  }
}

}  // namespace

std::span<const mode_row> known_modes() { return rows; }

mode_row row_of(unsigned number) {
  const auto* row = find_row(number);
  return row != nullptr ? *row : mode_row{static_cast<std::uint16_t>(number), false, undone};
}

bool mode_set::contains(unsigned number) const {
  if (const auto* row = find_row(number)) return (known_ >> (row - rows) & 1) != 0;
  const auto* end = unknown_.data() + unknown_count_;
  return std::binary_search(unknown_.data(), end, number);
}

void mode_set::put(unsigned number, bool in) {
  if (const auto* row = find_row(number)) {
    const auto bit = std::uint64_t{1} << (row - rows);
    known_ = in ? known_ | bit : known_ & ~bit;
    return;
  }
  auto* end = unknown_.data() + unknown_count_;
  auto* at = std::lower_bound(unknown_.data(), end, number);
  const bool there = at != end && *at == number;
  if (in == there || (in && unknown_count_ == max_unknown)) return;
  if (in) {
    std::copy_backward(at, end, end + 1);
    *at = static_cast<std::uint16_t>(number);
    ++unknown_count_;
  } else {
    *std::copy(at + 1, end, at) = 0;
    --unknown_count_;
  }
}

void dec_modes::set(unsigned number, bool on) { change(number, on != row_of(number).initially); }

void dec_modes::restore(unsigned number) {
  if (saved_.contains(number)) change(number, true);
}

void dec_modes::change(unsigned number, bool changed) {
  changed_.put(number, changed);
  follow(mouse_, mouse_modes, number, changed_);
  follow(mouse_encoding_, mouse_encodings, number, changed_);
}

}  // namespace vt
