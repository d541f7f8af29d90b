// What is replied to a query in the place of a terminal, when none is there.
//
// What the screen knows comes as numbers, from a process that may have fallen to what it reads: any
// numbers whatever make a reply of the form that the query has, and no other. It holds no control
// character but ESC, has at most 64 bytes, and is no query itself, so that an echo of it ends
// there.
//
// Replies are xterm's, but for what the terminal that was there last said of itself: that is
// repeated. Where it said nothing this is a VT220 with colours and no more, as a program uses
// whatever it is promised, also on a terminal that comes later. A name (XTVERSION) is not made up:
// programs know bugs by it, and who asks for it asks for DA1, too.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <vt/stream/queries.hpp>
#include <vt/stream/terminal_facts.hpp>

namespace vt {

// By the kind of the query; those not used are 0:
//   cursor, cursor_in_page   row and column from 1, in origin mode from the margins
//   ansi_mode, dec_mode      as DECRPM has it: 0 not known, 1 set, 2 reset, 3 and 4 for ever so
//   pen                      attributes, foreground, background, underline, as vt::pen has them
//   rows, columns            the first and the last inside the margins, from 1
//   cursor_style             DECSCUSR's number, 0 to 6
//   guard                    1: DECSCA is on
//   key_flags                kitty's flags
//   color                    1: set by the program; red, green, blue, of 16 bits
//   all others               none
using answer_numbers = std::array<std::uint32_t, 4>;

// What a screen says to a query that it met.
struct answer {
  placed_query to;
  answer_numbers numbers{};

  bool operator==(const answer&) const = default;
};

inline constexpr std::size_t max_reply_bytes = 64;

class reply {
 public:
  std::string_view bytes() const { return {bytes_.data(), size_}; }  // empty: nothing is said

 private:
  friend reply reply_to(const query&, const answer_numbers&, const terminal_facts&);

  std::array<char, max_reply_bytes> bytes_{};
  std::size_t size_ = 0;
};

reply reply_to(const query& asked, const answer_numbers& numbers, const terminal_facts& terminal);

}  // namespace vt
