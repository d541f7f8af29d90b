// Files that are made while it lives are this user's alone, whatever umask the process has. The
// umask is the whole process's: not for a program with threads that make files.
#pragma once

#include <sys/stat.h>

namespace shim::io {

class umask_guard {
 public:
  umask_guard() : before_(::umask(S_IRWXG | S_IRWXO)) {}
  ~umask_guard() { ::umask(before_); }
  umask_guard(const umask_guard&) = delete;
  umask_guard& operator=(const umask_guard&) = delete;

 private:
  mode_t before_;
};

}  // namespace shim::io
