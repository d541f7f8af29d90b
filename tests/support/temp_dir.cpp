#include <tests/support/temp_dir.hpp>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <tests/support/deadline.hpp>
#include <tests/support/text.hpp>

namespace test {

temp_dir::temp_dir() {
  const char* where = std::getenv("TMPDIR");
  // Short, because sockets are made in it and sun_path holds 108 bytes.
  path_ = std::string(where && *where ? where : "/tmp") + "/shim-test-XXXXXX";
  if (!::mkdtemp(path_.data())) throw failure(cannot("make a directory like " + path_));
}

temp_dir::~temp_dir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string temp_dir::operator/(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

}  // namespace test
