#include <shim/io/told_output.hpp>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include <shim/io/argv.hpp>
#include <shim/io/child.hpp>
#include <shim/io/fork_exec.hpp>

namespace shim::io {
namespace {

// More than a screen has room for.
constexpr std::size_t most = std::size_t{64} * 1024;

bool become(const char* path, char* const* argv, int output) {
  ::setsid();
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(null, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  return ::execv(path, argv) == 0;
}

}  // namespace

told_output::told_output(asio::io_context& context, const std::string& path,
                         const std::vector<std::string>& argv, end_handler on_end,
                         std::error_code& error)
    : output_(context), on_end_(std::move(on_end)) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    error = last_error();
    return;
  }
  output_.assign(ends[0]);
  const unique_fd to_us(ends[1]);
  ::fcntl(to_us.get(), F_SETFL, 0);
  const argv_array words(argv);
  auto started = fork_exec([&] { become(path.c_str(), words.get(), to_us.get()); }, error);
  pid_ = started.pid;
  pidfd_ = std::move(started.pidfd);
  if (!error) wait();
}

told_output::~told_output() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  wait_for(pid_);
}

void told_output::wait() {
  output_.async_wait(asio::posix::stream_descriptor::wait_read, life_.guard([this] { read(); }));
}

// What it prints beyond the bound is not kept. At the end of its output it ends.
void told_output::read() {
  std::array<char, 4096> bytes;
  const auto got = ::read(output_.native_handle(), bytes.data(), bytes.size());
  if (got > 0 && text_.size() < most) text_.append(bytes.data(), static_cast<std::size_t>(got));
  if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR))) return wait();
  const auto ended = wait_for(std::exchange(pid_, -1));
  const bool exited = ended.ended == child_status::how::exited;
  const auto on_end = std::move(on_end_);
  on_end(std::move(text_), exited ? ended.value : status_of_ssh_failure);
}

}  // namespace shim::io
