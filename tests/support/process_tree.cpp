#include <tests/support/process_tree.hpp>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <tests/support/deadline.hpp>
#include <tests/support/file.hpp>
#include <tests/support/process.hpp>
#include <tests/support/text.hpp>

namespace test {
namespace {

namespace fs = std::filesystem;

std::string proc(pid_t pid, const std::string& what) {
  return "/proc/" + std::to_string(pid) + "/" + what;
}

std::vector<int> numbered_entries(const std::string& dir) {
  std::vector<int> numbers;
  std::error_code gone;
  for (fs::directory_iterator it(dir, gone), end; !gone && it != end; it.increment(gone)) {
    const std::string name = it->path().filename();
    int number = 0;
    const auto [rest, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && rest == name.data() + name.size()) numbers.push_back(number);
  }
  return numbers;
}

pid_t parent_of(pid_t pid) {
  const std::string line = status_line(pid, "PPid");
  return line.empty() ? -1 : std::stoi(line);
}

// "0100007F:1F90" of proc(5): each 32 bits of the address in the machine's own order.
listener parsed_address(std::string_view text) {
  const std::size_t colon = text.find(':');
  std::array<std::uint32_t, 4> words{};
  const std::size_t count = colon / 8;
  for (std::size_t i = 0; i < count; ++i)
    std::from_chars(text.data() + i * 8, text.data() + i * 8 + 8, words[i], 16);
  std::array<char, INET6_ADDRSTRLEN> readable{};
  ::inet_ntop(count == 1 ? AF_INET : AF_INET6, words.data(), readable.data(), readable.size());
  listener found{.address = readable.data()};
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), found.port, 16);
  return found;
}

void add_listeners(const std::string& table, std::vector<listener>& to) {
  std::ifstream lines(table);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout;
    std::uint64_t inode = 0;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
        timeout >> inode;
    if (state != "0A") continue;  // TCP_LISTEN
    to.push_back(parsed_address(local));
    to.back().inode = inode;
  }
}

}  // namespace

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children = numbered_entries("/proc");
  std::erase_if(children, [&](pid_t child) { return parent_of(child) != pid; });
  return children;
}

std::vector<pid_t> descendants_of(pid_t pid) {
  std::vector<pid_t> found = children_of(pid);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::vector<pid_t> next = children_of(found[i]);
    found.insert(found.end(), next.begin(), next.end());
  }
  return found;
}

std::string executable_of(pid_t pid) {
  std::error_code gone;
  return fs::read_symlink(proc(pid, "exe"), gone);
}

std::vector<std::string> command_line_of(pid_t pid) {
  const std::string words = read_file(proc(pid, "cmdline"));
  if (words.empty()) return {};
  return split(std::string_view(words).substr(0, words.size() - 1), '\0');
}

std::string status_line(pid_t pid, const std::string& name) {
  std::ifstream lines(proc(pid, "status"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + ":\t")) return line.substr(name.size() + 2);
  return {};
}

std::vector<int> open_fds_of(pid_t pid) {
  std::vector<int> fds = numbered_entries(proc(pid, "fd"));
  std::sort(fds.begin(), fds.end());
  return fds;
}

void send_signal(pid_t pid, int signal) {
  if (::kill(pid, signal) == 0 || errno == ESRCH) return;
  const std::string number = "-" + std::to_string(signal);
  run({"sudo", "-n", "kill", number, std::to_string(pid)});
}

void wait_until_stopped(pid_t pid, bool stopped) {
  // One that has ended meanwhile does not run either; a stopped parent does not reap it.
  const auto is_stopped = [pid] {
    const auto state = status_line(pid, "State");
    return state.empty() || state.starts_with("T") || state.starts_with("Z");
  };
  const deadline end(patience);
  while (is_stopped() != stopped) {
    if (end.passed()) throw failure("a process did not stop or go on: " + std::to_string(pid));
    ::poll(nullptr, 0, 1);
  }
}

void wait_until_sleeping(pid_t pid) {
  const deadline end(patience);
  while (!status_line(pid, "State").starts_with("S")) {
    if (end.passed()) throw failure("a process always has something to do: " + std::to_string(pid));
    ::poll(nullptr, 0, 1);
  }
}

std::vector<listener> listeners() {
  std::vector<listener> found;
  add_listeners("/proc/net/tcp", found);
  add_listeners("/proc/net/tcp6", found);
  return found;
}

std::vector<listener> listeners_of(pid_t pid) {
  std::vector<std::uint64_t> inodes;
  for (const int fd : open_fds_of(pid)) {
    struct stat what {};
    if (::stat(proc(pid, "fd/" + std::to_string(fd)).c_str(), &what) == 0 && S_ISSOCK(what.st_mode))
      inodes.push_back(what.st_ino);
  }
  std::vector<listener> found = listeners();
  std::erase_if(found, [&](const listener& each) {
    return std::find(inodes.begin(), inodes.end(), each.inode) == inodes.end();
  });
  return found;
}

orphanage::orphanage() : own_(children_of(::getpid())) { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

orphanage::~orphanage() {
  for (const pid_t pid : orphans()) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

std::vector<pid_t> orphanage::orphans() const {
  std::vector<pid_t> came = children_of(::getpid());
  std::erase_if(came,
                [&](pid_t pid) { return std::find(own_.begin(), own_.end(), pid) != own_.end(); });
  return came;
}

}  // namespace test
