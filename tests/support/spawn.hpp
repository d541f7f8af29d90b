// How a program under test is started: straight by exec, in a session of its own (so that no ssh
// asks for a passphrase on the developer's terminal), and killed if the test itself dies.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tests/support/fd.hpp>

namespace test {

// How a process ended, as wait(2) tells it.
struct end_status {
  int exited = -1;    // its exit status, -1 if a signal killed it
  int signalled = 0;  // the signal

  bool operator==(const end_status&) const = default;
};

inline end_status exited(int status) { return {.exited = status, .signalled = 0}; }
inline end_status killed_by(int signal) { return {.exited = -1, .signalled = signal}; }
end_status status_of(int wait_status);
std::ostream& operator<<(std::ostream& out, const end_status& status);

// Where a standard stream of the program leads.
struct stream {
  enum class to : std::uint8_t {
    standard,  // process: /dev/null for stdin, a pipe for the rest; terminal: the terminal
    pipe,
    null,
    fd,    // one of the test's, which keeps it
    file,  // at its end; made if it is not there
  };
  to where = to::standard;
  int number = -1;
  std::string path{};

  static stream piped() { return {.where = to::pipe}; }
  static stream nowhere() { return {.where = to::null}; }
  static stream of(int fd) { return {.where = to::fd, .number = fd}; }
  static stream into(std::string path) { return {.where = to::file, .path = std::move(path)}; }
};

using environment = std::map<std::string, std::optional<std::string>>;

// The same on every machine: PATH, a HOME that is empty, TERM=xterm-256color, LANG=C.UTF-8, no
// agent, no SSH_ variables, and what sanitizers and the test run itself are told.
const environment& base_environment();

// The program of that name in the environment's PATH; empty if there is none.
std::string found_in_path(const std::string& name, const environment& env = base_environment());

struct run_options {
  environment env{};  // over base_environment(); std::nullopt takes a variable away
  std::string cwd{};
  stream in{};
  stream out{};
  stream err{};
  std::vector<int> ignored_signals{};
  std::optional<mode_t> umask{};
  std::vector<std::pair<int, rlimit>> limits{};
};

// For a stream that is neither a pipe nor a terminal: a descriptor to give to the program.
owned_fd open_stream(const stream& where);

// The pieces that process and terminal share.
struct spawn_request {
  const std::vector<std::string>& argv;
  const run_options& options;
  int in = -1;
  int out = -1;
  int err = -1;
  int terminal = -1;  // becomes the controlling terminal
};

// Looks argv[0] up in the PATH of the program's environment. Throws `failure` with the reason if
// it cannot be started.
pid_t spawn(const spawn_request& request);

// pidfd_open(2): readable when the process has ended.
owned_fd open_pidfd(pid_t pid);

}  // namespace test
