// A screen as the bytes that rebuild it in a terminal that was reset (vt/stream/reset.hpp), or is
// new: history first, as whole lines, so that the terminal scrolls them into its own scrollback and
// wraps them by itself; the primary screen, behind the alternate one if that is shown; what is on;
// title, links, colours; the cursor, and the bytes of a sequence that is not finished yet.
//
// It only writes: it asks the terminal nothing, and needs of it only that it has as many rows and
// columns as the screen. All is between the brackets of synchronized output (2026).
//
// Law: let A be a screen, B a new one of the same size that was fed repaint(A). Then B is as A in
// every cell, line of history, cursor and mode, and stays so whatever both are fed. Not so, and
// why:
// - an empty cell may come back as a space that is drawn alike, where a line has to be wrapped or
//   the cursor has to wait in the last column: only a character does either;
// - synchronized output is off: it lasts for the time of a frame, and its end would be missed;
// - REP as the very next sequence, or behind a string that is cut off, repeats nothing: something
//   else was written in between;
// - saved modes (XTSAVE), pointer shape and progress (OSC 22, 9;4), whose values nobody keeps;
// - that a row goes on below its screen (the last one), or below where a history of another width
//   ends: there is nothing yet that it could go on with;
// - how history is cut into rows, if the screen had another width before; so also which rows the
//   bound of a scrollback then drops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include <vt/screen/screen.hpp>
#include <vt/screen/scrollback.hpp>

namespace vt {

struct repainted {
  std::string bytes;

  // Of the output: the bytes stand for all before it, so what comes at it may follow them.
  std::uint64_t position = 0;
};

// `history` may be null; of it the last `most_history` rows are shown.
repainted repaint(const screen& shown, const scrollback* history,
                  std::size_t most_history = std::numeric_limits<std::size_t>::max());

}  // namespace vt
