// The law of skip: a screen that may leave out what leaves no trace is as one that is fed all of
// it, and stays so.
//   byte 0: the size and the limits of the history; odd: the rest is output; even: it chooses from
//   the grammars of floods and of screens.
//   byte 1: how much of it comes before the backlog, in 512ths, and how it comes in steps.
//   byte 2: how much is fed to both behind it, in 512ths.
#include <vt/screen/skip.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>
#include <fuzz/choices.hpp>
#include <tests/support/flood_grammar.hpp>

namespace {

struct any_output {
  template <class Random>
  std::string operator()(Random& random, std::size_t rows) const {
    return random() % 8 == 0 ? screens(random, rows) : floods(random, rows);
  }

  test::screen_grammar screens;
  test::flood_grammar floods;
};

void check_same(const std::string& traces) {
  if (!traces.empty()) std::fprintf(stderr, "%s\n", traces.c_str());
  CHECK(traces.empty());
}

void check(std::string_view output, std::size_t before, std::size_t behind, test::flooded& both) {
  const auto backlog = output.size() * before / 512;
  const auto then = output.size() - output.size() * behind / 512;
  std::minstd_rand random(static_cast<unsigned>(before + 1));
  both.feed(output.substr(0, backlog));
  check_same(both.flood(output.substr(backlog, then - backlog), random));
  check_same(both.traces());
  both.feed(output.substr(then));
  check_same(both.traces());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int rows[] = {1, 2, 3, 5};
  constexpr int columns[] = {2, 3, 7, 80};
  constexpr vt::scrollback_limits limits[] = {{0, 1000}, {1, 1000}, {3, 1000}, {100, 25}};
  if (size < 3) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
  const auto kind = data[0] / 2;
  const auto output = data[0] % 2 != 0 ? std::string(bytes) : fuzz::chosen<any_output>(bytes);
  test::flooded both(rows[kind % 4], columns[kind / 4 % 4], limits[kind / 16 % 4]);
  check(output, data[1], data[2], both);
  return 0;
}
