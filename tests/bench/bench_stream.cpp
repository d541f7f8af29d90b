// What every byte of output costs before it is shown: the tokenizer and its readers, beside a
// memcpy of the same bytes. --help is google-benchmark's.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <vt/stream/journal.hpp>
#include <vt/stream/queries.hpp>
#include <vt/stream/reset.hpp>
#include <vt/stream/tokenizer.hpp>
#include "samples.hpp"

namespace {

using bench::coloured;
using bench::mebibyte;
using bench::plain_lines;
using bench::pty_read;
using bench::redraws;
using bench::repeated;

constexpr std::size_t whole = mebibyte;

// A page in several scripts: characters of two, three and four bytes between ASCII.
const std::string& utf8() {
  static const std::string text = repeated(
      "Stra\u00dfenverk\u00e4ufer m\u00f6gen \u201e\u00dcbung\u201c \u2013 na\u00efve "
      "fa\u00e7ade\r\n"
      "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \u042d\u0442\u043e "
      "\u0442\u0435\u043a\u0441\u0442\r\n"
      "\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3067\u3059\u3002\u3053\u308c\u306f\u9577\u3044\u3002\r"
      "\n"
      "\u2514\u2500\u2500 ok \u2713 \U0001f600 done\r\n");
  return text;
}

// A picture or a clipboard: one long payload after the other.
const std::string& payloads() {
  static const std::string text =
      repeated("\x1b]52;c;" + std::string(std::size_t{256} * 1024, 'Q') + "\x1b\\");
  return text;
}

// The text in reads of `size` bytes.
template <class Take>
void in_reads(benchmark::State& state, const std::string& text, std::size_t size,
              const Take& take) {
  for (auto _ : state)
    for (std::string_view rest = text; !rest.empty();
         rest.remove_prefix(std::min(size, rest.size())))
      take(rest.substr(0, size));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(text.size()));
}

void copy(benchmark::State& state, const std::string& (*text)(), std::size_t read) {
  std::vector<char> to(mebibyte);
  in_reads(state, text(), read, [&](std::string_view bytes) {
    std::memcpy(to.data(), bytes.data(), bytes.size());
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  });
}

void tokens(benchmark::State& state, const std::string& (*text)(), std::size_t read) {
  vt::tokenizer reader;
  std::size_t given = 0;
  std::size_t turns = 0;
  in_reads(state, text(), read, [&](std::string_view bytes) {
    while (const auto found = reader.next(bytes)) {
      given += found->bytes.size() + found->parameters.size();
      ++turns;
    }
  });
  benchmark::DoNotOptimize(given);
  state.counters["per_token"] = benchmark::Counter(
      static_cast<double>(turns), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Of a reader that passes over text.
void sequences(benchmark::State& state, const std::string& (*text)(), std::size_t read) {
  vt::tokenizer reader;
  std::size_t given = 0;
  in_reads(state, text(), read, [&](std::string_view bytes) {
    while (true) {
      if (reader.at_ground()) bytes.remove_prefix(vt::find_control_sequence(bytes));
      const auto found = reader.next(bytes);
      if (!found) break;
      given += found->function();
    }
  });
  benchmark::DoNotOptimize(given);
}

void journal(benchmark::State& state, const std::string& (*text)(), std::size_t read) {
  vt::journal noted;
  in_reads(state, text(), read, [&](std::string_view bytes) { noted.feed(bytes); });
  benchmark::DoNotOptimize(noted);
}

// Of output that nobody is shown.
void queries(benchmark::State& state, const std::string& (*text)(), std::size_t read) {
  vt::query_reader reader;
  std::uint64_t ends = 0;
  in_reads(state, text(), read, [&](std::string_view bytes) {
    while (const auto found = reader.next(bytes)) ends += found->end;
  });
  benchmark::DoNotOptimize(ends);
}

void undo(benchmark::State& state) {
  vt::journal noted;
  noted.feed("\x1b[?1049h\x1b[>1u\x1b[1;40r\x1b[?1h\x1b=\x1b[?2004;1006;1002h\x1b[?25l\x1b[2 q");
  std::array<char, vt::max_reset_bytes> bytes;
  for (auto _ : state) benchmark::DoNotOptimize(vt::reset(noted, bytes));
}
BENCHMARK(undo);

// Each reader on each text, in reads of a pty and in one.
#define READER(reader)                                              \
  BENCHMARK_CAPTURE(reader, plain_lines, plain_lines, pty_read);    \
  BENCHMARK_CAPTURE(reader, plain_lines_whole, plain_lines, whole); \
  BENCHMARK_CAPTURE(reader, coloured, coloured, pty_read);          \
  BENCHMARK_CAPTURE(reader, coloured_whole, coloured, whole);       \
  BENCHMARK_CAPTURE(reader, utf8, utf8, pty_read);                  \
  BENCHMARK_CAPTURE(reader, utf8_whole, utf8, whole);               \
  BENCHMARK_CAPTURE(reader, redraws, redraws, pty_read);            \
  BENCHMARK_CAPTURE(reader, redraws_whole, redraws, whole);         \
  BENCHMARK_CAPTURE(reader, payloads, payloads, pty_read);          \
  BENCHMARK_CAPTURE(reader, payloads_whole, payloads, whole)

READER(copy);
READER(tokens);
READER(sequences);
READER(journal);
READER(queries);

}  // namespace

BENCHMARK_MAIN();
