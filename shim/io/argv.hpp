// Words as execv(2) wants them.
#pragma once

#include <string>
#include <vector>

namespace shim::io {

// Holds as long as the words do.
class argv_array {
 public:
  explicit argv_array(const std::vector<std::string>& words) {
    // execv(2) takes char* const* for the sake of old code; it changes nothing (POSIX exec).
    for (const auto& word : words) pointers_.push_back(const_cast<char*>(word.c_str()));
    pointers_.push_back(nullptr);
  }

  char* const* get() const { return pointers_.data(); }

 private:
  std::vector<char*> pointers_;
};

}  // namespace shim::io
