// What ssh-shim costs whoever uses it, beside plain ssh and the programs people put around ssh.
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <tests/support/deadline.hpp>
#include <tests/support/process_tree.hpp>

#include "far_end.hpp"
#include "options.hpp"
#include "parts.hpp"

namespace {

std::string shim_beside_us() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ssh-shim";
}

void run(const bench::options& wanted) {
  bench::field on(wanted);
  // dtach, tmux and screen leave servers; none shall outlive us.
  const test::orphanage servers;
  std::cout << on.head() << std::flush;
  const std::pair<const char*, void (*)(bench::field&, const bench::options&)> parts[] = {
      {"echo", bench::measure_echo},     {"bulk", bench::measure_bulk},
      {"start", bench::measure_start},   {"flight", bench::measure_flight},
      {"attach", bench::measure_attach}, {"ls", bench::measure_list},
      {"mux", bench::measure_masters},   {"pool", bench::measure_pooled},
      {"memory", bench::measure_memory}};
  for (const auto& [name, measure] : parts) {
    if (wanted.wants(name)) measure(on, wanted);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() > 1 && words[0] == "--far-end")
    return bench::far_end({words.begin() + 1, words.end()});
  if (words == std::vector<std::string>{"--help"}) {
    std::cout << bench::usage;
    return 0;
  }
  try {
    const bench::options wanted = bench::parse_options(argc, argv, shim_beside_us());
    if (const auto reason = test::sshd::why_not()) {
      std::cout << "[skipped] " << *reason << "\n";
      return 0;
    }
    run(wanted);
  } catch (const std::exception& why) {
    std::cerr << "bench_session: " << why.what() << "\n";
    return 1;
  }
}
