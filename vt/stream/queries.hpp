// Which of the sequences that a program writes are questions, to which it waits for a terminal's
// reply (xterm ctlseqs, DEC STD 070, kitty's keyboard protocol).
//
// It decides what is asked, and never what is replied (replies.hpp). A question is one only as it
// is spelled here: what has more parameters than it needs asks nothing, though xterm would reply.
// So no terminal's reply is a question: some begin as one does, as DA2's `CSI > 0 ; 115 ; 0 c`.
//
// Not among them, as no program waits for their replies alone, or no number says what they are:
// DA3, XTGETTCAP, OSC 4, window operations, graphics.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <vt/stream/tokenizer.hpp>

namespace vt {

enum class query_kind : std::uint8_t {
  primary_attributes,    // DA1, DECID
  secondary_attributes,  // DA2
  version,               // XTVERSION
  status,                // DSR 5
  cursor,                // DSR 6: CPR
  cursor_in_page,        // DECXCPR
  ansi_mode,             // DECRQM
  dec_mode,              //
  pen,                   // DECRQSS, up to no_setting: SGR
  rows,                  // DECSTBM
  columns,               // DECSLRM
  cursor_style,          // DECSCUSR
  guard,                 // DECSCA
  level,                 // DECSCL
  no_setting,            // any other, or none
  key_flags,             // kitty's CSI ? u
  color,                 // OSC 10 to 12
};

struct query {
  query_kind kind = query_kind::status;
  std::uint16_t number = 0;  // modes: which; color: 10 to 12; else 0

  bool operator==(const query&) const = default;
};

std::optional<query> query_in(const token& t);

struct placed_query {
  query asked;
  std::uint64_t end = 0;  // of its last byte, counted from the beginning of the output

  bool operator==(const placed_query&) const = default;
};

// Finds them in output, for who shows it to nobody. Never allocates; passes over text and over
// what cannot ask.
class query_reader {
 public:
  // `position`: how much of the output was before. It must not be in the midst of a sequence, or
  // the reader is first given what there is of it.
  explicit query_reader(std::uint64_t position = 0) : position_(position) {}

  // Takes from the front of `output` up to the end of the next query; all of it, if there is none.
  // How the output is cut does not matter.
  std::optional<placed_query> next(std::string_view& output);

 private:
  tokenizer tokens_;
  std::uint64_t position_;
};

}  // namespace vt
