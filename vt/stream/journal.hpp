// What the bytes that a terminal was given have switched on in it, as far as it concerns who uses
// the terminal next (xterm ctlseqs, ECMA-48, kitty's keyboard protocol).
//
// It reads, and never changes or holds back a byte. It does not know the screen: no cell, no cursor
// position, no tab stops, no graphics. Nor does it know how anything was before the first byte: a
// title or a blinking cursor that was simply set has no old value to go back to. Not noted, as no
// program in use leaves them behind: DECSCL, DECSASD, DECUDK, LEDs, XTSMTITLE, XTSMPOINTER, kitty's
// colour stack. What is noted, and how terminals that disagree are met, is in terminal_state.hpp
// and dec_modes.cpp.
//
// Bounded, and beyond these bounds forgetful: 64 unknown DEC modes, none above 65534; 64 kitty
// flags per screen; 10 titles; 16 key resources; 32 parameters of a sequence; 4 KiB of an OSC.
#pragma once

#include <string_view>

#include <vt/stream/terminal_state.hpp>
#include <vt/stream/tokenizer.hpp>

namespace vt {

class journal {
 public:
  // What was shown, in order, cut anywhere. Never allocates.
  void feed(std::string_view shown);

  // The same for who has a tokenizer of its own; it may change between both where each is at
  // ground.
  void take(const token& t);
  void take(const token& csi, const parameter_list& given);  // whose parameters were read already

  // The terminal is not in the middle of a sequence, a string or a character.
  bool at_ground() const { return tokens_.at_ground(); }

  unsigned kitty_flags() const { return state_.shown_keys().flags(); }  // 0: legacy keys
  unsigned modify_other_keys() const { return state_.modify_keys.value(4).value_or(0); }
  bool dec_mode(unsigned number) const { return state_.mode(number); }  // as it begins if unknown
  bool alternate_screen() const { return state_.alternate != 0; }

  const terminal_state& state() const { return state_; }

  // The same is on. The place in an unfinished sequence is not compared, nor what only the program
  // that saved it can bring back: cursors (DECSC, DECSET 1049) and modes (XTSAVE).
  bool operator==(const journal& other) const { return state_ == other.state_; }

 private:
  tokenizer tokens_;
  terminal_state state_;
};

}  // namespace vt
