#include <vt/stream/terminal_facts.hpp>

#include <algorithm>

#include <vt/stream/parameter_list.hpp>
#include <vt/stream/utf8.hpp>

namespace vt {
namespace {

constexpr bool is_printable_ascii(char c) { return is_between(c, 0x20, 0x7e); }

void set_attributes(terminal_facts& facts, const parameter_list& given) {
  std::array<std::uint16_t, terminal_facts::max_attributes> said{};
  std::uint8_t count = 0;
  for (const auto& each : given) {
    if (!each.given) continue;  // as in kitty's CSI ? 62 ; c
    if (count == said.size() || each.value > facts.greatest_attribute) return;
    said[count++] = each.value;
  }
  if (count == 0) return;
  facts.attributes = said;
  facts.attribute_count = count;
}

void set_secondary(terminal_facts& facts, const parameter_list& given) {
  if (given.size() == 3) facts.secondary = {given[0].value, given[1].value, given[2].value};
}

void control_sequence(terminal_facts& facts, const token& t) {
  const parameter_list given(t.parameters);
  switch (t.function()) {
    case function("?c"): return set_attributes(facts, given);
    case function(">c"): return set_secondary(facts, given);
    case function("?u"):
      if (given.size() == 1 && given[0].given) facts.key_flags = true;
      return;
    default: return;
  }
}

void operating_system_command(terminal_facts& facts, std::string_view payload) {
  constexpr std::string_view names[] = {"10;", "11;", "12;"};
  for (std::size_t i = 0; i < facts.colors.size(); ++i) {
    if (!payload.starts_with(names[i])) continue;
    if (const auto color = read_color(payload.substr(names[i].size()))) facts.colors[i] = color;
  }
}

}  // namespace

std::string_view terminal_facts::version() const {
  const auto* const end = std::find(version_bytes.begin(), version_bytes.end(), '\0');
  return {version_bytes.data(), static_cast<std::size_t>(end - version_bytes.begin())};
}

bool terminal_facts::set_version(std::string_view text) {
  if (text.empty() || text.size() > max_version_bytes) return false;
  if (!std::all_of(text.begin(), text.end(), is_printable_ascii)) return false;
  version_bytes = {};
  std::copy(text.begin(), text.end(), version_bytes.begin());
  return true;
}

// What is a part of a report, or may yet be one, goes on in the next piece; all else ends it.
void terminal_facts_reader::take(const input& piece) {
  if (piece.kind != input_kind::report && piece.kind != input_kind::part) return tokens_.reset();
  auto bytes = piece.bytes;
  while (const auto found = tokens_.next(bytes)) take(*found);
}

void terminal_facts_reader::take(const token& t) {
  if (t.malformed || t.truncated) return;
  switch (t.kind) {
    case token_kind::csi: return control_sequence(facts_, t);
    case token_kind::osc: return operating_system_command(facts_, t.bytes);
    case token_kind::dcs:
      if (t.function() == function(">|") && t.parameters.empty()) facts_.set_version(t.bytes);
      return;
    default: return;
  }
}

}  // namespace vt
