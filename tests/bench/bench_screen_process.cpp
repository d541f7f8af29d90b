// What a screen process costs, and what hostile output makes it cost. Run it as root, who alone may
// look at the memory of a process that is not dumpable.
//
//   bench_screen_process [ROUNDS [MEBIBYTES]]   (20, and 200 of hostile output in all)
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <tests/hold/screen_bench.hpp>
#include <tests/support/process_tree.hpp>

#include "hostile.hpp"
#include "measure.hpp"
#include "pss.hpp"
#include "samples.hpp"

namespace {

using bench::mebibyte;
using bench::rounds;
using bench::steady;

constexpr int columns = 80;
constexpr int rows = 24;

double cpu_ms(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/schedstat");
  double nanoseconds = 0;
  file >> nanoseconds;
  return nanoseconds / 1e6;
}

// The ring left out, which is the session's.
double memory_mib(pid_t pid) {
  return static_cast<double>(bench::memory_of({pid}).processes.at(pid)) / 1024;
}

// One that is ready: it has answered.
struct ready_screen : test::screen_bench {
  ready_screen() {
    screen->on_restart([this](std::uint64_t) { restarted = true; });
    start();
    settle();
  }

  void settle() {
    bool told = false;
    screen->describe([&](const auto& answer) { told = answer.has_value(); });
    run_until([&] { return told; }, test::milliseconds(60'000));
  }

  // Output as a reader of a pty puts it, which waits for a screen process that is behind.
  void feed(std::string_view bytes) {
    put(bytes);
    if (ring.head() - screen->mark().position() < ring.capacity() / 2) return;
    screen->wake();
    run_until(
        [&] { return restarted || ring.head() - screen->mark().position() < ring.capacity() / 4; },
        test::milliseconds(60'000));
    if (restarted) throw test::failure("the screen process has died");
  }

  bool restarted = false;
};

// A listing in colour; the last row has no line end.
std::string lines_of(int count) {
  std::string all;
  for (int n = 1; n <= count; ++n) {
    std::string text = std::to_string(n) + "  -rw-r--r--  ";
    while (text.size() < columns) text += "some-file-or-other  ";
    text.resize(columns);
    all += "\x1b[01;34m" + text.substr(0, 8) + "\x1b[0m" + text.substr(8);
    if (n < count) all += "\r\n";
  }
  return all;
}

struct start_figures {
  rounds wall;
  rounds cpu;
  rounds memory;
};

void one_start(start_figures& figures) {
  const auto start = steady::now();
  const ready_screen one;
  figures.wall.push_back(bench::milliseconds(steady::now() - start));
  figures.cpu.push_back(cpu_ms(one.screen->pid()));
  figures.memory.push_back(memory_mib(one.screen->pid()));
}

struct picture_figures {
  rounds wall;
  rounds cpu;
  std::size_t bytes = 0;
  double memory = 0;  // after them
};

picture_figures pictures(int lines, int count) {
  picture_figures figures;
  ready_screen one;
  one.feed(lines_of(lines));
  one.settle();
  const auto pid = one.screen->pid();
  for (int n = 0; n < count; ++n) {
    const double before = cpu_ms(pid);
    const auto start = steady::now();
    const auto made = one.picture();
    figures.wall.push_back(bench::milliseconds(steady::now() - start));
    figures.cpu.push_back(cpu_ms(pid) - before);
    if (!made) throw test::failure("there is no picture");
    figures.bytes = made->bytes.size();
  }
  figures.memory = memory_mib(pid);
  return figures;
}

void print_costs(int count) {
  start_figures starts;
  for (int n = 0; n < count; ++n) one_start(starts);
  bench::table costs({"", "wall, ms", "CPU, ms", "bytes", "memory, MiB"});
  costs.add({"start to first answer", bench::shown(starts.wall), bench::shown(starts.cpu), "",
             bench::shown(starts.memory, 2)});
  for (const int lines : {rows, 10'000 + rows}) {
    const auto figures = pictures(lines, count);
    costs.add({fmt::format("picture of {} lines", lines), bench::shown(figures.wall, 2),
               bench::shown(figures.cpu, 2), std::to_string(figures.bytes),
               fmt::format("{:.2f}", figures.memory)});
  }
  fmt::print("A screen process of {} by {}; rounds: {}\n{}", rows, columns, count, costs.text());
  constexpr double limit = 4;
  fmt::print("claim: an idle one has at most {} MiB: {} MiB: {}\n\n", limit,
             bench::shown(starts.memory, 2), bench::verdict(starts.memory, limit));
}

// Of each kind its share, or what it reads of it in three seconds: some of it is slow.
struct flood_figures {
  std::size_t fed = 0;
  double most = 0;  // MiB of memory
};

flood_figures flood(ready_screen& one, const bench::hostile& kind, std::size_t share) {
  constexpr auto time = std::chrono::seconds(3);
  flood_figures figures;
  const auto until = steady::now() + time;
  const auto pid = one.screen->pid();
  std::size_t looked_at = 0;
  one.feed(kind.before);
  while (figures.fed < share && steady::now() < until) {
    one.feed(kind.text);
    figures.fed += kind.text.size();
    if (figures.fed - looked_at < mebibyte / 4) continue;
    figures.most = std::max(figures.most, memory_mib(pid));
    looked_at = figures.fed;
  }
  one.settle();
  figures.most = std::max(figures.most, memory_mib(pid));
  return figures;
}

// As vt/screen/screen.hpp and the scrollback have it, and the process around them.
constexpr double budget = 16.0 * rows * columns / mebibyte + 17 + 8 + 4;

void print_floods(std::size_t size) {
  auto kinds = bench::hostile_output();
  kinds.push_back({"plain_lines", "\033c", bench::plain_lines()});
  kinds.push_back({"colored_rows", "", lines_of(1000) + "\r\n"});
  ready_screen one;
  bench::table all({"", "MiB", "memory, MiB"});
  flood_figures sum;
  for (std::size_t at = 0; at < kinds.size(); ++at) {
    const auto figures =
        flood(one, kinds[at], (size - std::min(size, sum.fed)) / (kinds.size() - at));
    sum.fed += figures.fed;
    sum.most = std::max(sum.most, figures.most);
    all.add({kinds[at].name, fmt::format("{:.2f}", static_cast<double>(figures.fed) / mebibyte),
             fmt::format("{:.2f}", figures.most)});
  }
  fmt::print("Hostile output, one kind after the other to the same screen process\n{}", all.text());
  fmt::print("claim: {:.0f} MiB of it make it use at most {:.1f} MiB: {:.2f} MiB: {}\n",
             static_cast<double>(sum.fed) / mebibyte, budget, sum.most,
             sum.most <= budget ? "holds" : "fails");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    print_costs(argc > 1 ? std::max(std::atoi(argv[1]), 1) : 20);
    print_floods((argc > 2 ? static_cast<std::size_t>(std::atoi(argv[2])) : 200) * mebibyte);
  } catch (const std::exception& why) {
    std::cerr << "bench_screen_process: " << why.what() << "\n";
    return 1;
  }
}
