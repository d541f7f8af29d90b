// A short run of a program for the sake of what it prints, with a deadline.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <shim/io/unique_fd.hpp>

namespace shim::io {

class capture {
 public:
  enum class stream { out, err };

  // Starts it: stdin and the other output stream are /dev/null. It has a process group of its own,
  // so that what it runs can be ended with it.
  capture(const std::string& path, const std::vector<std::string>& argv, stream wanted);
  ~capture();  // kills it, and what it runs, if it has not ended
  capture(const capture&) = delete;
  capture& operator=(const capture&) = delete;

  struct result {
    int status = 0;  // its exit status; 255 if it died by a signal
    std::string text;
  };
  // What it printed, once it has ended. Nothing if it did not start, did not end in time, or
  // printed more than a mebibyte. To be called once.
  std::optional<result> finish(std::chrono::steady_clock::time_point deadline);

 private:
  pid_t pid_ = -1;
  unique_fd output_;
};

}  // namespace shim::io
