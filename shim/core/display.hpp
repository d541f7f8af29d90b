// What goes to the user's terminal and in which order: the output of ssh, by its positions, with
// lines of ours between, and pictures that stand for output that is not shown; and what all of it
// has switched on there.
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

// What is next for the terminal: bytes of ours if `text` is not empty, else the output's bytes from
// position `from` on (0 = the session's first), `size` of them, possibly none.
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
  // What is shown next, at once: it makes of the terminal what the output before `position` would
  // have made of it. The output goes on there, lines of ours after that.
  void paint(std::string bytes, std::uint64_t position);

  // The view holds until the next call of a member that is not const.
  terminal_piece next() const;
  // The front of next(), as the terminal took it.
  void shown(std::string_view bytes);

  std::size_t under_way() const { return static_cast<std::size_t>(printed_ - shown_); }
  std::uint64_t end() const { return printed_; }  // the position behind all that is there
  bool all_shown() const { return under_way() == 0 && notes_.empty() && !painting(); }

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
  bool painting() const { return painted_ < picture_.size(); }

  std::uint64_t printed_ = 0;
  std::uint64_t shown_ = 0;
  std::string notes_;
  std::uint64_t notes_at_ = 0;  // not before shown_ is here
  std::string picture_;
  std::size_t painted_ = 0;  // of it, so far
  bool fresh_line_ = true;
  vt::journal journal_;
};

}  // namespace shim
