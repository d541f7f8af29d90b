// What runs on this machine as this user (proc(5)).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace shim::io {

struct running_program {
  pid_t pid = -1;
  pid_t session = -1;             // the leader of its session
  std::string terminal;           // "/dev/pts/3"; empty: it has none, or none that is named
  std::vector<std::string> argv;  // as it has it now: a program may change it
};

// Those whose file is called so, in the order of their numbers. One that ends meanwhile is left
// out.
std::vector<running_program> own_programs(std::string_view name);

}  // namespace shim::io
