// The law of repaint: a new screen that is fed the repaint of another is as that one, and stays so.
//   byte 0: the size; odd: the rest is output; even: it chooses from the grammar of output.
//   byte 1: how much of it is shown before the repaint, in 256ths, and what is fed to both after
//   it.
#include <vt/screen/repaint.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>
#include <fuzz/choices.hpp>
#include <tests/support/repaint_model.hpp>
#include <tests/support/screen_grammar.hpp>

namespace {

void check_same(const test::kept_screen& a, const test::kept_screen& b) {
  const auto difference = test::difference(a, b);
  if (!difference.empty()) std::fprintf(stderr, "%s\n", difference.c_str());
  CHECK(difference.empty());
}

void check(std::string_view output, std::size_t part, int rows, int columns) {
  test::kept_screen a(rows, columns);
  a.screen.feed(output.substr(0, output.size() * part / 256));
  const auto painted = a.repainted();
  CHECK(painted.position == a.screen.position());

  test::kept_screen b(rows, columns);
  b.screen.feed(painted.bytes);
  check_same(a, b);

  // BEL before it: what a REP would repeat is gone. In a string that is not finished it is no
  // control; then there is no REP.
  auto then = "\a" + std::string(output.substr(output.size() * part / 256));
  if (!a.screen.pending().empty()) std::replace(then.begin(), then.end(), 'b', 'c');
  a.screen.feed(then);
  b.screen.feed(then);
  check_same(a, b);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int rows[] = {1, 2, 3, 4, 24};
  constexpr int columns[] = {2, 3, 5, 10, 80};
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto kind = data[0] / 2;
  const auto output =
      data[0] % 2 != 0 ? std::string(bytes) : fuzz::chosen<test::screen_grammar>(bytes);
  check(output, data[1], rows[kind % 5], columns[kind / 5 % 5]);
  return 0;
}
