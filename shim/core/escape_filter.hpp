// What is typed, split into what ssh is to get and what the user tells us: ssh(1) ESCAPE
// CHARACTERS, with clientloop.c's rule for every byte, one state per session and no loss where
// commands and text share a read. A key is a key in whatever encoding a program has asked the
// terminal for (vt/stream/keys.hpp).
//
//   - What the terminal says by itself is invisible to the rule, and goes out at once: before an
//     escape that is held back, as programs wait for such answers.
//   - Nothing in a paste is an escape.
//   - Held back is what may be an escape: the escape character at a line start, and there and after
//     it the beginning of a sequence that may become a key. With it waits what must not overtake
//     it. In the midst of a line nothing is held back, but where the release of a key is awaited
//     whose press was an escape's.
//   - A lone ESC is the Esc key, if the terminal does not encode that: it goes out at once, and the
//     sequence that it may have begun is no escape any more.
//
// It decides what is an escape, and nothing else: what a command does is the relay's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include <shim/core/awaited_releases.hpp>
#include <shim/core/escape_char.hpp>
#include <shim/core/escape_commands.hpp>
#include <shim/core/held_bytes.hpp>
#include <vt/stream/keys.hpp>

namespace shim {

// Bytes for ssh, unchanged. A view into the bytes given, or into the filter: it holds until the
// filter is called again or either is gone.
struct forward {
  std::string_view bytes;
};

struct command {
  const escape_command* what;
};

using typed_event = std::variant<forward, command>;

// What programs have asked the terminal for, as far as it changes what typing looks like.
struct input_modes {
  unsigned kitty_flags = 0;  // of the kitty keyboard protocol, on the screen shown
  bool utf8_mouse = false;   // mode 1005

  bool operator==(const input_modes&) const = default;
};

class escape_filter {
 public:
  // `keys` must outlive the filter. Where the escape character is ESC, no sequence is decoded.
  escape_filter(escape_char escape, const escape_keys& keys);

  // Takes what it can from the front of `typed`; nothing when all is taken and given. Call it until
  // then before more is typed: `typed` may be empty earlier. Keys that waited behind an escape come
  // after its command. How reads are cut does not matter, but for a cut right after an ESC where
  // Esc is not encoded, and for begin_read().
  std::optional<typed_event> next(std::string_view& typed);

  // How what is typed from now on looks.
  void keyboard(const input_modes& modes);

  // If it is called before a read is given: more than 16 bytes of text in one read are a paste, and
  // an escape in it acts only if it ends the read. Keys that are encoded were pressed: they are not
  // counted, and act anywhere.
  void begin_read(std::string_view typed);

  // The mark that ends a paste is not waited for any longer: it may never come.
  void paste_is_over() { decoder_.paste_is_over(); }
  bool in_paste() const { return decoder_.in_paste(); }

  // Whether the beginning of a sequence is held back; and that its rest is not waited for any
  // longer, as it was the Esc key, or Alt and `[`: its bytes are what next() gives then.
  bool holds_sequence() const { return !begun_.empty(); }
  void sequence_is_over();

  // As at the start of a session: an escape needs no newline first, nothing is held back.
  void reset();

  bool holds_back() const { return state_ == state::pending || !begun_.empty(); }

 private:
  enum class state : std::uint8_t {
    mid_line,
    line_start,  // an escape character now begins an escape
    pending,     // it did
  };
  using maybe_event = std::optional<typed_event>;

  bool find_work(std::string_view& typed);
  bool is_called_off() const {
    return state_ != state::pending && (!withheld_.empty() || !behind_.empty());
  }
  typed_event called_off();
  maybe_event take_piece();
  maybe_event take_text(std::size_t left);
  maybe_event text_after_escape(std::size_t left);
  maybe_event key();
  maybe_event release();
  maybe_event aside(bool own);
  maybe_event part();
  maybe_event after_escape(char byte, char32_t key, bool may_act);
  maybe_event call_off();
  maybe_event give();
  maybe_event give_typed(bool line_ends);
  std::size_t find_escape(std::string_view text, std::size_t left) const;
  std::size_t find_in_paste(std::string_view text, std::size_t left) const;
  const escape_command* command_of(char byte) const;
  void begin_escape(std::string_view bytes, char32_t key);
  void drop_escape();
  void await(char32_t key);
  bool is_whole() const;
  bool may_hold(std::string_view bytes) const;

  const escape_keys* keys_;
  escape_char escape_;
  bool decodes_;
  vt::key_decoder decoder_;
  input_modes modes_;
  std::string_view text_;           // what is left of the text at hand,
  std::optional<vt::input> piece_;  // or of another piece
  state state_ = state::line_start;
  bool guarded_ = false;
  bool sequence_is_over_ = false;

  held_bytes<vt::key_decoder::longest_key> withheld_;  // the escape character, as it came,
  char32_t withheld_key_ = 0;
  held_bytes<128> behind_;                          // what must not overtake it,
  std::uint8_t own_release_at_ = 0;                 // its own release in that,
  std::uint8_t own_release_ = 0;                    // of so many bytes,
  held_bytes<vt::key_decoder::longest_key> begun_;  // and a sequence that may become a key
  awaited_releases awaited_;
};

}  // namespace shim
