// What every byte costs in the machines: the escape filter and what is around it, beside a memcpy
// of the same bytes. --help is google-benchmark's.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <shim/core/escape_filter.hpp>
#include <shim/core/escape_stuffing.hpp>
#include <shim/core/relay.hpp>
#include <vt/stream/printable.hpp>

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;
constexpr std::size_t whole = mebibyte;
constexpr std::size_t paste = 64 * 1024;  // what the program reads at once
constexpr std::size_t pty_read = 4095;    // what a pty gives at once
constexpr std::size_t key = 1;

std::string repeated(std::string_view piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  text.resize(size);
  return text;
}

const std::string& plain_text() {
  static const std::string text = repeated("the quick brown fox jumps over a lazy dog, ", mebibyte);
  return text;
}

const std::string& short_lines() {
  static const std::string text = repeated("ls\rcd ..\rmake -j\r\r", mebibyte);
  return text;
}

// In the midst of lines, at their start and doubled there; none is a command.
const std::string& tildes() {
  static const std::string text = repeated("a~~~~~~~~\r~~b~~~\r~z~", mebibyte);
  return text;
}

// The text in reads of `size` bytes.
template <class Take>
void in_reads(std::string_view text, std::size_t size, const Take& take) {
  for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) take(text.substr(0, size));
}

void count_bytes(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(text.size()));
}

void copy(benchmark::State& state, const std::string& (*text)(), std::size_t read) {
  std::vector<char> to(mebibyte);
  for (auto _ : state) {
    in_reads(text(), read, [&](std::string_view bytes) {
      std::memcpy(to.data(), bytes.data(), bytes.size());
      benchmark::DoNotOptimize(to.data());
      benchmark::ClobberMemory();
    });
  }
  count_bytes(state, text());
}

void filter(benchmark::State& state, const std::string& (*text)(), std::size_t read) {
  const shim::escape_keys keys;
  shim::escape_filter typed(shim::escape_char('~'), keys);
  std::size_t forwarded = 0;
  for (auto _ : state) {
    in_reads(text(), read, [&](std::string_view bytes) {
      while (const auto event = typed.next(bytes))
        if (const auto* text_for_ssh = std::get_if<shim::forward>(&*event))
          forwarded += text_for_ssh->bytes.size();
    });
    benchmark::DoNotOptimize(forwarded);
  }
  count_bytes(state, text());
}

void stuffing(benchmark::State& state, const std::string& (*text)(), std::size_t read) {
  shim::escape_stuffing for_ssh(shim::escape_char(0xff));
  std::size_t given = 0;
  for (auto _ : state) {
    in_reads(text(), read, [&](std::string_view bytes) {
      while (!bytes.empty()) given += for_ssh.next(bytes).size();
    });
    benchmark::DoNotOptimize(given);
  }
  count_bytes(state, text());
}

shim::relay_options session() {
  shim::relay_options options;
  options.private_escape = shim::escape_char(0xff);
  options.host = "host";
  return options;
}

// Filter, stuffing and queue, as the loop uses them; ssh takes all at once.
void relay_typed(benchmark::State& state, const std::string& (*text)(), std::size_t read) {
  const auto now = std::chrono::steady_clock::now();
  shim::relay machine(session(), now);
  for (auto _ : state) {
    in_reads(text(), read, [&](std::string_view bytes) {
      machine.typed(bytes, shim::line_mode::raw, now);
      while (!machine.for_ssh().empty()) machine.sent(machine.for_ssh().size());
    });
  }
  count_bytes(state, text());
}

// The price of a turn, and of the look that the journal takes at every byte.
void relay_output(benchmark::State& state, const std::string& (*text)(), std::size_t read) {
  const auto now = std::chrono::steady_clock::now();
  shim::relay machine(session(), now);
  std::string bytes = text().substr(0, read);
  for (auto _ : state) {
    for (std::size_t left = text().size(); left > 0; left -= std::min(left, read)) {
      benchmark::DoNotOptimize(machine.output_room());
      machine.output(bytes, now);
      for (auto piece = machine.terminal(); piece.size > 0; piece = machine.terminal())
        machine.shown(std::string_view(bytes).substr(0, piece.size), now);
    }
  }
  count_bytes(state, text());
}

void printable(benchmark::State& state, const std::string& text) {
  for (auto _ : state) benchmark::DoNotOptimize(vt::printable(text));
  count_bytes(state, text);
}

BENCHMARK_CAPTURE(copy, plain_whole, plain_text, whole);
BENCHMARK_CAPTURE(copy, plain_pastes, plain_text, paste);
BENCHMARK_CAPTURE(copy, plain_keys, plain_text, key);

BENCHMARK_CAPTURE(filter, plain_whole, plain_text, whole);
BENCHMARK_CAPTURE(filter, plain_pastes, plain_text, paste);
BENCHMARK_CAPTURE(filter, plain_keys, plain_text, key);
BENCHMARK_CAPTURE(filter, short_lines_whole, short_lines, whole);
BENCHMARK_CAPTURE(filter, short_lines_keys, short_lines, key);
BENCHMARK_CAPTURE(filter, tildes_whole, tildes, whole);
BENCHMARK_CAPTURE(filter, tildes_keys, tildes, key);

BENCHMARK_CAPTURE(stuffing, plain_pastes, plain_text, paste);
BENCHMARK_CAPTURE(stuffing, plain_keys, plain_text, key);
BENCHMARK_CAPTURE(stuffing, short_lines_pastes, short_lines, paste);

BENCHMARK_CAPTURE(relay_typed, plain_pastes, plain_text, paste);
BENCHMARK_CAPTURE(relay_typed, plain_keys, plain_text, key);
BENCHMARK_CAPTURE(relay_typed, tildes_pastes, tildes, paste);
BENCHMARK_CAPTURE(relay_output, pty_reads, plain_text, pty_read);
BENCHMARK_CAPTURE(relay_output, keys, plain_text, key);

BENCHMARK_CAPTURE(printable, host, std::string("build-03.internal.example.com"));
BENCHMARK_CAPTURE(printable, utf8_title, repeated("Größe – 日本語 ", 200));
BENCHMARK_CAPTURE(printable, hostile_title, repeated("\x1b]0;\xff\xc2\x9b", 200));

}  // namespace

BENCHMARK_MAIN();
