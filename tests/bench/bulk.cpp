// Wall time of much output: a remote `cat`, from the key that starts it to the mark behind it.
#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tests/support/file.hpp>
#include <tests/support/text.hpp>

#include "far_end.hpp"
#include "lineup.hpp"
#include "parts.hpp"

namespace bench {
namespace {

constexpr std::array<std::string_view, 5> plain_lines{
    "static int read_frame(struct stream *in, unsigned char *to, size_t size)\n",
    "\tif (in->state != STATE_OPEN || size > in->limit)\n",
    "\t\treturn -EINVAL; /* the caller closes it */\n",
    "\tmemcpy(to + in->offset, in->buffer, size);\n", "}\n"};
constexpr std::array<std::string_view, 4> coloured_lines{
    "\x1b[01;34mshim\x1b[0m  \x1b[01;32mssh-shim\x1b[0m  \x1b[01;31mall.tar\x1b[0m  "
    "\x1b[0mREADME\n",
    "\x1b[32m+\x1b[m\x1b[32mint\x1b[m \x1b[1m\x1b[33mmain\x1b[m(\x1b[35mvoid\x1b[m)\n",
    "\x1b[38;5;208mwarn\x1b[39m \x1b[2m12:00:01\x1b[22m \x1b[4mlink\x1b[24m is "
    "\x1b[7mdown\x1b[27m\n",
    "\x1b[38;2;90;180;40m####\x1b[48;2;20;20;20m----\x1b[0m \x1b[1;36m57%\x1b[0m\n"};
constexpr std::array<std::string_view, 4> utf8_lines{
    "Żółta gęś śpi, a naïve café façade über Größe wächst\n",
    "Съешь же ещё этих мягких французских булок, да выпей чаю\n",
    "いろはにほへと ちりぬるを 色は匂へど 散りぬるを\n",
    "│ ├─ 日本語.txt ─┤ ▁▂▃▄▅▆▇█ ✓ passed ✗ failed 👍 🚀 │\n"};

template <std::size_t Count>
std::string filled(const std::array<std::string_view, Count>& lines, std::size_t size) {
  std::string text;
  text.reserve(size + 100);
  for (std::size_t line = 0; text.size() < size; ++line) text += lines[line % Count];
  return text;
}

struct material {
  std::string name;
  std::string file;
  std::vector<rounds> times;  // ms, by contender
  std::vector<rounds> cpu;    // likewise
};

std::vector<material> make_materials(const field& on, std::size_t contenders, std::size_t size) {
  std::vector<material> all;
  for (const auto& [name, text] : {std::pair{"plain", filled(plain_lines, size)},
                                   std::pair{"coloured", filled(coloured_lines, size)},
                                   std::pair{"UTF-8", filled(utf8_lines, size)}}) {
    all.push_back(
        {name, on.path(name), std::vector<rounds>(contenders), std::vector<rounds>(contenders)});
    test::write_file(all.back().file, text);
  }
  return all;
}

// Prints the file it is told, then the mark.
std::string remote_command() {
  const std::string script = fmt::format(
      R"(stty -echo; printf %s {}; while read -r file mark; do cat "$file"; echo "$mark"; done)",
      ready_mark);
  return "exec " + test::quoted({"sh", "-c", script});
}

// Another mark each time: tmux may draw an old line again.
double one_run(seat& terminal, const std::string& file) {
  static int runs = 0;
  constexpr auto patience = std::chrono::seconds(60);
  const std::string mark = fmt::format("@bench-end-{:06}", ++runs);
  const auto start = steady::now();
  terminal.type(file + " " + mark + "\r");
  terminal.wait_for(mark, patience);
  return milliseconds(steady::now() - start);
}

// Buffers of a new connection grow with use, so its first run is not like the others.
void one_round(lineup& line, const std::string& warm_up, std::vector<material>& materials) {
  line.open(remote_command());
  line.each([&](std::size_t at) { one_run(line.terminal(at), warm_up); });
  for (material& what : materials)
    line.each([&](std::size_t at) {
      const auto before = line.cpu_time(at);
      what.times[at].push_back(one_run(line.terminal(at), what.file));
      what.cpu[at].push_back(milliseconds(line.cpu_time(at) - before));
    });
  line.close();
}

void print(const field& on, const lineup& line, const material& what, std::size_t bytes) {
  const rounds& ssh = what.times[at_ssh];
  const auto rate = [&](const rounds& times) {
    if (times.empty()) return std::string("no figure");
    return fmt::format("{:.1f}", static_cast<double>(bytes) / 1000 / median(times));
  };
  fmt::print("\nbulk: {:.1f} MB of {} text, ms\n{}", static_cast<double>(bytes) / 1e6, what.name,
             table_of(on, line,
                      {{"time", [&](auto at) { return shown(what.times[at]); }},
                       {"MB/s", [&](auto at) { return rate(what.times[at]); }},
                       {"time / ssh", [&](auto at) { return shown(over(what.times[at], ssh), 2); }},
                       {"CPU", [&](auto at) { return shown(what.cpu[at]); }}}));
  for (const auto at : {at_held, at_no_hold}) {
    const rounds ratio = over(what.times[at], what.times[at_script]);
    fmt::print("claim: {} takes no longer than script: ratio {}: {}\n", on.contenders()[at].name,
               shown(ratio, 2), verdict(ratio, 1));
  }
}

}  // namespace

void measure_bulk(field& on, const options& wanted) {
  lineup line(on, lineup::entry::all);
  auto materials = make_materials(on, line.size(), wanted.bulk_bytes());
  const std::string warm_up = on.path("warm-up");
  test::write_file(warm_up, filled(plain_lines, wanted.bulk_bytes() / 8));
  for (int round = 0; round < wanted.rounds; ++round) {
    tell_progress("bulk", round, wanted.rounds);
    one_round(line, warm_up, materials);
  }
  tell_progress("bulk", wanted.rounds, wanted.rounds);
  for (const material& what : materials) print(on, line, what, wanted.bulk_bytes());
}

}  // namespace bench
