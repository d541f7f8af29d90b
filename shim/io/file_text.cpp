#include <shim/io/file_text.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <shim/io/unique_fd.hpp>

namespace shim::io {

std::string file_text(const std::string& path) {
  const unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 16384> bytes{};
  while (file) {
    const auto got = ::read(file.get(), bytes.data(), bytes.size());
    if (got > 0) text.append(bytes.data(), static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EINTR)) break;
  }
  return text;
}

}  // namespace shim::io
