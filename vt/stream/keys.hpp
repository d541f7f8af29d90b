// What a terminal sends, cut into pieces: text, keys in the encodings that programs ask terminals
// for, the terminal's own reports, pastes. It decides what a stretch of bytes is, and never what it
// is good for; it changes and keeps no byte.
//
// Sources: xterm's ctlseqs (CSI, SS3, mouse, modifyOtherKeys, reports), ECMA-48 5.4 (the form of
// control sequences), the kitty keyboard protocol (CSI u), console_codes(4) (CSI [).
//
// An unfinished sequence never holds up what follows: CR, LF and every other C0 but ESC and BEL end
// it and are text, as no report has them; what is too long ends as well.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vt {

enum class input_kind : std::uint8_t {
  text,      // what is in no sequence: characters, C0, DEL
  key,       // a press or repeat that stands for one byte
  release,   // of any key
  modifier,  // Shift, CapsLock and such alone: pressed, repeated or released
  other,     // typed, but no byte: function keys, Alt and a key, a sequence broken off
  report,    // the terminal's own words, whole or a piece that can be of nothing else
  pasted,    // from CSI 200~ to CSI 201~, these included
  part,      // may become a key: a piece of another kind ends it, an empty one if it is broken off
};

struct input {
  input_kind kind;
  std::string_view bytes;  // a view into the bytes given
  char byte = 0;           // key: what a terminal without such encodings would have sent
  char32_t code = 0;       // key, release: the key on a US keyboard, unshifted; 0: none of these
};

// The numbers of an unfinished CSI: up to three parameters of up to three fields, the rest counted.
struct key_numbers {
  static constexpr std::size_t size = 3;

  void take(char byte);  // a digit, `:` or `;`

  std::array<std::array<char32_t, size>, size> of{};
  std::array<std::uint8_t, size> fields{};  // how many `:` there were in each
  std::uint8_t semicolons = 0;
  bool any = false;
  bool colon = false;
};

class key_decoder {
 public:
  // Bounds in bytes, from the ESC on, beyond which a sequence is none and text follows.
  static constexpr std::size_t longest_key = 64;
  static constexpr std::size_t longest_report = 4096;

  // Takes the next piece from the front of `bytes`; nothing when all is taken. How the bytes are
  // cut changes nothing but where a piece ends, and that `part` comes where the end is not known.
  std::optional<input> next(std::string_view& bytes);

  // The same for text alone, which most of what is typed is: empty if something else comes next.
  std::string_view text(std::string_view& bytes);

  // Mode 1005: the coordinates of a mouse report `CSI M` are characters, not bytes.
  void mouse_is_utf8(bool on) { utf8_mouse_ = on; }

  // A paste whose end mark does not come is over when the user says so.
  void paste_is_over();
  bool in_paste() const { return state_ == state::paste; }

 private:
  enum class state : std::uint8_t {
    ground,
    escape,      // after ESC
    ss3,         // after ESC O
    csi,         // after CSI and numbers: a key or a report
    csi_report,  // a byte said that it is none of a key
    linux_key,   // after CSI [
    mouse,       // after CSI M
    string,      // DCS, SOS, OSC, PM, APC
    string_end,  // after an ESC in it
    paste,
  };
  enum class fate : std::uint8_t { goes_on, ended, broken };
  struct step {
    fate what;
    input piece{};  // ended: all but its bytes
  };

  std::optional<input> sequence(std::string_view& bytes);
  input pasted(std::string_view& bytes);
  step take(char byte);
  step take_escape(char byte);
  step take_last(char byte, const input& piece);
  step take_csi(char byte);
  step take_csi_report(char byte);
  step take_mouse(char byte);
  step take_string(char byte);
  step end_csi(char final);
  void begin();
  input_kind unfinished() const;

  key_numbers numbers_;
  state state_ = state::ground;
  std::uint16_t length_ = 0;     // of the sequence so far
  std::uint8_t characters_ = 0;  // of a mouse report, still to come
  std::uint8_t mark_ = 0;        // how much of the mark that ends a paste is there
  bool in_character_ = false;    // in a mouse report
  bool utf8_mouse_ = false;
};

// The key on a US keyboard, unshifted, that gives `byte`: 96 for `~`, 122 for ^Z.
char32_t us_key_of(char byte);

}  // namespace vt
