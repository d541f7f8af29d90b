#include <shim/hold/daemon.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace shim::hold {
namespace {

// All of ours close on exec.
bool is_inherited(int fd) { return (::fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0; }

std::vector<int> open_fds() {
  std::vector<int> all;
  auto* const directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return all;
  while (const auto* entry = ::readdir(directory))
    if (const int fd = std::atoi(entry->d_name); fd > STDERR_FILENO) all.push_back(fd);
  ::closedir(directory);
  return all;
}

void close_inherited() {
  for (const int fd : open_fds())
    if (::fcntl(fd, F_GETFD) >= 0 && is_inherited(fd)) ::close(fd);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) ::dup2(null, fd);
  if (null > STDERR_FILENO) ::close(null);
}

}  // namespace

void become_daemon(const char* name) {
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE})
    ::signal(number, SIG_IGN);
  ::setsid();
  ::prctl(PR_SET_NAME, name);
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::umask(077);
  [[maybe_unused]] const int changed = ::chdir("/");
  close_inherited();
}

}  // namespace shim::hold
