#include <shim/app/pool_opening.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include <shim/app/pooled_session.hpp>
#include <shim/io/argv.hpp>
#include <shim/io/child.hpp>
#include <shim/io/fork_exec.hpp>

namespace shim::app {
namespace {

constexpr std::string_view opening_words_name = "ssh-shim: pool opening";

// Nothing of the session's is left to it: neither its terminal, nor its end.
void leave_terminal(const io::unique_fd& held_open) {
  ::setsid();
  ::close(held_open.get());
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) ::dup2(null, fd);
}

}  // namespace

// By two forks, so that its end is nobody's here.
void begin_pool_opening(const pool_plan& what, const io::unique_fd& held_open) {
  auto words = spelled(what);
  words.insert(words.begin(), std::string(opening_words_name));
  const io::argv_array argv(words);
  std::error_code ignored;
  const auto first = io::fork_exec(
      [&] {
        if (::fork() != 0) ::_exit(EXIT_SUCCESS);
        leave_terminal(held_open);
        ::execv("/proc/self/exe", argv.get());
      },
      ignored);
  if (first.pid > 0) io::wait_for(first.pid);
}

std::optional<pool_plan> read_pool_opening(int argc, const char* const* argv) {
  if (argc < 1 || argv[0] != opening_words_name) return std::nullopt;
  return read_pool_plan(argc - 1, argv + 1);
}

int open_pool(pool_plan what) {
  for (auto& each : what.hosts)
    if (!each.path.empty()) each.master.insert(each.master.begin() + 1, {"-o", "BatchMode=yes"});
  mux_pool(std::move(what)).open_hosts();
  return EXIT_SUCCESS;
}

}  // namespace shim::app
