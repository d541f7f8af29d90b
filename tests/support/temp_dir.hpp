// A directory of the test's own, mode 0700, gone with all that is in it when the test ends.
#pragma once

#include <string>
#include <string_view>

namespace test {

class temp_dir {
 public:
  temp_dir();  // in $TMPDIR or /tmp; throws `failure`
  temp_dir(const temp_dir&) = delete;
  temp_dir& operator=(const temp_dir&) = delete;
  ~temp_dir();

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const;

 private:
  std::string path_;
};

}  // namespace test
