#include <shim/app/master_login.hpp>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string_view>

#include <shim/app/ask_masters.hpp>
#include <shim/app/mux_selection.hpp>
#include <shim/app/session_forwards.hpp>
#include <shim/app/talk.hpp>
#include <shim/hold/places.hpp>
#include <shim/io/argv.hpp>
#include <shim/io/control_socket.hpp>
#include <shim/io/error.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::app {
namespace {

constexpr std::string_view name = "ssh-shim: master login";

// One file for each control socket; two that share one only wait for each other.
io::unique_fd lock_for(const master_login& what) {
  if (what.lock_directory.empty()) return {};
  const auto file =
      fmt::format("{}/.mux-{:016x}", what.lock_directory, std::hash<std::string>{}(what.path));
  return io::unique_fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
}

// Waits in the kernel: whoever ends the session ends this, too.
void take(const io::unique_fd& lock, const master_login& what) {
  if (!lock || ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return;
  if (!what.host.empty()) note(fmt::format("waiting for another login to {}", what.host));
  while (::flock(lock.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
}

mux_master asked(const std::string& path) {
  mux_master one;
  one.path = path;
  ask_masters({&one, 1}, how_far::to_the_master);
  return one;
}

// With ControlPersist ssh leaves a master behind, in a session of its own, and ends; so it is over
// when it has logged in.
int log_in(const std::vector<std::string>& argv, const std::string& /*host*/) {
  const io::argv_array words(argv);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execv(argv.front().c_str(), words.get());
    ::_exit(exit_failure);
  }
  int status = 0;
  while (pid > 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : exit_failure;
}

}  // namespace

std::string place_for_locks() {
  for (const auto& each : hold::places_of_environment()) {
    hold::place_error error;
    if (const hold::place found(each, hold::if_missing::make, error); found) return found.path();
  }
  return {};
}

std::vector<std::string> spelled(const master_login& what) {
  std::vector<std::string> words{std::string(name), what.path, what.lock_directory, what.host,
                                 std::to_string(what.master.size())};
  words.insert(words.end(), what.master.begin(), what.master.end());
  words.insert(words.end(), what.session.begin(), what.session.end());
  return words;
}

std::optional<master_login> read_master_login(int argc, const char* const* argv) {
  constexpr int before = 5;
  if (argc <= before || argv[0] != name) return std::nullopt;
  const int size = std::atoi(argv[before - 1]);
  if (size < 0 || size >= argc - before) return std::nullopt;
  const auto* const middle = argv + before + size;
  return master_login{argv[1], argv[2], argv[3], {argv + before, middle}, {middle, argv + argc}};
}

int begin_master(const master_login& what) { return begin_master(what, log_in); }

int begin_master(const master_login& what, run_login run) {
  const auto lock = lock_for(what);
  take(lock, what);
  const auto before = asked(what.path);
  if (before.state == master_state::alive) return EXIT_SUCCESS;
  if (!what.host.empty()) {
    warn_of_shared_directories({before});
    note(fmt::format("logging in to {}, for a new master", what.host));
  }
  io::control_socket stale(what.path);
  std::error_code ignored;
  stale.remove_stale(ignored);
  return run(what.master, what.host);
}

io::unique_fd hold_open(const std::string& path) {
  std::error_code error;
  auto held = io::control_socket(path).connect(error);
  if (held) ::fcntl(held.get(), F_SETFD, 0);
  return held;
}

int run_master_login(const master_login& what) {
  if (!what.master.empty())
    if (const int status = begin_master(what); status != EXIT_SUCCESS) return status;
  const auto held = hold_open(what.path);
  session_forwards forwards(what.path, what.lock_directory, what.session);
  forwards.watch();
  const io::argv_array words(what.session);
  ::execv(what.session.front().c_str(), words.get());
  cannot("run " + what.session.front(), io::last_error().message());
  return exit_failure;
}

}  // namespace shim::app
