#include <tests/support/text.hpp>

#include <cerrno>
#include <cstring>

namespace test {
namespace {

std::string escaped_byte(unsigned char byte) {
  switch (byte) {
    case '\r': return "\\r";
    case '\n': return "\\n";
    case '\t': return "\\t";
    case '\\': return "\\\\";
    default: break;
  }
  if (byte >= 0x20 && byte < 0x7f) return {static_cast<char>(byte)};
  constexpr std::string_view digits = "0123456789abcdef";
  return {'\\', 'x', digits[byte >> 4U], digits[byte & 0xfU]};
}

bool plain(std::string_view word) {
  constexpr std::string_view safe =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
  return !word.empty() && word.find_first_not_of(safe) == std::string_view::npos;
}

std::string quoted_word(std::string_view word) {
  if (plain(word)) return std::string(word);
  std::string in_quotes = "'";
  for (const char c : word) {
    if (c == '\'') {
      in_quotes += "'\\''";
    } else {
      in_quotes += c;
    }
  }
  return in_quotes + "'";
}

}  // namespace

std::string escaped(std::string_view bytes) {
  std::string readable;
  for (const char c : bytes) readable += escaped_byte(static_cast<unsigned char>(c));
  return readable;
}

std::string escaped_tail(std::string_view bytes, std::size_t most) {
  if (bytes.size() <= most) return escaped(bytes);
  return "[" + std::to_string(bytes.size() - most) + " bytes left out]" +
         escaped(bytes.substr(bytes.size() - most));
}

std::string quoted(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += quoted_word(word);
  }
  return line;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string cannot(std::string_view what) {
  const int error = errno;
  return "cannot " + std::string(what) + ": " + std::strerror(error);
}

}  // namespace test
