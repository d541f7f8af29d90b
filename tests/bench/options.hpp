// What bench_session was asked for.
#pragma once

#include <cstddef>
#include <string>

namespace bench {

struct options {
  int rounds = 10;
  bool quick = false;  // tiny sizes: shows that all runs, and no figure worth anything
  std::string only;    // one of the parts; empty: all
  std::string shim;
  std::string ssh = "ssh";

  bool wants(const std::string& part) const { return only.empty() || only == part; }
  std::size_t echo_samples() const { return quick ? 100 : 2000; }  // of a contender in a round
  std::size_t bulk_bytes() const { return quick ? 256 * 1024 : 32 * 1024 * 1024; }
  int starts() const { return quick ? 1 : 3; }  // likewise
  int attaches() const { return quick ? 2 : 5; }
  int masters() const { return quick ? 4 : 100; }
  int sessions() const { return quick ? 4 : 200; }
  std::size_t flight_bytes() const { return quick ? 256 * 1024 : 8 * 1024 * 1024; }
};

extern const char* const usage;

// Throws test::failure, which says what is wrong. `shim` is the one to run if none is named.
options parse_options(int argc, char** argv, const std::string& shim);

}  // namespace bench
