// What goes to the user's terminal and in which order: the output of ssh, by its positions, with
// lines of ours between; and what all of it has switched on there.
//
// A line of ours never comes in the middle of an escape sequence or a character of the output, as
// the terminal would take it for a part of that. It holds no output: that is in the ring.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <vt/stream/journal.hpp>

namespace shim {

// What is next for the terminal: a line of ours if `text` is not empty, else the output's bytes
// from position `from` on (0 = the session's first), `size` of them, possibly none.
struct terminal_piece {
  std::string_view text;
  std::uint64_t from = 0;
  std::size_t size = 0;
};

class display {
 public:
  // `count` more bytes of output are there to be shown.
  void printed(std::size_t count) { printed_ += count; }
  // A line of ours, behind all output so far: as soon as that is whole.
  void note(std::string_view text);

  // The view holds until the next call of a member that is not const.
  terminal_piece next() const;
  // The front of next(), as the terminal took it.
  void shown(std::string_view bytes);

  std::size_t under_way() const { return static_cast<std::size_t>(printed_ - shown_); }
  bool all_shown() const { return under_way() == 0 && notes_.empty(); }

  // Whether a line of ours waits for more output, because what there is ends in mid-sequence; and
  // waiting no longer: the terminal is taken out of the sequence.
  bool note_waits() const;
  void end_sequence();

  // What the terminal has taken, but for our lines, which switch nothing on.
  const vt::journal& journal() const { return journal_; }
  // Whether the last it took was a newline, so that what comes next is on a line of its own.
  bool on_fresh_line() const { return fresh_line_; }

 private:
  bool note_is_next() const;

  std::uint64_t printed_ = 0;
  std::uint64_t shown_ = 0;
  std::string notes_;
  std::uint64_t notes_at_ = 0;  // not before shown_ is here
  bool fresh_line_ = true;
  vt::journal journal_;
};

}  // namespace shim
