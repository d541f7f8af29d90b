// Files as tests use them: whole, and watched until they hold what is waited for.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include <tests/support/deadline.hpp>
#include <tests/support/fd.hpp>

namespace test {

std::string read_file(const std::string& path);  // empty if there is none
void write_file(const std::string& path, std::string_view content, mode_t mode = 0600);

// inotify(7): readable when something happened to the file or in the directory.
class file_watch {
 public:
  explicit file_watch(const std::string& path);

  int fd() const { return fd_.get(); }
  void drain();  // forget what was reported; look at the file after it, not before

 private:
  owned_fd fd_;
};

// The content, as soon as `enough` says so; `failure` with the content after `within`. The file
// must exist.
std::string wait_for_content(const std::string& path,
                             const std::function<bool(std::string_view)>& enough,
                             milliseconds within = patience);

}  // namespace test
