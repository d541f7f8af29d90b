// What a screen costs beside libvterm's bare VTermState, which keeps no cell, on the same data:
// 50 rows of 200 columns, in reads of a pty. --help is google-benchmark's.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <vt/screen/history.hpp>
#include <vt/screen/screen.hpp>
#include "bare_state.hpp"
#include "hostile.hpp"
#include "samples.hpp"

namespace {

using bench::coloured;
using bench::german;
using bench::long_lines;
using bench::mebibyte;
using bench::plain_lines;
using bench::pty_read;
using bench::repeated;
using bench::seq;
using bench::yes;

constexpr int rows = 50;
constexpr int columns = 200;

// As an editor does.
const std::string& alternate_redraws() {
  static const std::string text = "\x1b[?1049h" + bench::redraws();
  return text;
}

const std::string& endless_line() {
  static const std::string text = repeated("endless ");
  return text;
}

const std::string& wide() {
  static const std::string text = repeated(
      "\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3067\u3059\u3002\u3053\u308c\u306f\u9577\u3044\u3002"
      "\U0001f600\U0001f680\r\n");
  return text;
}

// An editor that scrolls, inserts and erases at every turn: the worst for who asks libvterm.
const std::string& edits() {
  static const std::string text =
      "\x1b[?1049h" + repeated(
                          "\x1b[2;40r\x1b[40;1H\n\x1b[r\x1b[5;5H\x1b[3@abc\x1b[2P\x1b[K\x1b[10;"
                          "1H\x1b[L\x1b[M\x1b[J");
  return text;
}

// The same in each place of a screen full of text: thousands of different questions.
const std::string& scattered_edits() {
  static const std::string text = [] {
    std::string all = "\x1b[?1049h" + std::string(rows * columns, 'x');
    for (int i = 0; all.size() < mebibyte; ++i) {
      const auto row = std::to_string(i / columns % rows + 1);
      const auto column = std::to_string(i * 31 % columns + 1);
      all += "\x1b[" + row + ';' + column + "H\x1b[@a\x1b[P\x1b[" + row + "H\x1b[L\x1b[M\x1b[" +
             row + ';' + column + "H\x1b[Kxyz";
    }
    return all;
  }();
  return text;
}

template <class Take>
void in_reads(benchmark::State& state, const std::string& text, const Take& take) {
  for (auto _ : state)
    for (std::string_view rest = text; !rest.empty();
         rest.remove_prefix(std::min(pty_read, rest.size())))
      take(rest.substr(0, pty_read));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(text.size()));
}

struct counting : vt::line_sink {
  std::size_t cells = 0;
  void push(const vt::row_view& row, int, const vt::cell_tables&) override {
    cells += row.cells.size();
  }
  void clear() override {}
};

void screen(benchmark::State& state, const std::string& (*text)()) {
  counting sink;
  vt::screen shown(rows, columns, &sink);
  in_reads(state, text(), [&](std::string_view bytes) { shown.feed(bytes); });
  benchmark::DoNotOptimize(sink.cells);
}

// With the scrollback that a holder keeps.
void kept_screen(benchmark::State& state, const std::string& (*text)()) {
  vt::history kept;
  vt::screen shown(rows, columns, &kept);
  in_reads(state, text(), [&](std::string_view bytes) { shown.feed(bytes); });
  benchmark::DoNotOptimize(kept.rows().size());
}

void bare_state(benchmark::State& state, const std::string& (*text)()) {
  bench::bare_state bare(rows, columns);
  in_reads(state, text(), [&](std::string_view bytes) { bare.feed(bytes); });
}

#define DATA(name)                             \
  BENCHMARK_CAPTURE(bare_state, name, (name)); \
  BENCHMARK_CAPTURE(screen, name, (name));     \
  BENCHMARK_CAPTURE(kept_screen, name, (name))

DATA(plain_lines);
DATA(long_lines);
DATA(endless_line);
DATA(seq);
DATA(yes);
DATA(coloured);
DATA(german);
DATA(wide);
DATA(alternate_redraws);
DATA(edits);
DATA(scattered_edits);

// A screen and its history, of two sizes: what a KiB of each costs.
void hostile(benchmark::State& state, const bench::hostile& output, int height, int width) {
  vt::history kept;
  vt::screen shown(height, width, &kept);
  shown.feed(output.before);
  for (auto _ : state) shown.feed(output.text);
  using benchmark::Counter;
  state.counters["a_KiB"] = Counter(static_cast<double>(output.text.size()) / 1024,
                                    Counter::kIsIterationInvariantRate | Counter::kInvert);
}

void register_hostile(int height, int width) {
  const auto size = '/' + std::to_string(height) + 'x' + std::to_string(width);
  for (const auto& each : bench::hostile_output())
    benchmark::RegisterBenchmark(("hostile/" + (each.name + size)).c_str(),
                                 [=](benchmark::State& s) { hostile(s, each, height, width); });
}

}  // namespace

int main(int argc, char** argv) {
  register_hostile(rows, columns);
  register_hostile(1024, 256);
  register_hostile(128, 2048);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
