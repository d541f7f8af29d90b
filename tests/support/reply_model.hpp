// What must hold for any reply, whatever it was made of.
#pragma once

#include <array>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/query_model.hpp>
#include <vt/stream/replies.hpp>

namespace test {

// The forms that a reply to each kind of query has, in the order of query_kind; a group stands for
// the query's number. A query may stay without a reply.
inline constexpr std::array<const char*, 17> reply_forms = {
    R"(\x1b\[\?\d+(?:;\d+)*c)",
    R"(\x1b\[>\d+;\d+;\d+c)",
    R"(\x1bP>\|[ -~]+\x1b\\)",
    R"(\x1b\[0n)",
    R"(\x1b\[\d{1,4};\d{1,4}R)",
    R"(\x1b\[\?\d{1,4};\d{1,4}R)",
    R"(\x1b\[(\d+);[0-4]\$y)",
    R"(\x1b\[\?(\d+);[0-4]\$y)",
    R"(\x1bP(?:0\$r|1\$r0[\d;:]*m)\x1b\\)",
    R"(\x1bP1\$r\d{1,4};\d{1,4}r\x1b\\)",
    R"(\x1bP1\$r\d{1,4};\d{1,4}s\x1b\\)",
    R"(\x1bP(?:0\$r|1\$r[0-6] q)\x1b\\)",
    R"(\x1bP1\$r[01]"q\x1b\\)",
    R"(\x1bP1\$r6[1-5];1"p\x1b\\)",
    R"(\x1bP0\$r\x1b\\)",
    R"(\x1b\[\?\d{1,2}u)",
    R"(\x1b\](\d+);rgb:[0-9a-f]{4}/[0-9a-f]{4}/[0-9a-f]{4}\x1b\\)",
};

// Nothing, or what does not hold.
inline std::string broken_law(const vt::query& asked, std::string_view reply) {
  if (reply.empty()) return {};
  if (reply.size() > 64) return "it is too long";
  for (const char byte : reply)
    if (byte != '\x1b' && (byte < 0x20 || byte > 0x7e)) return "a control character";
  if (!queries_in_pieces(reply, reply.size()).empty()) return "it asks";
  static const std::vector<std::regex> forms(reply_forms.begin(), reply_forms.end());
  const auto kind = static_cast<std::size_t>(asked.kind);
  if (kind >= forms.size()) return "a reply to nothing";
  std::cmatch found;
  if (!std::regex_match(reply.begin(), reply.end(), found, forms[kind])) return "another form";
  if (found.size() > 1 && found[1].str() != std::to_string(asked.number)) return "another number";
  return {};
}

}  // namespace test
