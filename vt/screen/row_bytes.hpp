// A row of cells as bytes: what the scrollback keeps of it, in about the size of its text.
//
// It decides how cells are spelled, and spells a row in one way only: two rows are the same if
// their bytes are. It never looks at what a character is, nor how wide: that is the grid's word.
// Each row stands for itself: the pen is written out where it changes (1 to 5 bytes where it is a
// colour of the palette), a link where it begins, so nothing has to outlive the row.
//
// Form: a byte of flags, then text as UTF-8, in which a byte below 0x20 is an instruction.
// Blank cells at the end that are drawn plainly are left out, but where the line goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <vt/stream/pen.hpp>

namespace vt {

// Neighbours in a row that look alike.
struct stretch {
  // UTF-8 without controls. Empty: blank cells, which nothing was written to since they were
  // erased.
  std::string_view text;
  std::uint32_t columns = 0;

  // 1: all of `text` is one character with what combines with it. Else a code point each, and all
  // of the same width. 0: blank cells.
  std::uint32_t glyphs = 0;

  pen look;               // of blank cells terminals show the background alone
  std::string_view link;  // of OSC 8, all behind `8;`: parameters, `;`, URI. Empty: none
  bool guarded = false;   // DECSCA; not kept in bytes: no erasing reaches what has left the screen

  std::uint32_t width() const { return glyphs == 0 ? 1 : columns / glyphs; }
};

// Writes one row after another into a buffer of its own.
class row_encoder {
 public:
  void begin();
  void add(const stretch& next);

  // `wrapped`: the row below goes on with the same line. The view holds until begin().
  std::string_view finish(bool wrapped);

 private:
  void add_text(const stretch& next);
  void write_blanks();
  void set_look(const pen& wanted);
  void set_link(std::string_view wanted);
  void set_width(std::uint32_t wanted);

  std::string bytes_ = std::string(1, 0);
  pen look_;
  std::string link_;
  std::uint32_t width_ = 1;
  std::uint32_t blanks_ = 0;  // at the end, not yet written
  pen blanks_look_;
  std::string blanks_link_;
};

// What an encoder wrote, read where it lies. Holds as long as the bytes do.
class stored_row {
 public:
  explicit stored_row(std::string_view bytes) : bytes_(bytes) {}

  bool wrapped() const { return !bytes_.empty() && bytes_[0] != 0; }
  std::string_view bytes() const { return bytes_; }

  // Calls `each(stretch)` from left to right.
  template <class Each>
  void for_each(const Each& each) const;

  std::uint32_t columns() const;  // without the blank cells that are left out

  bool operator==(const stored_row&) const = default;

 private:
  std::string_view bytes_;
};

// From left to right; its own buffers are only views.
class row_decoder {
 public:
  explicit row_decoder(stored_row row) : rest_(row.bytes()) {
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
  }

  bool next(stretch& into);  // false: no more

 private:
  void instruction(stretch& into);
  void read_look();
  void take_text(stretch& into);

  std::string_view rest_;
  pen look_;
  std::string_view link_;
  std::uint32_t width_ = 1;
};

template <class Each>
void stored_row::for_each(const Each& each) const {
  row_decoder cells(*this);
  for (stretch s; cells.next(s);) each(s);
}

}  // namespace vt
