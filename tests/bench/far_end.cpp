#include "far_end.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <string_view>

#include <tests/support/deadline.hpp>
#include <tests/support/fd.hpp>
#include <tests/support/text.hpp>

namespace bench {
namespace {

void make_raw() {
  termios modes{};
  if (::tcgetattr(STDIN_FILENO, &modes) < 0) return;
  ::cfmakeraw(&modes);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

bool put(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

int echo() {
  std::array<char, 4096> buffer;
  if (!put(ready_mark)) return 1;
  while (true) {
    const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got <= 0) return 1;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    if (bytes.find(end_key) != bytes.npos) return 0;
    if (!put(bytes)) return 1;
  }
}

// Not blocking, so that every byte the terminal takes is counted.
int flood(const std::string& path) {
  flood_meter meter(path);
  std::string lines;
  while (lines.size() < 16 * 1024) lines += "int main(int argc, char** argv) { return argc; }\r\n";
  ::fcntl(STDOUT_FILENO, F_SETFL, O_RDWR | O_NONBLOCK);
  while (true) {
    const auto count = ::write(STDOUT_FILENO, lines.data(), lines.size());
    if (count > 0) meter.add(static_cast<std::size_t>(count));
    if (count < 0 && errno != EAGAIN && errno != EINTR) return 1;
    pollfd watched{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
    if (count < 0) ::poll(&watched, 1, -1);
  }
}

// As a listing looks: some of it in colour.
std::string full_line(int number, std::size_t columns) {
  std::string text = std::to_string(number) + "  -rw-r--r--  ";
  while (text.size() < columns) text += "some-file-or-other  ";
  text.resize(columns);
  return "\x1b[01;34m" + text.substr(0, 8) + "\x1b[0m" + text.substr(8);
}

int wait_for_end() {
  std::array<char, 4096> buffer;
  while (true) {
    const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got <= 0) return 1;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    if (bytes.find(end_key) != bytes.npos) return 0;
  }
}

int fill(const std::string& path, int lines, bool stays) {
  constexpr std::size_t columns = 80;
  flood_meter meter(path);
  std::string text;
  for (int line = 1; line < lines; ++line) text += full_line(line, columns) + "\r\n";
  text += full_line(lines, columns - std::string_view(ready_mark).size()) + ready_mark;
  if (!put(text)) return 1;
  meter.add(text.size());
  return stays ? wait_for_end() : 0;
}

}  // namespace

int far_end(const std::vector<std::string>& words) {
  make_raw();
  if (words.size() == 1 && words[0] == "echo") return echo();
  if (words.size() == 2 && words[0] == "flood") return flood(words[1]);
  if (words.size() == 4 && words[0] == "fill")
    return fill(words[1], std::stoi(words[2]), words[3] == "stay");
  if (words == std::vector<std::string>{"idle"}) return wait_for_end();
  return 2;
}

flood_meter::flood_meter(const std::string& path) {
  const test::owned_fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file || ::ftruncate(file.get(), sizeof *count_) < 0)
    throw test::failure(test::cannot("make " + path));
  void* shared = ::mmap(nullptr, sizeof *count_, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (shared == MAP_FAILED) throw test::failure(test::cannot("map " + path));
  count_ = static_cast<std::size_t*>(shared);
}

flood_meter::~flood_meter() { ::munmap(count_, sizeof *count_); }

std::size_t flood_meter::written() const { return std::atomic_ref(*count_).load(); }

void flood_meter::add(std::size_t count) { std::atomic_ref(*count_).fetch_add(count); }

}  // namespace bench
