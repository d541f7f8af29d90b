#include <vt/stream/pen.hpp>

#include <algorithm>
#include <array>

#include <vt/stream/parameter_list.hpp>

namespace vt {
namespace {

struct sgr {
  std::uint8_t code;
  std::uint32_t clears;
  std::uint32_t sets;
};

constexpr std::uint32_t bit(unsigned n) { return 1u << n; }

constexpr unsigned underline_at = 16;  // 3 bits: the style behind `4:`
constexpr unsigned font_at = 20;       // 4 bits: 0 to 9 for 10 to 19
constexpr std::uint32_t any_underline = 7u << underline_at;
constexpr std::uint32_t any_font = 15u << font_at;

constexpr std::uint32_t underline_style(unsigned style) { return style << underline_at; }

// Attributes as ECMA-48 and ctlseqs number them. 21 is a double underline, but in the Linux
// console, where it ends bold: it clears nothing here.
constexpr sgr attribute_codes[] = {
    {1, 0, bit(0)},
    {2, 0, bit(1)},
    {3, 0, bit(2)},
    {4, any_underline, underline_style(1)},
    {5, 0, bit(3)},
    {6, 0, bit(4)},
    {7, 0, bit(5)},
    {8, 0, bit(6)},
    {9, 0, bit(7)},
    {20, 0, bit(8)},  // Fraktur
    {21, any_underline, underline_style(2)},
    {22, bit(0) | bit(1), 0},
    {23, bit(2) | bit(8), 0},
    {24, any_underline, 0},
    {25, bit(3) | bit(4), 0},
    {26, 0, bit(9)},  // proportional
    {27, bit(5), 0},
    {28, bit(6), 0},
    {29, bit(7), 0},
    {50, bit(9), 0},
    {51, 0, bit(10)},  // framed, encircled
    {52, 0, bit(11)},
    {53, 0, bit(12)},  // overlined
    {54, bit(10) | bit(11), 0},
    {55, bit(12), 0},
    {73, 0, bit(13)},  // superscript, subscript
    {74, 0, bit(14)},
    {75, bit(13) | bit(14), 0},
};

// What a parameter that stands for itself does, without a branch: text in colour is nearly all of
// these.
struct effect {
  pen keeps{~0u, ~0u, ~0u, ~0u};
  pen sets{};
};

constexpr unsigned bright = 8;

constexpr auto effects = [] {
  std::array<effect, 110> table{};
  table[0].keeps = {};
  for (const auto& row : attribute_codes) {
    table[row.code].keeps.attributes = ~(row.clears | row.sets);
    table[row.code].sets.attributes = row.sets;
  }
  for (unsigned font = 0; font < 10; ++font) {
    table[10 + font].keeps.attributes = ~any_font;
    table[10 + font].sets.attributes = font << font_at;
  }
  const auto set_color = [&table](unsigned code, pen::color pen::*which, pen::color color) {
    table[code].keeps.*which = 0;
    table[code].sets.*which = color;
  };
  for (unsigned i = 0; i < 8; ++i) {
    set_color(30 + i, &pen::foreground, pen::indexed | i);
    set_color(40 + i, &pen::background, pen::indexed | i);
    set_color(90 + i, &pen::foreground, pen::indexed | (bright + i));
    set_color(100 + i, &pen::background, pen::indexed | (bright + i));
  }
  set_color(39, &pen::foreground, 0);
  set_color(49, &pen::background, 0);
  set_color(59, &pen::underline, 0);
  return table;
}();

void apply_one(pen& p, unsigned code) {
  if (code >= effects.size()) return;
  const auto& [keeps, sets] = effects[code];
  p.attributes = (p.attributes & keeps.attributes) | sets.attributes;
  p.foreground = (p.foreground & keeps.foreground) | sets.foreground;
  p.background = (p.background & keeps.background) | sets.background;
  p.underline = (p.underline & keeps.underline) | sets.underline;
}

pen::color* color_of(pen& p, unsigned code) {
  switch (code) {
    case 38: return &p.foreground;
    case 48: return &p.background;
    case 58: return &p.underline;
    default: return nullptr;
  }
}

pen::color rgb(const parameter* p) {
  const auto part = [p](int i) { return std::min<unsigned>(p[i].value, 255); };
  return pen::direct | part(0) << 16 | part(1) << 8 | part(2);
}

// `38:5:n`, `38:2:r:g:b`, `38:2:space:r:g:b`; `subs` is what stands behind the first colon.
void set_from_subs(pen::color& color, const parameter* subs, const parameter* end) {
  const auto count = end - subs;
  if (subs[0].value == 5 && count >= 2 && subs[1].value < 256) {
    color = pen::indexed | subs[1].value;
  } else if (subs[0].value == 2 && count >= 4) {
    color = rgb(count >= 5 ? subs + 2 : subs + 1);
  }
}

// `38;5;n`, `38;2;r;g;b`; `at` is behind the 38. Where the next one begins.
const parameter* set_from_list(pen::color& color, const parameter* at, const parameter* end) {
  if (at == end) return end;
  const auto wanted = at->value == 5 ? 2 : at->value == 2 ? 4 : 1;
  if (end - at < wanted) return end;
  if (at->value == 5 && at[1].value < 256) color = pen::indexed | at[1].value;
  if (at->value == 2) color = rgb(at + 1);
  return at + wanted;
}

void set_with_subs(pen& p, const parameter* at, const parameter* end) {
  if (auto* color = color_of(p, at->value)) {
    set_from_subs(*color, at + 1, end);
  } else if (at->value == 4 && at[1].value < 8) {
    p.attributes = (p.attributes & ~any_underline) | underline_style(at[1].value);
  }
}

// Those of xterm's sixteen that have numbers of their own are shortest by these.
void write_color(number_list& list, pen::color color, unsigned code) {
  const auto value = color & 0xffffff;
  const auto direct = (color & pen::indexed) == 0;
  if (color == 0) {
    list.add(code + 1);
  } else if (direct) {
    list.keep_together(5);
    for (const auto number : {code, 2u, value >> 16, value >> 8 & 0xff, value & 0xff})
      list.add(number);
  } else if (value < 2 * bright) {
    list.add(code - 8 + value % bright + (value < bright ? 0 : 60));
  } else {
    list.keep_together(3);
    for (const auto number : {code, 5u, value}) list.add(number);
  }
}

// With colons: where it is not known, `58;5;1` would be read as blinking and bold.
void write_underline_color(sequence_writer& out, pen::color color) {
  const auto value = color & 0xffffff;
  if (color == 0) {
    out.text("\x1b[59m");
  } else if ((color & pen::indexed) != 0) {
    out.sequence("\x1b[58:5:", value, "m");
  } else {
    out.sequence("\x1b[58:2::", value >> 16, ":", value >> 8 & 0xff, ":", value & 0xff, "m");
  }
}

// What is off in the wanted one is switched off first, as that may take other things along.
std::uint32_t write_attributes_off(number_list& list, std::uint32_t now, std::uint32_t wanted) {
  for (const auto& row : attribute_codes) {
    const auto clears = row.sets == 0 ? row.clears & ~any_underline : 0;
    if ((now & ~wanted & clears) == 0) continue;
    list.add(row.code);
    now &= ~clears;
  }
  if ((now & any_underline) != 0 && (wanted & any_underline) == 0) {
    list.add(24);
    now &= ~any_underline;
  }
  return now;
}

void write_attributes_on(number_list& list, std::uint32_t now, std::uint32_t wanted) {
  for (const auto& row : attribute_codes)
    if (row.clears == 0 && (wanted & ~now & row.sets) != 0) list.add(row.code);
  if (const auto font = wanted & any_font; font != (now & any_font))
    list.add(10 + (font >> font_at));
  if (const auto style = wanted & any_underline;
      style == underline_style(1) && style != (now & any_underline))
    list.add(4);
}

// Into a copy of the writer, which a compiler can keep in registers: two colours a cell are half
// the cost of a repaint.
void write_step_by_step(sequence_writer& to, const pen& now, const pen& wanted) {
  auto out = to;
  number_list list(out, "\x1b[", "m");
  auto left = now.attributes;
  if (left != wanted.attributes) {
    left = write_attributes_off(list, left, wanted.attributes);
    write_attributes_on(list, left, wanted.attributes);
  }
  for (const auto code : {38u, 48u}) {
    const auto which = code == 38 ? &pen::foreground : &pen::background;
    if (now.*which != wanted.*which) write_color(list, wanted.*which, code);
  }
  list.finish();
  const auto style = (wanted.attributes & any_underline) >> underline_at;
  if (style > 1 && style != (left & any_underline) >> underline_at)
    out.sequence("\x1b[4:", style, "m");
  if (now.underline != wanted.underline) write_underline_color(out, wanted.underline);
  to = out;
}

// Only then may it be shorter to begin with a plain pen.
bool takes_away(const pen& now, const pen& wanted) {
  return (now.attributes & ~wanted.attributes) != 0 ||
         (now.foreground != 0 && wanted.foreground == 0) ||
         (now.background != 0 && wanted.background == 0) ||
         (now.underline != 0 && wanted.underline == 0);
}

}  // namespace

void pen::apply(const parameter* at, const parameter* end) {
  while (at != end) {
    const auto* next = at + 1;
    while (next != end && next->sub) ++next;
    if (next - at > 1) {
      set_with_subs(*this, at, next);
      at = next;
    } else if (auto* wide = color_of(*this, at->value)) {
      at = set_from_list(*wide, next, end);
    } else {
      apply_one(*this, at->value);
      at = next;
    }
  }
}

void write(sequence_writer& out, const pen& wanted) noexcept {
  write_step_by_step(out, {}, wanted);
}

void write_change(sequence_writer& out, const pen& now, const pen& wanted) noexcept {
  if (now == wanted) return;
  if (wanted.plain()) return out.text("\x1b[m");
  if (!takes_away(now, wanted)) return write_step_by_step(out, now, wanted);
  std::array<char, 256> steps;
  sequence_writer changed(steps);
  write_step_by_step(changed, now, wanted);
  std::array<char, 256> anew;
  sequence_writer again(anew);
  again.text("\x1b[m");
  write_step_by_step(again, {}, wanted);
  const auto longer = changed.size() > again.size();
  out.text(longer ? std::string_view(anew.data(), again.size())
                  : std::string_view(steps.data(), changed.size()));
}

}  // namespace vt
