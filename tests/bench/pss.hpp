// What processes cost of memory: a page that several have is counted by its share (proc(5), Pss),
// but for memory that has no name elsewhere (memfd_create(2)), which is theirs whether it is mapped
// or not, and is counted once.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <vector>

namespace bench {

struct memory_use {
  std::map<pid_t, std::size_t> processes;  // KiB of each, memfds left out
  std::size_t memfds = 0;                  // KiB

  std::size_t sum() const;
};

// A process of which nothing can be known (ssh-shim's are not dumpable: only root can look) throws
// test::failure; one that is gone has none.
memory_use memory_of(const std::vector<pid_t>& processes);

}  // namespace bench
