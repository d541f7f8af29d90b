// The terminal given back when this process dies of a bug of its own: SIGABRT, SIGBUS, SIGFPE,
// SIGILL or SIGSEGV. Plain ssh leaves it raw then.
#pragma once

#include <cstddef>
#include <span>

#include <shim/io/tty.hpp>

namespace shim::io {

// One at a time in a process; terminal and `of` must outlive it. A signal that somebody handles
// already (a sanitizer) is left to them.
class crash_guard {
 public:
  // Writes what is due to the terminal into `into` and says how much that is. It runs in a signal
  // handler, so it must neither allocate nor lock (signal-safety(7)).
  using last_bytes = std::size_t (*)(const void* of, std::span<char> into) noexcept;

  crash_guard(const tty& terminal, last_bytes bytes, const void* of);
  ~crash_guard();
  crash_guard(const crash_guard&) = delete;
  crash_guard& operator=(const crash_guard&) = delete;

  static constexpr std::size_t room = std::size_t{4} * 1024;  // of `into`
};

}  // namespace shim::io
