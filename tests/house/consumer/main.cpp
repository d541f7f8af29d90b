// The program of the README: an escape filter in somebody else's loop.
#include <shim/core/escape_filter.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace {

std::string sent;
char told = 0;

void on_typed(shim::escape_filter& filter, std::string_view in) {
  while (const auto event = filter.next(in)) {
    if (const auto* text = std::get_if<shim::forward>(&*event)) {
      sent += text->bytes;
    } else {
      told = std::get<shim::command>(*event).what->key;
    }
  }
}

}  // namespace

int main() {
  const shim::escape_keys keys;
  shim::escape_filter filter(shim::escape_char('~'), keys);
  on_typed(filter, "ls\r~");
  on_typed(filter, ".");
  std::printf("sent %zu bytes, told '%c'\n", sent.size(), told);
  return sent == "ls\r" && told == '.' ? 0 : 1;
}
