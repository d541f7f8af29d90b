// Makes tests/vectors/terminal_keys.txt: `write_terminal_keys FILE` (see the head of that file).
#include <cstdio>
#include <exception>
#include <string>

#include <tests/support/file.hpp>
#include <tests/support/terminal_keys.hpp>
#include <tests/system/capture_keys.hpp>

namespace {

using test::x_terminal;

// The comment at its top is kept.
std::string head_of(const std::string& file) {
  std::size_t end = 0;
  while (end < file.size() && file[end] == '#') end = file.find('\n', end) + 1;
  return file.substr(0, end);
}

void write_terminal_keys(const std::string& path) {
  std::string text = head_of(test::read_file(path));
  const test::x_display display;
  for (const auto which : {x_terminal::kind::xterm, x_terminal::kind::kitty}) {
    if (const auto why = x_terminal::why_not(which)) throw test::failure(*why);
    text += test::written(test::capture_keys(display, which));
  }
  test::write_file(path, text, 0644);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_terminal_keys FILE\n");
    return 2;
  }
  try {
    write_terminal_keys(argv[1]);
    return 0;
  } catch (const std::exception& why) {
    std::fprintf(stderr, "write_terminal_keys: %s\n", why.what());
    return 1;
  }
}
