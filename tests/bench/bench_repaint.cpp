// What a terminal that comes back costs: the repaint of one screen, and of a history. --help is
// google-benchmark's.
#include <benchmark/benchmark.h>

#include <string>

#include <vt/screen/history.hpp>
#include <vt/screen/repaint.hpp>
#include <vt/screen/screen.hpp>

namespace {

constexpr int rows = 50;
constexpr int columns = 200;

// A log and a listing in colour between lines of a source.
std::string line(int n) {
  const auto number = std::to_string(n);
  switch (n % 4) {
    case 0:
      return "\x1b[32m2024-05-01 12:30:00\x1b[m \x1b[1;33mWARNING\x1b[m \x1b[36mserver.cpp"
             "\x1b[m:\x1b[35m" +
             number + "\x1b[m connection reset by the other side\r\n";
    case 1:
      return "  for (const auto& each : all) std::fputs(each.c_str(), stdout);  // " + number +
             "\r\n";
    case 2:
      return "\x1b[01;34mdocuments\x1b[m    \x1b[01;32mconfigure\x1b[m    README.md  " + number +
             "\r\n";
    default: return "\u2514\u2500\u2500 Stra\u00dfe " + number + " \u65e5\u672c\u8a9e\r\n";
  }
}

void repaint_of(benchmark::State& state, const vt::screen& shown, const vt::scrollback* history) {
  std::size_t size = 0;
  for (auto _ : state) {
    const auto painted = vt::repaint(shown, history);
    size = painted.bytes.size();
    benchmark::DoNotOptimize(painted.bytes.data());
  }
  state.counters["bytes"] = static_cast<double>(size);
}

void one_screen(benchmark::State& state) {
  vt::screen shown(rows, columns);
  for (int n = 0; n < rows; ++n) shown.feed(line(n));
  repaint_of(state, shown, nullptr);
}
BENCHMARK(one_screen)->Unit(benchmark::kMicrosecond);

// Each cell in another colour than the one before it.
void one_screen_of_colours(benchmark::State& state) {
  vt::screen shown(rows, columns);
  for (int n = 0; n < rows * columns; ++n)
    shown.feed("\x1b[38;5;" + std::to_string(n % 256) + ";48;2;1;2;" + std::to_string(n % 200) +
               "mx");
  repaint_of(state, shown, nullptr);
}
BENCHMARK(one_screen_of_colours)->Unit(benchmark::kMicrosecond);

void history_of_10000_lines(benchmark::State& state) {
  vt::history kept;
  vt::screen shown(rows, columns, &kept);
  for (int n = 0; n < 10'000 + rows; ++n) shown.feed(line(n));
  repaint_of(state, shown, &kept.rows());
  state.counters["kept_bytes"] = static_cast<double>(kept.rows().memory_used());
  state.counters["kept_lines"] = static_cast<double>(kept.rows().size());
}
BENCHMARK(history_of_10000_lines)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
