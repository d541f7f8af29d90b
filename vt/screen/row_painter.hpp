// Rows of cells as the bytes that make a terminal show them.
//
// It knows the terminal's pen, link and column as far as it wrote them, and writes only what
// changes. It moves within a row only, and trusts the terminal in nothing that terminals disagree
// on: behind a character whose width is in doubt (emoji, combined ones) it names the column.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <vt/screen/row_bytes.hpp>

namespace vt {

class row_painter {
 public:
  // Appends to `out`. The terminal's pen is plain, no link is on, and it is in the first column of
  // a row that is blank and plain.
  row_painter(std::string& out, std::uint32_t columns) : out_(out), columns_(columns) {}

  // The rows that are painted next make one line that the terminal wraps by itself, but not where
  // they end, as they are of another width: blank cells are written as spaces.
  void flow(bool on) { flows_ = on; }

  void add(const stretch& next);

  // What is blank up to the right margin is erased in its own colour; the terminal is in the first
  // column of the next row if there is one `below`.
  void end_line(bool below);

  // The text goes on with the same line in the next row, which begins with a wide character or not:
  // the terminal wraps when that comes.
  void wrap_line(bool wide_follows);

  // The terminal has been moved to the first column of a row that is blank and plain.
  void moved();

  void set_look(const pen& wanted);
  void set_link(std::string_view wanted);
  void set_guard(bool wanted);
  void plain();  // none of these

 private:
  void write_blanks();
  void write_spaces(std::uint32_t count);
  void write_text(const stretch& next);
  void write_glyphs(const stretch& next);
  void write_column();
  void erase_rest();
  void advance(std::uint32_t narrow);
  void advance_glyph(std::uint32_t width);

  std::string& out_;
  std::uint32_t columns_;
  std::uint32_t column_ = 0;
  bool flows_ = false;
  bool continues_ =
      false;             // nothing was written yet behind a wrap: the terminal is in the row above
  bool filled_ = false;  // blank cells of this row may have another colour than the plain one
  bool doubtful_ = false;     // the terminal may be in another column than column_
  std::uint32_t blanks_ = 0;  // before the next character
  pen blanks_look_;
  pen look_;
  std::string link_;
  bool guarded_ = false;
};

}  // namespace vt
