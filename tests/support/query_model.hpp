// Which tokens are queries, said naively: by how they are spelled.
#pragma once

#include <algorithm>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/tokens.hpp>
#include <vt/stream/queries.hpp>

namespace test {

// `spelled`: what stands behind the introducer of a token, up to its terminator. A group is the
// number.
struct query_form {
  vt::token_kind token;
  const char* spelled;
  vt::query_kind asks;
};

inline const query_form query_forms[] = {
    {vt::token_kind::escape, "Z", vt::query_kind::primary_attributes},
    {vt::token_kind::csi, "0*c", vt::query_kind::primary_attributes},
    {vt::token_kind::csi, ">0*c", vt::query_kind::secondary_attributes},
    {vt::token_kind::csi, ">0*q", vt::query_kind::version},
    {vt::token_kind::csi, "0*5n", vt::query_kind::status},
    {vt::token_kind::csi, "0*6n", vt::query_kind::cursor},
    {vt::token_kind::csi, "\\?0*6n", vt::query_kind::cursor_in_page},
    {vt::token_kind::csi, "0*(\\d+)\\$p", vt::query_kind::ansi_mode},
    {vt::token_kind::csi, "\\?0*(\\d+)\\$p", vt::query_kind::dec_mode},
    {vt::token_kind::csi, "\\?u", vt::query_kind::key_flags},
    {vt::token_kind::dcs, "\\$qm", vt::query_kind::pen},
    {vt::token_kind::dcs, "\\$qr", vt::query_kind::rows},
    {vt::token_kind::dcs, "\\$qs", vt::query_kind::columns},
    {vt::token_kind::dcs, "\\$q q", vt::query_kind::cursor_style},
    {vt::token_kind::dcs, "\\$q\"q", vt::query_kind::guard},
    {vt::token_kind::dcs, "\\$q\"p", vt::query_kind::level},
    {vt::token_kind::osc, "(1[0-2]);\\?", vt::query_kind::color},
};

inline std::optional<vt::query> query_by_model(const owned_token& t) {
  constexpr std::size_t longest = 300;  // std::regex has a call for each byte
  static const auto patterns = [] {
    std::vector<std::regex> all;
    for (const auto& form : query_forms) all.emplace_back(form.spelled);
    return all;
  }();
  const auto spelled = header(t) + t.bytes;
  if (t.malformed || t.truncated) return std::nullopt;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    std::smatch found;
    if (query_forms[i].token != t.kind) continue;
    if (spelled.size() > longest || !std::regex_match(spelled, found, patterns[i])) continue;
    const auto digits = found.size() > 1 ? found[1].str() : "0";
    const auto number = digits.size() > 5 ? 65535 : std::min(std::stoi(digits), 65535);
    return vt::query{query_forms[i].asks, static_cast<std::uint16_t>(number)};
  }
  const bool setting = t.kind == vt::token_kind::dcs && spelled.starts_with("$q");
  return setting ? std::optional(vt::query{vt::query_kind::no_setting}) : std::nullopt;
}

// A byte at a time: the place is known by itself.
inline std::vector<vt::placed_query> queries_by_model(std::string_view output) {
  vt::tokenizer reader;
  std::vector<vt::placed_query> all;
  for (std::size_t at = 0; at < output.size(); ++at) {
    auto byte = output.substr(at, 1);
    while (const auto found = reader.next(byte))
      if (const auto asked = query_by_model(owned(*found))) all.push_back({*asked, at + 1});
  }
  return all;
}

inline std::vector<vt::placed_query> queries_in_pieces(std::string_view output, std::size_t size) {
  vt::query_reader reader;
  std::vector<vt::placed_query> all;
  for (; !output.empty(); output.remove_prefix(std::min(size, output.size()))) {
    auto piece = output.substr(0, size);
    while (const auto found = reader.next(piece)) all.push_back(*found);
  }
  return all;
}

}  // namespace test
