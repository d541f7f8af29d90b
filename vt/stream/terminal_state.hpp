// What a terminal keeps beyond the characters on its screens, as far as it concerns who uses it
// next, and what sequences do to it (xterm ctlseqs, kitty's keyboard protocol).
//
// Where terminals disagree it keeps what may be on in any of them: undoing it once more is
// harmless. It never knows how something was before the first byte: all begins as in a terminal
// that nothing was written to.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <vt/stream/dec_modes.hpp>
#include <vt/stream/pen.hpp>

namespace vt {

// Of one screen (kitty's keyboard protocol). Where a terminal has room for fewer the oldest fall
// out there, too.
class key_flags_stack {
 public:
  static constexpr std::size_t max_depth = 64;

  std::uint8_t flags() const { return depth_ == 0 ? base_ : pushed_[depth_ - 1]; }
  std::uint8_t base() const { return base_; }
  std::size_t depth() const { return depth_; }  // pushed since the start, not what was below
  std::uint8_t pushed(std::size_t i) const { return pushed_[i]; }
  bool empty() const { return depth_ == 0 && base_ == 0; }

  void set(unsigned flags, unsigned how);  // how: 1 these, 2 and these, 3 without these
  void push(unsigned flags);
  void pop(unsigned count);  // beyond the bottom: the flags are 0

  bool operator==(const key_flags_stack&) const = default;

 private:
  std::uint8_t base_ = 0;
  std::uint8_t depth_ = 0;
  std::array<std::uint8_t, max_depth> pushed_{};  // zeros behind depth_
};

// XTMODKEYS or XTFMTKEYS: a value per resource (4: modifyOtherKeys).
class key_resources {
 public:
  static constexpr unsigned count = 16;  // beyond it a resource is forgotten
  static constexpr unsigned max_value = 99;

  std::optional<unsigned> value(unsigned resource) const;  // nothing: initial, or disabled
  bool changed(unsigned resource) const { return resource < count && kept_[resource] != 0; }
  bool disabled(unsigned resource) const { return changed(resource) && kept_[resource] == off; }

  void set(unsigned resource, unsigned value);
  void disable(unsigned resource);
  void reset(unsigned resource);
  void reset_all() { kept_ = {}; }

  bool operator==(const key_resources&) const = default;

 private:
  static constexpr std::uint8_t off = 0xff;

  std::array<std::uint8_t, count> kept_{};  // 0: initial; else 1 + value
};

// What XTPUSHTITLE kept: 0 both, 1 the icon's name, 2 the window's title. Ten as in xterm, beyond
// which the oldest fall out.
class title_stack {
 public:
  static constexpr std::size_t max_depth = 10;

  std::size_t depth() const { return depth_; }
  std::uint8_t operator[](std::size_t i) const { return kinds_[i]; }
  void push(unsigned kind);
  void pop(unsigned kind);  // the topmost of this kind, else the topmost

  bool operator==(const title_stack&) const = default;

 private:
  std::array<std::uint8_t, max_depth> kinds_{};
  std::uint8_t depth_ = 0;
};

struct charsets {
  // Intermediates behind the one that names G0-G3, and the final: 0 is ASCII. `is_96` marks a set
  // of 96 characters.
  using charset = std::uint32_t;
  static constexpr charset is_96 = 1u << 16;

  std::array<charset, 4> g{};
  std::uint8_t gl = 0;
  std::uint8_t gr = 2;  // where xterm has it at first

  // By what stands behind ESC. `( ) * +` name G0 to G3 for a set of 94 characters, `- . /` G1 to G3
  // for one of 96; anything else changes nothing.
  void designate(std::array<char, 2> intermediates, char final);

  bool operator==(const charsets&) const = default;
};

// What DECSC keeps and DECRC brings back, beside the position.
struct drawing {
  vt::pen pen;
  charsets sets;
  bool origin = false;   // DECOM
  bool guarded = false;  // DECSCA, SPA
  bool operator==(const drawing&) const = default;
};

struct saved_cursor {
  drawing text;
  bool unwrapped;  // DECAWM off, and
  bool reversed;   // DECSCNM: kitty keeps both with the cursor
};

// All 0: none. The terminal's size is not known, so any other counts as set.
struct margins {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  bool operator==(const margins&) const = default;
};

// What carries a value that is not kept: it can be undone, but not put back.
struct one_way {
  std::bitset<256> palette;        // OSC 4
  std::bitset<8> special_colors;   // OSC 5
  std::bitset<10> dynamic_colors;  // OSC 10 to 19
  bool hyperlink = false;          // OSC 8
  bool pointer_shape = false;      // OSC 22
  bool progress = false;           // OSC 9;4
  bool maybe_alternate = false;    // RIS came there, which leaves it in xterm, not in tmux
  bool operator==(const one_way&) const = default;
};

struct terminal_state {
  dec_modes dec;
  std::uint16_t alternate = 0;                       // 47, 1047 or 1049: how it was entered; 0: not
  drawing text;                                      // of both screens
  std::array<key_flags_stack, 2> keys;               // primary, alternate
  std::array<std::optional<saved_cursor>, 2> saved;  // primary, alternate; not compared
  bool last_saved = false;                           // which of them; neither

  margins rows;         // DECSTBM
  margins columns;      // DECSLRM
  bool keypad = false;  // ESC =; ?66 is another one in terminals that have only one of them
  bool keyboard_locked = false;    // KAM
  bool insert = false;             // IRM
  bool local_echo = false;         // SRM off
  bool newline = false;            // LNM
  bool not_utf8 = false;           // ESC % @
  bool eight_bit_answers = false;  // ESC SP G
  bool printing = false;           // CSI 5 i: what comes goes to a printer
  std::uint8_t cursor_style = 0;   // DECSCUSR
  key_resources modify_keys;
  key_resources format_keys;
  title_stack titles;

  one_way values;

  bool operator==(const terminal_state& other) const;

  key_flags_stack& shown_keys() { return keys[alternate != 0]; }
  const key_flags_stack& shown_keys() const { return keys[alternate != 0]; }

  bool mode(unsigned number) const;
  void set_mode(unsigned number, bool on);
  void save_mode(unsigned number);
  void restore_mode(unsigned number);

  void save_cursor();
  void set_columns(margins wanted);  // without DECSLRM the same sequence saves the cursor
  void restore_cursor();
  void enter_alternate(unsigned number);
  void leave_alternate(unsigned number);

  void soft_reset();  // DECSTR
  void full_reset();  // RIS

 private:
  void restore(const std::optional<saved_cursor>& from);
  void restore_some();
};

}  // namespace vt
