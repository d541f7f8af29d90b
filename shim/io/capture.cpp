#include <shim/io/capture.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include <shim/io/argv.hpp>
#include <shim/io/child.hpp>
#include <shim/io/poll_timeout.hpp>

namespace shim::io {
namespace {

constexpr std::size_t most = std::size_t{1024} * 1024;

// True at the end of the stream, false if the deadline or the bound came first.
bool read_all(int fd, std::string& text, std::chrono::steady_clock::time_point deadline) {
  for (char buffer[16 * 1024]; text.size() <= most;) {
    pollfd watched{fd, POLLIN, 0};
    if (::poll(&watched, 1, poll_timeout(deadline)) == 0) return false;
    const auto got = ::read(fd, buffer, sizeof buffer);
    if (got == 0) return true;
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
  }
  return false;
}

}  // namespace

capture::capture(const std::string& path, const std::vector<std::string>& argv, stream wanted) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  output_ = unique_fd(ends[0]);
  const unique_fd to_us(ends[1]);
  const argv_array words(argv);
  pid_ = ::fork();
  ::setpgid(pid_, pid_);  // by both sides, so that it is done whoever comes first
  if (pid_ != 0) return;
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(null, STDIN_FILENO);
  ::dup2(wanted == stream::out ? to_us.get() : null, STDOUT_FILENO);
  ::dup2(wanted == stream::err ? to_us.get() : null, STDERR_FILENO);
  ::execv(path.c_str(), words.get());
  ::_exit(127);
}

capture::~capture() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  wait_for(pid_);
}

std::optional<capture::result> capture::finish(std::chrono::steady_clock::time_point deadline) {
  result answer;
  if (pid_ <= 0 || !read_all(output_.get(), answer.text, deadline)) return std::nullopt;
  const auto ended = wait_for(std::exchange(pid_, -1));
  const bool exited = ended.ended == child_status::how::exited;
  answer.status = exited ? ended.value : status_of_ssh_failure;
  return answer;
}

}  // namespace shim::io
