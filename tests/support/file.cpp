#include <tests/support/file.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>

#include <array>
#include <fstream>
#include <iterator>

#include <tests/support/text.hpp>

namespace test {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const std::string& path, std::string_view content, mode_t mode) {
  const owned_fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file) throw failure(cannot("write " + path));
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0) throw failure(cannot("write " + path));
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

file_watch::file_watch(const std::string& path) : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!fd_ || ::inotify_add_watch(fd_.get(), path.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
    throw failure(cannot("watch " + path));
}

void file_watch::drain() {
  alignas(inotify_event) std::array<char, 4096> events;
  while (::read(fd_.get(), events.data(), events.size()) > 0) {
  }
}

std::string wait_for_content(const std::string& path,
                             const std::function<bool(std::string_view)>& enough,
                             milliseconds within) {
  const deadline end(within);
  file_watch watch(path);
  while (true) {
    watch.drain();
    std::string content = read_file(path);
    if (enough(content)) return content;
    if (end.passed())
      throw failure(path + " does not hold what is waited for, but: " + escaped_tail(content));
    pollfd changed{.fd = watch.fd(), .events = POLLIN, .revents = 0};
    ::poll(&changed, 1, end.left());
  }
}

}  // namespace test
