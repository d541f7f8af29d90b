#include <vt/screen/row_bytes.hpp>

#include <algorithm>

namespace vt {
namespace {

// Below 0x20, where text has nothing.
namespace instruction {
constexpr char look = 1;         // which of the pen's four members, then each of these
constexpr char plain_look = 2;   // a pen that is plain again
constexpr char blank_cells = 3;  // how many
constexpr char cluster = 4;      // length, then one character and what combines with it
constexpr char wide_text = 5;    // characters of two columns from here on
constexpr char narrow_text = 6;  // of one
constexpr char link_text = 7;    // length, then the link
constexpr char no_link = 8;
}  // namespace instruction

constexpr unsigned char first_text_byte = 0x20;

// Seven bits a byte, the lowest first; all but the last have the highest bit.
void write_number(std::string& to, std::uint32_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>(value | 0x80);
  to += static_cast<char>(value);
}

unsigned char take_byte(std::string_view& from) {
  if (from.empty()) return 0;
  const auto byte = static_cast<unsigned char>(from[0]);
  from.remove_prefix(1);
  return byte;
}

std::uint32_t take_number(std::string_view& from) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 32; shift += 7) {
    const std::uint32_t byte = take_byte(from);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

std::string_view take_bytes(std::string_view& from) {
  const auto size = take_number(from);
  const auto taken = from.substr(0, size);
  from.remove_prefix(taken.size());
  return taken;
}

// Colours of the palette in one byte or two: most are.
constexpr std::uint32_t first_direct = 257;

std::uint32_t short_color(pen::color color) {
  const auto value = color & 0xffffff;
  if (color == 0) return 0;
  return (color & pen::indexed) != 0 ? 1 + value : first_direct + value;
}

pen::color long_color(std::uint32_t color) {
  if (color == 0) return 0;
  return color < first_direct ? pen::indexed | (color - 1) : pen::direct | (color - first_direct);
}

// The members that change, behind bits that say which.
void write_look(std::string& to, const pen& now, const pen& wanted) {
  to += instruction::look;
  const auto at = to.size();
  to += '\0';
  unsigned which = 0;
  const auto member = [&](unsigned bit, bool same, std::uint32_t spelled) {
    if (same) return;
    which |= bit;
    write_number(to, spelled);
  };
  member(1, now.attributes == wanted.attributes, wanted.attributes);
  member(2, now.foreground == wanted.foreground, short_color(wanted.foreground));
  member(4, now.background == wanted.background, short_color(wanted.background));
  member(8, now.underline == wanted.underline, short_color(wanted.underline));
  to[at] = static_cast<char>(which);
}

void write_link(std::string& to, std::string_view link) {
  if (link.empty()) {
    to += instruction::no_link;
    return;
  }
  to += instruction::link_text;
  write_number(to, static_cast<std::uint32_t>(link.size()));
  to += link;
}

bool is_lead(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

}  // namespace

void row_encoder::begin() {
  bytes_.assign(1, 0);
  look_ = blanks_look_ = {};
  link_.clear();
  blanks_link_.clear();
  width_ = 1;
  blanks_ = 0;
}

void row_encoder::add(const stretch& next) {
  if (next.columns == 0) return;
  if (next.glyphs == 0) {
    if (blanks_ != 0 && (blanks_look_ != next.look || blanks_link_ != next.link)) write_blanks();
    blanks_ += next.columns;
    blanks_look_ = next.look;
    blanks_link_ = next.link;
    return;
  }
  write_blanks();
  add_text(next);
}

void row_encoder::add_text(const stretch& next) {
  set_look(next.look);
  set_link(next.link);
  set_width(next.width());
  if (next.glyphs == 1 && std::count_if(next.text.begin(), next.text.end(), is_lead) > 1) {
    bytes_ += instruction::cluster;
    write_number(bytes_, static_cast<std::uint32_t>(next.text.size()));
  }
  bytes_ += next.text;
}

void row_encoder::write_blanks() {
  if (blanks_ == 0) return;
  set_look(blanks_look_);
  set_link(blanks_link_);
  bytes_ += instruction::blank_cells;
  write_number(bytes_, blanks_);
  blanks_ = 0;
}

void row_encoder::set_look(const pen& wanted) {
  if (wanted == look_) return;
  if (wanted.plain()) {
    bytes_ += instruction::plain_look;
  } else {
    write_look(bytes_, look_, wanted);
  }
  look_ = wanted;
}

void row_encoder::set_link(std::string_view wanted) {
  if (wanted == link_) return;
  write_link(bytes_, wanted);
  link_ = wanted;
}

void row_encoder::set_width(std::uint32_t wanted) {
  if (wanted == width_) return;
  bytes_ += wanted == 2 ? instruction::wide_text : instruction::narrow_text;
  width_ = wanted;
}

std::string_view row_encoder::finish(bool wrapped) {
  if (wrapped || !blanks_look_.plain() || !blanks_link_.empty()) write_blanks();
  bytes_[0] = wrapped ? 1 : 0;
  return bytes_;
}

std::uint32_t stored_row::columns() const {
  std::uint32_t all = 0;
  for_each([&all](const stretch& s) { all += s.columns; });
  return all;
}

bool row_decoder::next(stretch& into) {
  into = {};
  while (into.columns == 0 && !rest_.empty()) {
    if (static_cast<unsigned char>(rest_[0]) < first_text_byte) {
      instruction(into);
    } else {
      take_text(into);
    }
  }
  into.look = look_;
  into.link = link_;
  return into.columns != 0;
}

void row_decoder::instruction(stretch& into) {
  switch (take_byte(rest_)) {
    case instruction::look: return read_look();
    case instruction::plain_look: look_ = {}; return;
    case instruction::blank_cells: into.columns = take_number(rest_); return;
    case instruction::cluster:
      into.text = take_bytes(rest_);
      into.glyphs = 1;
      into.columns = width_;
      return;
    case instruction::wide_text: width_ = 2; return;
    case instruction::narrow_text: width_ = 1; return;
    case instruction::link_text: link_ = take_bytes(rest_); return;
    case instruction::no_link: link_ = {}; return;
    default: return;
  }
}

void row_decoder::read_look() {
  const auto mask = take_byte(rest_);
  if ((mask & 1) != 0) look_.attributes = take_number(rest_);
  if ((mask & 2) != 0) look_.foreground = long_color(take_number(rest_));
  if ((mask & 4) != 0) look_.background = long_color(take_number(rest_));
  if ((mask & 8) != 0) look_.underline = long_color(take_number(rest_));
}

void row_decoder::take_text(stretch& into) {
  std::size_t size = 0;
  for (; size < rest_.size() && static_cast<unsigned char>(rest_[size]) >= first_text_byte; ++size)
    into.glyphs += is_lead(rest_[size]) ? 1 : 0;
  into.text = rest_.substr(0, size);
  into.columns = into.glyphs * width_;
  rest_.remove_prefix(size);
}

}  // namespace vt
