#include <shim/app/session.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstdlib>
#include <string_view>

#include <shim/app/talk.hpp>
#include <shim/io/child.hpp>
#include <shim/io/poll_timeout.hpp>
#include <shim/io/pty.hpp>
#include <shim/io/relay_loop.hpp>
#include <shim/io/ring.hpp>
#include <shim/io/tty.hpp>

namespace shim::app {
namespace {

using namespace std::chrono_literals;

constexpr child_status failure{child_status::how::exited, exit_failure};

// A terminal that does not read keeps nobody waiting: `~.` ends within half a second.
constexpr auto last_words_time = 50ms;

child_status give_up(std::string_view what, std::error_code why) {
  cannot(what, why.message());
  return failure;
}

void write_last_words(int terminal, std::string_view text) {
  const auto deadline = std::chrono::steady_clock::now() + last_words_time;
  while (!text.empty()) {
    const auto put = ::write(terminal, text.data(), text.size());
    if (put > 0) text.remove_prefix(static_cast<std::size_t>(put));
    if (put >= 0 || errno == EINTR) continue;
    const int left = io::poll_timeout(deadline);
    pollfd watched{terminal, POLLOUT, 0};
    if (errno != EAGAIN || left == 0) return;
    ::poll(&watched, 1, left);
  }
}

}  // namespace

child_status run_session(session_request request) {
  std::error_code error;
  const io::sigchld_guard sigchld;
  io::tty terminal(error);
  if (error) return give_up("open the terminal", error);
  io::ring output(io::ring::default_capacity, error);
  if (error) return give_up("make the output ring", error);
  auto pty = io::pty::open(terminal.original(), terminal.size(), error);
  if (error) return give_up("open a pty", error);
  const bool stderr_on_pty = io::same_terminal(STDERR_FILENO, terminal.fd());
  io::child ssh({request.ssh, request.argv, stderr_on_pty, sigchld.was_ignored()}, pty.slave.get(),
                error);
  if (error) return give_up("run " + request.ssh, error);
  pty.slave.reset();

  io::asio::io_context context(1);
  io::relay_loop loop(context, {terminal, pty.master.get(), ssh, output}, std::move(request.relay));
  loop.catch_signals();
  if ((error = terminal.enter_raw())) return give_up("set up the terminal", error);
  session_end end;
  loop.start([&end](session_end how) { end = how; });
  context.run();

  write_last_words(terminal.fd(), loop.machine().closing_text());  // while CR LF is CR LF
  terminal.restore();
  return plan_exit(end);
}

void end_like(child_status end) {
  if (end.ended == child_status::how::exited) std::exit(end.value);
  const rlimit no_core{0, 0};  // the core worth keeping is the child's
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::signal(end.value, SIG_DFL);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, end.value);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(end.value);
  std::exit(128 + end.value);  // a signal whose default is not death; as a shell would show it
}

}  // namespace shim::app
