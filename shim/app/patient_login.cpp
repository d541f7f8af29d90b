#include <shim/app/patient_login.hpp>

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include <shim/app/talk.hpp>
#include <shim/core/ssh_refusals.hpp>
#include <shim/io/argv.hpp>
#include <shim/io/child.hpp>
#include <shim/io/fork_exec.hpp>

namespace shim::app {
namespace {

using std::chrono::steady_clock;

// In seconds: what is dropped by chance is soon over; a server that has had enough of this address
// would have more of it.
constexpr std::array waits{1, 2, 4};

struct login_end {
  int status = exit_failure;
  bool dropped = false;
};

// Newer ssh (10.6 does) says no more than that the connection was closed, which may come of other
// things. But soon after its start, and as all that ssh had to say, it is hardly one that somebody
// has typed a password for.
constexpr std::chrono::seconds soon{5};

// What ssh says, as far as it tells of a drop.
class words_of_login {
 public:
  void read(std::string_view text) {
    lines_ += static_cast<std::size_t>(std::ranges::count(text, '\n'));
    while (const auto refusal = reader_.next(text)) {
      no_version_ = no_version_ || refusal->what == ssh_refusal::kind::identification;
      closed_ = closed_ || refusal->what == ssh_refusal::kind::connection;
    }
  }

  bool tell_of_drop(steady_clock::duration took) const {
    return no_version_ || (closed_ && lines_ == 1 && took < soon);
  }

 private:
  ssh_refusal_reader reader_;
  std::size_t lines_ = 0;
  bool no_version_ = false;
  bool closed_ = false;
};

void pass_on(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// What is in the pipe now. The master that is left behind may keep the other end, so that its end
// is not waited for.
void copy_words(const io::unique_fd& from, words_of_login& words) {
  std::array<char, 4096> bytes{};
  for (;;) {
    const auto got = ::read(from.get(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
    pass_on(text);
    words.read(text);
  }
}

login_end log_in_once(const std::vector<std::string>& argv) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const io::unique_fd out(ends[0]);
  io::unique_fd in(ends[1]);
  ::fcntl(out.get(), F_SETFL, O_NONBLOCK);
  const io::argv_array words(argv);
  const auto began = steady_clock::now();
  std::error_code error;
  const auto ssh = io::fork_exec(
      [&] {
        ::dup2(in.get(), STDERR_FILENO);
        ::execv(argv.front().c_str(), words.get());
      },
      error);
  in.reset();
  words_of_login said;
  for (bool ended = ssh.pid < 0 || !ssh.pidfd; !ended;) {
    std::array<pollfd, 2> events{{{ssh.pidfd.get(), POLLIN, 0}, {out.get(), POLLIN, 0}}};
    if (::poll(events.data(), events.size(), -1) < 0) continue;
    copy_words(out, said);
    ended = events[0].revents != 0;
  }
  copy_words(out, said);
  login_end end;
  end.dropped = said.tell_of_drop(steady_clock::now() - began);
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
