#include <vt/screen/row_painter.hpp>

#include <algorithm>
#include <array>

#include <vt/screen/width.hpp>
#include <vt/stream/sequence_writer.hpp>
#include <vt/stream/utf8.hpp>

namespace vt {
namespace {

struct range {
  char32_t first, last;
};

// As wide as the grid has them in every terminal, in blocks that have been so for long: letters
// without marks, punctuation, boxes and blocks, Braille; CJK and Hangul, which are wide.
constexpr range undoubted[] = {
    {0x20, 0xac},     {0xae, 0x2ff},    {0x370, 0x482},   {0x48a, 0x52f},   {0x531, 0x556},
    {0x5d0, 0x5ea},   {0x2010, 0x2027}, {0x2030, 0x205e}, {0x20a0, 0x20bf}, {0x2190, 0x2199},
    {0x2200, 0x22ff}, {0x2500, 0x259f}, {0x2800, 0x28ff}, {0x3001, 0x3029}, {0x3041, 0x3096},
    {0x309b, 0x30ff}, {0x4e00, 0x9fa5}, {0xac00, 0xd7a3}, {0xff01, 0xff60}, {0xffe0, 0xffe6},
};

bool is_undoubted(char32_t c) {
  const auto* const at = std::upper_bound(std::begin(undoubted), std::end(undoubted), c,
                                          [](char32_t x, const range& r) { return x < r.first; });
  return at != std::begin(undoubted) && c <= (at - 1)->last;
}

constexpr auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };

void append_number(std::string& out, std::uint32_t value) {
  std::array<char, 16> digits;
  sequence_writer number(digits);
  number.number(value);
  out.append(digits.data(), number.size());
}

// A number that is 1 is left out.
void append_sequence(std::string& out, std::uint32_t value, char final) {
  out += "\x1b[";
  if (value != 1) append_number(out, value);
  out += final;
}

}  // namespace

void row_painter::moved() {
  column_ = 0;
  continues_ = filled_ = doubtful_ = false;
  blanks_ = 0;
}

void row_painter::plain() {
  set_look({});
  set_link({});
  set_guard(false);
}

void row_painter::add(const stretch& next) {
  if (next.columns == 0) return;
  if (next.glyphs == 0) {
    if (blanks_ != 0 && blanks_look_ != next.look) write_blanks();
    blanks_ += next.columns;
    blanks_look_ = next.look;
    return;
  }
  write_blanks();
  write_text(next);
}

void row_painter::write_text(const stretch& next) {
  set_look(next.look);
  set_link(next.link);
  set_guard(next.guarded);
  // A terminal that scrolls to wrap fills the new row with the background of that moment.
  if (continues_) filled_ = look_.background != 0;
  filled_ |= flows_ && look_.background != 0;
  continues_ = false;
  if (doubtful_) write_column();
  if (!std::all_of(next.text.begin(), next.text.end(), is_ascii)) return write_glyphs(next);
  out_ += next.text;
  advance(next.columns);
}

void row_painter::write_glyphs(const stretch& next) {
  const auto combined = next.glyphs == 1 && next.text.size() > length_by_lead(next.text[0]);
  for (auto rest = next.text; !rest.empty();) {
    const auto size = combined ? rest.size() : std::max<std::size_t>(length_by_lead(rest[0]), 1);
    auto glyph = rest.substr(0, size);
    rest.remove_prefix(glyph.size());
    if (doubtful_) write_column();
    out_ += glyph;
    advance_glyph(next.width());
    doubtful_ = combined || !is_undoubted(take_character(glyph));
  }
}

// Blank cells are passed over where they are as a fresh row has them; but one that stands behind a
// wrap has to be written, or the terminal would not wrap.
void row_painter::write_blanks() {
  if (blanks_ == 0) return;
  if (doubtful_) write_column();
  if (flows_ || continues_) write_spaces(flows_ ? blanks_ : 1);
  if (blanks_ == 0) return;
  if (filled_ || !blanks_look_.plain()) {
    set_link({});
    set_look(blanks_look_);
    append_sequence(out_, blanks_, 'X');
  }
  append_sequence(out_, blanks_, 'C');
  column_ += blanks_;
  blanks_ = 0;
}

void row_painter::write_spaces(std::uint32_t count) {
  set_look(blanks_look_);
  set_link({});
  set_guard(false);
  if (continues_) filled_ = look_.background != 0;
  continues_ = false;
  filled_ |= flows_ && look_.background != 0;
  out_.append(count, ' ');
  advance(count);
  blanks_ -= count;
}

void row_painter::end_line(bool below) {
  if (blanks_ == 0) blanks_look_ = {};
  if (continues_) {
    blanks_ = std::max(blanks_, 1u);
    write_spaces(1);
  }
  const auto is_longer = flows_ && column_ + blanks_ > columns_ && !blanks_look_.plain();
  if (is_longer) write_spaces(blanks_);
  erase_rest();
  if (look_.background != 0) set_look({});
  if (below) out_ += "\r\n";
  moved();
}

// A row of a narrower screen is blank for its own width only, and plain behind it.
void row_painter::erase_rest() {
  const auto rest = column_ < columns_ ? columns_ - column_ : 0;
  const auto coloured = blanks_look_.plain() ? 0 : std::min(blanks_, rest);
  const auto to_margin = coloured == rest;
  if (rest == 0 || (coloured == 0 && !filled_)) return;
  if (doubtful_) write_column();
  set_link({});
  set_look(to_margin ? blanks_look_ : pen{});
  if (to_margin || filled_) out_ += "\x1b[K";
  if (to_margin || coloured == 0) return;
  set_look(blanks_look_);
  append_sequence(out_, coloured, 'X');
}

void row_painter::wrap_line(bool wide_follows) {
  const auto missing = column_ < columns_ ? columns_ - column_ : 0;
  if (blanks_ == 0) blanks_look_ = {};
  const auto as_it_wraps = missing == 1 && wide_follows && blanks_look_.plain() && !filled_;
  if (!flows_ && !as_it_wraps) {
    blanks_ = missing;
    if (doubtful_ && missing != 0) write_column();
    if (missing != 0) write_spaces(missing);
  }
  if (flows_ && wide_follows && blanks_ == 1) blanks_ = 0;
  if (flows_ && blanks_ != 0) write_spaces(blanks_);
  if (flows_) return;
  moved();
  continues_ = true;
}

// Where the terminal wraps by itself it stays behind the last column until more comes.
void row_painter::advance(std::uint32_t narrow) {
  column_ += narrow;
  if (flows_ && column_ > columns_) column_ = (column_ - 1) % columns_ + 1;
}

void row_painter::advance_glyph(std::uint32_t width) {
  if (flows_ && column_ + width > columns_) column_ = 0;
  column_ += width;
}

// Not at the right margin: there the terminal waits with the next character for the next row.
void row_painter::write_column() {
  doubtful_ = false;
  if (column_ < columns_) append_sequence(out_, column_ + 1, 'G');
}

void row_painter::set_guard(bool wanted) {
  if (guarded_ == wanted) return;
  out_ += wanted ? "\x1b[1\"q" : "\x1b[0\"q";
  guarded_ = wanted;
}

void row_painter::set_look(const pen& wanted) {
  if (look_ == wanted) return;
  std::array<char, 256> bytes;
  sequence_writer change(bytes);
  write_change(change, look_, wanted);
  out_.append(bytes.data(), change.size());
  look_ = wanted;
}

void row_painter::set_link(std::string_view wanted) {
  if (link_ == wanted) return;
  out_ += "\x1b]8;";
  out_ += wanted.empty() ? std::string_view(";") : wanted;
  out_ += "\x1b\\";
  link_ = wanted;
}

}  // namespace vt
