#include <vt/stream/replies.hpp>

#include <algorithm>

#include <vt/stream/parameter_list.hpp>
#include <vt/stream/pen.hpp>
#include <vt/stream/sequence_writer.hpp>

namespace vt {
namespace {

constexpr const char* setting = "\x1bP1$r";
constexpr const char* refused = "\x1bP0$r\x1b\\";

// Beyond it no terminal has rows or columns.
constexpr std::uint32_t last_place = 9999;

std::uint32_t place_in_bounds(std::uint32_t number) { return std::clamp(number, 1u, last_place); }

// DECSCL's number, which DA1 begins with: 61 to 65 for a VT100 to a VT500.
unsigned level_of(const terminal_facts& terminal) {
  constexpr unsigned vt220 = 62;
  const unsigned said = terminal.attributes[0];
  return terminal.attribute_count != 0 && 61 <= said && said <= 65 ? said : vt220;
}

void say_primary_attributes(sequence_writer& out, const terminal_facts& terminal) {
  if (terminal.attribute_count == 0) return out.text("\x1b[?62;22c");
  const auto count = std::min<std::size_t>(terminal.attribute_count, terminal.max_attributes);
  out.text("\x1b[?");
  for (std::size_t i = 0; i < count; ++i)
    out.sequence(i == 0 ? "" : ";", std::min(terminal.attributes[i], terminal.greatest_attribute));
  out.text("c");
}

// Without facts the oldest of VT220s: programs tell terminals with bugs by greater numbers.
void say_secondary_attributes(sequence_writer& out, const terminal_facts& terminal) {
  const auto said = terminal.secondary.value_or(std::array<std::uint16_t, 3>{1, 0, 0});
  out.sequence("\x1b[>", said[0], ";", said[1], ";", said[2], "c");
}

void say_version(sequence_writer& out, const terminal_facts& terminal) {
  terminal_facts checked;
  if (checked.set_version(terminal.version()))
    out.sequence("\x1bP>|", checked.version(), string_terminator);
}

// Without the page, of which there is one: so ctlseqs has it, and a VT420 alone says more.
void say_place(sequence_writer& out, const char* begin, const answer_numbers& numbers) {
  out.sequence(begin, place_in_bounds(numbers[0]), ";", place_in_bounds(numbers[1]), "R");
}

void say_mode(sequence_writer& out, const char* begin, const query& asked, std::uint32_t state) {
  constexpr std::uint32_t greatest = 4;
  out.sequence(begin, asked.number, ";", state > greatest ? 0 : state, "$y");
}

// With colons, as xterm has them: neovim takes nothing else for a colour.
void add_color(sequence_writer& out, pen::color color, unsigned code) {
  constexpr unsigned bright = 8;
  const auto value = color & 0xffffff;
  if (color == 0) return;
  if ((color & pen::direct) != 0) {
    out.sequence(";", code, ":2::", value >> 16, ":", value >> 8 & 0xff, ":", value & 0xff);
  } else if (value < 2 * bright && code != 58) {
    out.sequence(";", code - 8 + value % bright + (value < bright ? 0 : 60));
  } else {
    out.sequence(";", code, ":5:", value);
  }
}

// vt::write() has a sequence for each style of underline; here all are one.
void add_attributes(sequence_writer& out, std::uint32_t attributes) {
  std::array<char, 256> bytes;
  sequence_writer sequences(bytes);
  write(sequences, pen{attributes});
  for (const char byte : std::string_view(bytes.data(), sequences.size())) {
    if (byte == '[') out.text(";");
    if (byte != '\x1b' && byte != '[' && byte != 'm') out.text({&byte, 1});
  }
}

pen drawn_after(std::string_view parameters) {
  const parameter_list given(parameters);
  pen made;
  made.apply(given.begin(), given.end());
  return made;
}

// No pen that SGR cannot make, and none that is too long for a reply.
void say_pen(sequence_writer& out, const answer_numbers& numbers) {
  const pen wanted{numbers[0], numbers[1], numbers[2], numbers[3]};
  std::array<char, 256> bytes;
  sequence_writer parameters(bytes);
  parameters.text("0");
  add_attributes(parameters, wanted.attributes);
  add_color(parameters, wanted.foreground, 38);
  add_color(parameters, wanted.background, 48);
  add_color(parameters, wanted.underline, 58);
  const std::string_view all(bytes.data(), parameters.size());
  constexpr std::size_t around = 8;
  if (all.size() + around > max_reply_bytes || drawn_after(all) != wanted) return out.text(refused);
  out.sequence(setting, all, "m", string_terminator);
}

void say_setting(sequence_writer& out, std::uint32_t value, const char* name) {
  out.sequence(setting, value, name, string_terminator);
}

void say_margins(sequence_writer& out, const answer_numbers& numbers, const char* name) {
  out.sequence(setting, place_in_bounds(numbers[0]), ";", place_in_bounds(numbers[1]), name,
               string_terminator);
}

// 0, which is the terminal's own, is a style as well: who saves and sets it restores that.
void say_cursor_style(sequence_writer& out, std::uint32_t style) {
  constexpr std::uint32_t greatest = 6;
  if (style > greatest) return out.text(refused);
  say_setting(out, style, " q");
}

// Only where the terminal has the protocol: without a reply programs do without it.
void say_key_flags(sequence_writer& out, std::uint32_t flags, const terminal_facts& terminal) {
  constexpr std::uint32_t all_flags = 0x1f;
  if (terminal.key_flags) out.sequence("\x1b[?", flags & all_flags, "u");
}

void add_part(sequence_writer& out, std::uint16_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int at = 12; at >= 0; at -= 4) out.text(digits.substr(value >> at & 0xf, 1));
}

std::optional<color_value> color_of(const query& asked, const answer_numbers& numbers,
                                    const terminal_facts& terminal) {
  constexpr std::uint16_t first = 10;
  const auto part = [&](std::size_t i) {
    return static_cast<std::uint16_t>(std::min<std::uint32_t>(numbers[i], 0xffff));
  };
  const std::size_t index = asked.number - first;
  if (asked.number < first || index >= terminal.colors.size()) return std::nullopt;
  if (numbers[0] == 1) return color_value{part(1), part(2), part(3)};
  return terminal.colors[index];
}

// With ST, although xterm ends it as the query ended: no BEL is for who reads it.
void say_color(sequence_writer& out, const query& asked, const std::optional<color_value>& value) {
  if (!value) return;
  out.sequence("\x1b]", asked.number, ";rgb:");
  add_part(out, value->red);
  out.text("/");
  add_part(out, value->green);
  out.text("/");
  add_part(out, value->blue);
  out.text(string_terminator);
}

}  // namespace

reply reply_to(const query& asked, const answer_numbers& n, const terminal_facts& terminal) {
  reply made;
  sequence_writer out(made.bytes_);
  switch (asked.kind) {
    using enum query_kind;
    case primary_attributes: say_primary_attributes(out, terminal); break;
    case secondary_attributes: say_secondary_attributes(out, terminal); break;
    case version: say_version(out, terminal); break;
    case status: out.text("\x1b[0n"); break;
    case cursor: say_place(out, "\x1b[", n); break;
    case cursor_in_page: say_place(out, "\x1b[?", n); break;
    case ansi_mode: say_mode(out, "\x1b[", asked, n[0]); break;
    case dec_mode: say_mode(out, "\x1b[?", asked, n[0]); break;
    case pen: say_pen(out, n); break;
    case rows: say_margins(out, n, "r"); break;
    case columns: say_margins(out, n, "s"); break;
    case cursor_style: say_cursor_style(out, n[0]); break;
    case guard: say_setting(out, n[0] == 1 ? 1 : 0, "\"q"); break;
    case level: say_setting(out, level_of(terminal), ";1\"p"); break;
    case no_setting: out.text(refused); break;
    case key_flags: say_key_flags(out, n[0], terminal); break;
    case color: say_color(out, asked, color_of(asked, n, terminal)); break;
  }
  made.size_ = out.size();
  return made;
}

}  // namespace vt
