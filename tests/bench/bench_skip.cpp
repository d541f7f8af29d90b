// What a backlog of output costs a screen that may leave out what leaves no trace, beside one that
// is fed all of it, and libvterm's bare VTermState in reads of a pty: 50 rows of 200 columns, a
// history of 10,000 lines. The number is the backlog's size in MiB. --help is google-benchmark's.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <vt/screen/history.hpp>
#include <vt/screen/skip.hpp>
#include "bare_state.hpp"
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
constexpr std::int64_t greatest = 16;  // MiB

// As those write it who end a colour with 39: the pen is never made plain.
const std::string& closed_colours() {
  static const std::string text = repeated(
      "\x1b[90m12:30:00\x1b[39m \x1b[1m\x1b[33mwarn\x1b[39m\x1b[22m \x1b[36mserver\x1b[39m "
      "connection reset by the \x1b[4mother side\x1b[24m\r\n");
  return text;
}

// What gcc says: EL behind each colour.
const std::string& warnings() {
  static const std::string text = repeated(
      "\x1b[01m\x1b[Kserver.cpp:42:9:\x1b[m\x1b[K \x1b[01;35m\x1b[Kwarning: \x1b[m\x1b[Kunused "
      "variable "
      "'\x1b[01m\x1b[Kcount\x1b[m\x1b[K' [\x1b[01;35m\x1b[K-Wunused-variable\x1b[m\x1b[K]\r\n"
      "   42 |   int \x1b[01;35m\x1b[Kcount\x1b[m\x1b[K = 0;\r\n"
      "      |       \x1b[01;35m\x1b[K^~~~~\x1b[m\x1b[K\r\n");
  return text;
}

// Between questions for a prompt, each of which ends what may be left out.
const std::string& prompts() {
  static const std::string text = repeated("\x1b[?2004h$ make\r\n\x1b[?2004l\r" + [] {
    std::string lines;
    for (int i = 0; i < 20; ++i) lines += "c++ -O2 -c -o file" + std::to_string(i) + ".o\r\n";
    return lines;
  }());
  return text;
}

std::string_view backlog_of(const std::string& sample, std::int64_t mebibytes) {
  static std::string all;
  static const std::string* of = nullptr;
  if (of != &sample) {
    all.clear();
    const auto lines = std::string_view(sample).substr(0, sample.rfind('\n') + 1);
    while (all.size() < static_cast<std::size_t>(greatest) * mebibyte) all += lines;
    of = &sample;
  }
  return std::string_view(all).substr(0, static_cast<std::size_t>(mebibytes) * mebibyte);
}

template <class Take>
void backlogs(benchmark::State& state, const std::string& sample, const Take& take) {
  const auto backlog = backlog_of(sample, state.range(0));
  for (auto _ : state) take(backlog);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(backlog.size()));
}

void bare_state(benchmark::State& state, const std::string& (*sample)()) {
  bench::bare_state bare(rows, columns);
  backlogs(state, sample(), [&](std::string_view rest) {
    for (; !rest.empty(); rest.remove_prefix(std::min(pty_read, rest.size())))
      bare.feed(rest.substr(0, pty_read));
  });
}

void fed(benchmark::State& state, const std::string& (*sample)()) {
  vt::history kept;
  vt::screen shown(rows, columns, &kept);
  backlogs(state, sample(), [&](std::string_view backlog) { shown.feed(backlog); });
}

void skipped(benchmark::State& state, const std::string& (*sample)()) {
  vt::history kept;
  vt::screen shown(rows, columns, &kept);
  vt::skipper skipper(shown, kept.rows().max_size());
  backlogs(state, sample(), [&](std::string_view backlog) { skipper.feed(backlog); });
  state.counters["left_out"] =
      static_cast<double>(skipper.left_out()) / static_cast<double>(shown.position());
}

#define DATA(name)                                            \
  BENCHMARK_CAPTURE(bare_state, name, (name))->Arg(greatest); \
  BENCHMARK_CAPTURE(fed, name, (name))->Arg(greatest);        \
  BENCHMARK_CAPTURE(skipped, name, (name))->Arg(greatest)->Arg(4)->Arg(2)

DATA(plain_lines);
DATA(long_lines);
DATA(seq);
DATA(yes);
DATA(coloured);
DATA(closed_colours);
DATA(warnings);
DATA(german);
DATA(prompts);

}  // namespace

BENCHMARK_MAIN();
