// Stands before vterm_input_write (ld's --wrap) and ends the program at the first byte that no
// sequence on the list has: so each test and each fuzz input also shows that libvterm gets nothing
// else.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string_view>

struct VTerm;

extern "C" std::size_t __real_vterm_input_write(VTerm* v, const char* bytes, std::size_t size);
extern "C" std::size_t __wrap_vterm_input_write(VTerm* v, const char* bytes, std::size_t size);

namespace {

constexpr std::string_view allowed[] = {"#;#H", "#;#r", "#;#s", "?69h", "#@",  "#P",
                                        "#X",   "#L",   "#M",   "#'}",  "#'~", "#S",
                                        "#T",   "#J",   "#K",   "?#J",  "?#K"};

bool is_digit(char c) { return '0' <= c && c <= '9'; }

// `#` is a number of one to four digits.
bool matches(std::string_view pattern, std::string_view bytes) {
  for (const char c : pattern) {
    if (c != '#') {
      if (bytes.empty() || bytes[0] != c) return false;
      bytes.remove_prefix(1);
      continue;
    }
    std::size_t digits = 0;
    while (digits < bytes.size() && is_digit(bytes[digits])) ++digits;
    if (digits == 0 || digits > 4) return false;
    bytes.remove_prefix(digits);
  }
  return bytes.empty();
}

bool is_allowed(std::string_view bytes) {
  while (bytes.starts_with("\x1b[")) {
    bytes.remove_prefix(2);
    const auto end = std::min(bytes.find('\x1b'), bytes.size());
    if (std::none_of(std::begin(allowed), std::end(allowed),
                     [&](auto pattern) { return matches(pattern, bytes.substr(0, end)); }))
      return false;
    bytes.remove_prefix(end);
  }
  return bytes.empty();
}

}  // namespace

std::size_t __wrap_vterm_input_write(VTerm* v, const char* bytes, std::size_t size) {
  if (!is_allowed({bytes, size})) {
    std::fprintf(stderr, "libvterm was given what is not on the list: %.*s\n",
                 static_cast<int>(size), bytes);
    std::abort();
  }
  return __real_vterm_input_write(v, bytes, size);
}
