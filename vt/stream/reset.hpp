// Sequences that undo what a journal has, and that bring it back.
//
// The undoing goes to a terminal that somebody else has been using and goes on using: it is the
// fewest bytes that undo exactly what is on, and nothing if nothing is. It never clears a cell
// (no RIS, DECSTR, ED, EL, DECCOLM), leaves the alternate screen only if it is on, and never moves
// the cursor, with one exception: origin mode (DECOM) cannot be left without moving it, so it ends
// in the first column of the last line, below all that was shown.
//
// A string that is unfinished ends with CAN and ST. tmux (3.3) takes it for complete then: such a
// colour, cut off in its midst, is on there and not undone.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <vt/stream/journal.hpp>

namespace vt {

// Takes a terminal out of any sequence or string: CAN, and ST for a DCS in tmux, which nothing else
// ends. At ground it does nothing.
inline constexpr std::string_view end_of_sequence = "\x18\x1b\\";

inline constexpr std::size_t max_reset_bytes = 3072;

// Laws: a journal fed with its reset is as new and at ground; the reset of a new one is empty.
std::string reset(const journal& shown);

// The same without allocation, for a signal handler: how many bytes of `into` were filled. A signal
// that comes while the journal is being fed may find one sequence half noted, never more.
std::size_t reset(const journal& shown, std::span<char, max_reset_bytes> into) noexcept;

// What brings a terminal that was reset to where the journal is, for a program that goes on after a
// suspension and is asked to draw again. On the primary screen the cursor stays, but for DECOM.
//
// Law: a new journal fed with it equals `shown`, save for what carries a value that is not kept and
// stays as it was reset: palette and dynamic colours, hyperlink, pointer shape, progress
// (terminal_state::values). Nor are saved cursors and saved modes brought back, which a journal
// does not compare; and a title that is pushed again is the one of that moment.
std::string reapply(const journal& shown);

// The same of a state that its caller put together, of parts of a journal's.
std::string reapply(const terminal_state& state);

}  // namespace vt
