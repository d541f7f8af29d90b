#include <vt/stream/sgr.hpp>

#include <array>
#include <cstdint>

#include <vt/stream/scan.hpp>
#include <vt/stream/tokenizer.hpp>
#include <vt/stream/utf8.hpp>

namespace vt {
namespace {

constexpr char escape_byte = 0x1b;
constexpr std::string_view introducer = "\x1b[";

constexpr bool is_digit(char c) { return '0' <= c && c <= '9'; }

// What follows the introducer: no parameter, or 0 as the first.
bool begins_plain(std::string_view parameters) {
  return parameters.starts_with('m') || parameters.starts_with("0m") ||
         parameters.starts_with("0;");
}

}  // namespace

// Byte by byte: most have one to five.
std::size_t sgr_size(std::string_view text) {
  if (!text.starts_with(introducer)) return 0;
  auto end = introducer.size();
  while (end < text.size() && is_between(text[end], '0', ';')) ++end;
  if (end == text.size() || text[end] != 'm') return 0;
  return end - introducer.size() > max_parameter_bytes ? 0 : end + 1;
}

bool take_sgr(pen& p, std::string_view& text) {
  if (!text.starts_with(introducer)) return false;
  constexpr unsigned greatest = 6553;  // ten of it is still a parameter's value
  std::array<parameter, 8> list;
  std::size_t count = 0;
  unsigned value = 0;
  for (std::size_t at = introducer.size(); at < text.size(); ++at) {
    const char c = text[at];
    if (is_digit(c) && value < greatest) {
      value = value * 10 + static_cast<unsigned>(c - '0');
    } else if ((c == ';' || c == 'm') && count < list.size()) {
      list[count++] = {static_cast<std::uint16_t>(value), true, false};
      value = 0;
      if (c == ';') continue;
      p.apply(list.data(), list.data() + count);
      text.remove_prefix(at + 1);
      return true;
    } else {
      return false;
    }
  }
  return false;
}

std::string_view since_plain(std::string_view text) {
  constexpr auto is_escape = [](word w) { return equal_to(w, escape_byte); };
  auto begin = text.size();
  while (const auto at = find_last(text.substr(0, begin), 1, is_escape)) {
    begin = *at;
    if (begins_plain(text.substr(begin + introducer.size()))) break;
  }
  return text.substr(begin);
}

}  // namespace vt
