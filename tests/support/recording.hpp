// What a real program wrote to its terminal while somebody typed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tests/support/terminal.hpp>

namespace test {

// As soon as the program has written `shown`, after what the step before waited for, `typed` is.
struct typing_step {
  std::string shown;
  std::string typed;
};

struct recording {
  std::string bytes;
  std::vector<std::size_t> marks;  // how many of them there were as each step typed, and all
};

// The last step makes the program end; how it ends does not matter.
recording record(const std::vector<std::string>& argv, const std::vector<typing_step>& steps,
                 const run_options& options = {}, const terminal_size& size = {});

}  // namespace test
