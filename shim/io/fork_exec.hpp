// A process of another program, started by fork and exec, with the reason if it cannot be.
#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include <cerrno>
#include <system_error>

#include <shim/core/exit_status.hpp>
#include <shim/io/error.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::io {

struct started_process {
  pid_t pid = -1;   // to be reaped by who has this
  unique_fd pidfd;  // readable once it has ended
};

// Calls `become` in the new process, which does only what is async-signal-safe (signal-safety(7))
// and comes back only if something fails, with errno set: that is then the error here, and the
// process to be reaped has ended.
template <class Become>
started_process fork_exec(const Become& become, std::error_code& error) {
  started_process started;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    error = last_error();
    return started;
  }
  const unique_fd from_child(ends[0]);
  unique_fd to_parent(ends[1]);
  started.pid = ::fork();
  if (started.pid == 0) {
    become();
    const int number = errno;
    [[maybe_unused]] const auto written = ::write(to_parent.get(), &number, sizeof number);
    ::_exit(status_of_ssh_failure);
  }
  if (started.pid < 0) {
    error = last_error();
    return started;
  }
  to_parent.reset();
  // The write end closes on exec, so that nothing to read means it worked.
  int number = 0;
  ssize_t got = -1;
  do {
    got = ::read(from_child.get(), &number, sizeof number);
  } while (got < 0 && errno == EINTR);
  if (got == sizeof number) error = {number, std::generic_category()};
  started.pidfd = unique_fd(static_cast<int>(::syscall(SYS_pidfd_open, started.pid, 0)));
  if (!error && !started.pidfd) error = last_error();
  return started;
}

}  // namespace shim::io
