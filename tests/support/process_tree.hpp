// Other processes, seen from /proc: who descends from whom, what they run, what they listen on.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace test {

std::vector<pid_t> children_of(pid_t pid);
std::vector<pid_t> descendants_of(pid_t pid);  // parents before their children

std::string executable_of(pid_t pid);  // what /proc/PID/exe names; empty if it is gone
std::vector<std::string> command_line_of(pid_t pid);
std::string status_line(pid_t pid, const std::string& name);  // of /proc/PID/status: "SigIgn"
std::vector<int> open_fds_of(pid_t pid);

// kill(2), by way of `sudo -n` where the process is another user's.
void send_signal(pid_t pid, int signal);

// Waits until the process is stopped, or no longer.
void wait_until_stopped(pid_t pid, bool stopped);

// Waits until it waits: what it was given before it has dealt with.
void wait_until_sleeping(pid_t pid);

// A TCP socket in state LISTEN.
struct listener {
  std::string address;  // "127.0.0.1", "::1", "0.0.0.0"
  std::uint16_t port = 0;
  std::uint64_t inode = 0;

  bool loopback() const { return address.starts_with("127.") || address == "::1"; }
};
std::vector<listener> listeners();              // all, of IPv4 and IPv6
std::vector<listener> listeners_of(pid_t pid);  // those it has open

// While it lives, what loses its parent becomes a child of the test (PR_SET_CHILD_SUBREAPER): a
// program that goes to the background can be found, and is killed and reaped at the end.
class orphanage {
 public:
  orphanage();
  orphanage(const orphanage&) = delete;
  orphanage& operator=(const orphanage&) = delete;
  ~orphanage();

  // Those that came, not the test's own children of before.
  std::vector<pid_t> orphans() const;

 private:
  std::vector<pid_t> own_;
};

}  // namespace test
