// Which DEC private modes differ from how a terminal begins, by number (xterm ctlseqs; those of
// VTE, kitty, foot, mintty and Windows Terminal where they have more).
//
// It knows how each mode begins and which are nobody's to undo. It never says what a mode does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vt {

enum class mode_role : std::uint8_t {
  undone,      // kept here
  elsewhere,   // more than a bit: terminal_state has it
  left_alone,  // the user's own choice, no state, or its undoing clears: the reason is in its row
};

struct mode_row {
  std::uint16_t number;
  bool initially;
  mode_role role;
};

// Sorted by number.
std::span<const mode_row> known_modes();

// A number that has no row begins off and is undone.
mode_row row_of(unsigned number);

// Modes by number: any that has a row, and 64 others; beyond these a number is forgotten.
class mode_set {
 public:
  static constexpr std::size_t max_unknown = 64;

  bool contains(unsigned number) const;
  void put(unsigned number, bool in);

  // Calls `each(number)`, those with a row first, ascending.
  template <class Each>
  void for_each(Each each) const {
    for (std::size_t i = 0; i < known_modes().size(); ++i)
      if ((known_ >> i & 1) != 0) each(known_modes()[i].number);
    for (std::size_t i = 0; i < unknown_count_; ++i) each(unknown_[i]);
  }

  bool empty() const { return known_ == 0 && unknown_count_ == 0; }
  bool operator==(const mode_set&) const = default;

 private:
  std::uint64_t known_ = 0;                           // a bit per row
  std::array<std::uint16_t, max_unknown> unknown_{};  // ascending; zeros behind unknown_count_
  std::uint8_t unknown_count_ = 0;
};

class dec_modes {
 public:
  bool is_set(unsigned number) const {
    return changed_.contains(number) != row_of(number).initially;
  }

  void set(unsigned number, bool on);

  // XTSAVE and XTRESTORE. Many terminals have neither, so restoring never makes a mode as it began:
  // there it stayed as it was. One that was not saved stays, too.
  void save(unsigned number) { saved_.put(number, changed_.contains(number)); }
  void restore(unsigned number);

  // Those that are not as they began.
  const mode_set& changed() const { return changed_; }

  // Of the mouse's modes (9, 1000-1003) and of its encodings (1005, 1006, 1015, 1016), which are
  // one value in xterm and apart in VTE and foot, so that each is kept by itself: the one that was
  // set last and is set; else the greatest that is; 0 if none is. In a terminal that has room for
  // one only, that is the one.
  std::uint16_t mouse() const { return mouse_; }
  std::uint16_t mouse_encoding() const { return mouse_encoding_; }

  // What was saved is not compared: nobody restores what another has saved.
  bool operator==(const dec_modes& other) const {
    return changed_ == other.changed_ && mouse_ == other.mouse_ &&
           mouse_encoding_ == other.mouse_encoding_;
  }

 private:
  void change(unsigned number, bool changed);

  mode_set changed_;
  mode_set saved_;
  std::uint16_t mouse_ = 0;
  std::uint16_t mouse_encoding_ = 0;
};

}  // namespace vt
