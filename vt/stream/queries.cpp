#include <vt/stream/queries.hpp>

#include <algorithm>
#include <iterator>

#include <vt/stream/parameter_list.hpp>
#include <vt/stream/utf8.hpp>

namespace vt {
namespace {

// A control sequence with one number, which is 0 if it is not given.
struct numbered_row {
  std::uint32_t name;
  std::uint16_t number;
  query_kind asks;
};

constexpr numbered_row numbered[] = {
    {function("c"), 0, query_kind::primary_attributes},
    {function(">c"), 0, query_kind::secondary_attributes},
    {function(">q"), 0, query_kind::version},
    {function("n"), 5, query_kind::status},
    {function("n"), 6, query_kind::cursor},
    {function("?n"), 6, query_kind::cursor_in_page},
};

struct setting_row {
  std::string_view name;
  query_kind asks;
};

constexpr setting_row settings[] = {
    {"m", query_kind::pen},           {"r", query_kind::rows},    {"s", query_kind::columns},
    {" q", query_kind::cursor_style}, {"\"q", query_kind::guard}, {"\"p", query_kind::level},
};

constexpr std::string_view colors[] = {"10;?", "11;?", "12;?"};
constexpr std::uint16_t first_color = 10;

std::optional<query> control_sequence(const token& t) {
  const auto name = t.function();
  if (name == function("?u") && t.parameters.empty()) return query{query_kind::key_flags};
  const parameter_list given(t.parameters);
  if (given.size() != 1) return std::nullopt;
  const auto [number, is_given, is_sub] = given[0];
  if (name == function("$p") && is_given) return query{query_kind::ansi_mode, number};
  if (name == function("?$p") && is_given) return query{query_kind::dec_mode, number};
  for (const auto& row : numbered)
    if (row.name == name && row.number == number) return query{row.asks};
  return std::nullopt;
}

// DECRQSS.
std::optional<query> control_string(const token& t) {
  if (t.function() != function("$q") || !t.parameters.empty() || t.truncated) return std::nullopt;
  for (const auto& row : settings)
    if (row.name == t.bytes) return query{row.asks};
  return query{query_kind::no_setting};
}

std::optional<query> operating_system_command(const token& t) {
  const auto* const found = std::find(std::begin(colors), std::end(colors), t.bytes);
  if (found == std::end(colors)) return std::nullopt;
  const auto index = static_cast<std::uint16_t>(found - std::begin(colors));
  return query{query_kind::color, static_cast<std::uint16_t>(first_color + index)};
}

// The finals of the control sequences above.
constexpr bool may_ask(char final) {
  switch (final) {
    case 'c':
    case 'n':
    case 'p':
    case 'q':
    case 'u': return true;
    default: return false;
  }
}

// How much of the front is a whole control sequence that cannot ask, as nearly all are.
std::size_t asks_nothing(std::string_view output) {
  if (!output.starts_with("\x1b[")) return 0;
  std::size_t at = 2;
  while (at < output.size() && is_between(output[at], 0x20, 0x3f)) ++at;
  if (at == output.size() || !is_between(output[at], 0x40, 0x7e) || may_ask(output[at])) return 0;
  return at + 1;
}

}  // namespace

std::optional<query> query_in(const token& t) {
  switch (t.kind) {
    case token_kind::escape:
      if (t.function() == function("Z")) return query{query_kind::primary_attributes};
      return std::nullopt;
    case token_kind::csi: return control_sequence(t);
    case token_kind::dcs: return control_string(t);
    case token_kind::osc: return operating_system_command(t);
    default: return std::nullopt;
  }
}

std::optional<placed_query> query_reader::next(std::string_view& output) {
  const auto size = output.size();
  while (!output.empty()) {
    if (tokens_.at_ground()) {
      output.remove_prefix(find_control_sequence(output));
      if (const auto passed = asks_nothing(output); passed != 0) {
        output.remove_prefix(passed);
        continue;
      }
    }
    const auto found = tokens_.next(output);
    if (!found) continue;
    if (const auto asked = query_in(*found)) {
      position_ += size - output.size();
      return placed_query{*asked, position_};
    }
  }
  position_ += size;
  return std::nullopt;
}

}  // namespace vt
