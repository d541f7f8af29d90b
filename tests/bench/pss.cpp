#include "pss.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <tests/support/deadline.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/text.hpp>

namespace bench {
namespace {

std::string directory_of(pid_t pid) { return "/proc/" + std::to_string(pid); }

// The lines of a mapping follow one another, the first has its range and, at the end, its name.
std::size_t mapped_kib(pid_t pid) {
  const auto path = directory_of(pid) + "/smaps";
  std::ifstream file(path);
  if (!file && errno == EACCES) throw test::failure(test::cannot("read " + path));
  std::size_t sum = 0;
  bool counts = true;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string first;
    std::size_t kib = 0;
    words >> first;
    if (!first.ends_with(':')) counts = line.find("/memfd:") == line.npos;
    if (first == "Pss:" && counts && words >> kib) sum += kib;
  }
  return sum;
}

// By inode: KiB.
void add_memfds(pid_t pid, std::map<ino_t, std::size_t>& to) {
  for (const int fd : test::open_fds_of(pid)) {
    const auto path = directory_of(pid) + "/fd/" + std::to_string(fd);
    std::error_code gone;
    const auto name = std::filesystem::read_symlink(path, gone).string();
    struct stat about {};
    if (!name.starts_with("/memfd:") || ::stat(path.c_str(), &about) != 0) continue;
    to[about.st_ino] = static_cast<std::size_t>(about.st_blocks) / 2;
  }
}

}  // namespace

std::size_t memory_use::sum() const {
  std::size_t all = memfds;
  for (const auto& [pid, kib] : processes) all += kib;
  return all;
}

memory_use memory_of(const std::vector<pid_t>& processes) {
  memory_use use;
  std::map<ino_t, std::size_t> memfds;
  for (const pid_t pid : processes) {
    use.processes[pid] = mapped_kib(pid);
    add_memfds(pid, memfds);
  }
  for (const auto& [inode, kib] : memfds) use.memfds += kib;
  return use;
}

}  // namespace bench
