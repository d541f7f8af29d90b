#include <shim/app/patient_login.hpp>

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include <shim/app/talk.hpp>
#include <shim/core/ssh_refusals.hpp>
#include <shim/io/argv.hpp>
#include <shim/io/child.hpp>
#include <shim/io/fork_exec.hpp>

namespace shim::app {
namespace {

// In seconds: what is dropped by chance is soon over; a server that has had enough of this address
// would have more of it.
constexpr std::array waits{1, 2, 4};

struct login_end {
  int status = exit_failure;
  bool dropped = false;
};

bool tells_of_drop(ssh_refusal_reader& reader, std::string_view text) {
  bool dropped = false;
  while (const auto refusal = reader.next(text))
    dropped = dropped || refusal->what == ssh_refusal::kind::identification;
  return dropped;
}

void pass_on(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// What is in the pipe now. The master that is left behind may keep the other end, so that its end
// is not waited for.
bool copy_words(const io::unique_fd& from, ssh_refusal_reader& reader) {
  std::array<char, 4096> bytes{};
  bool dropped = false;
  for (;;) {
    const auto got = ::read(from.get(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return dropped;
    const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
    pass_on(text);
    dropped = tells_of_drop(reader, text) || dropped;
  }
}

login_end log_in_once(const std::vector<std::string>& argv) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const io::unique_fd out(ends[0]);
  io::unique_fd in(ends[1]);
  ::fcntl(out.get(), F_SETFL, O_NONBLOCK);
  const io::argv_array words(argv);
  std::error_code error;
  const auto ssh = io::fork_exec(
      [&] {
        ::dup2(in.get(), STDERR_FILENO);
        ::execv(argv.front().c_str(), words.get());
      },
      error);
  in.reset();
  login_end end;
  ssh_refusal_reader reader;
  for (bool ended = ssh.pid < 0 || !ssh.pidfd; !ended;) {
    std::array<pollfd, 2> events{{{ssh.pidfd.get(), POLLIN, 0}, {out.get(), POLLIN, 0}}};
    if (::poll(events.data(), events.size(), -1) < 0) continue;
    end.dropped = copy_words(out, reader) || end.dropped;
    ended = events[0].revents != 0;
  }
  end.dropped = copy_words(out, reader) || end.dropped;
  if (ssh.pid < 0) return end;
  const auto status = io::wait_for(ssh.pid);
  if (status.ended == child_status::how::exited) end.status = status.value;
  return end;
}

}  // namespace

int log_in_patiently(const std::vector<std::string>& argv, const std::string& host) {
  auto end = log_in_once(argv);
  for (const int wait : waits) {
    if (end.status == 0 || !end.dropped || host.empty()) break;
    note(
        fmt::format("{} closed the connection before the login, as a server does that has too many "
                    "at once (MaxStartups): trying again in {} s",
                    host, wait));
    ::poll(nullptr, 0, wait * 1000);
    end = log_in_once(argv);
  }
  return end.status;
}

}  // namespace shim::app
