#include <shim/app/session.hpp>

#include <signal.h>
#include <sys/resource.h>

#include <cstdlib>
#include <span>
#include <string_view>

#include <shim/app/talk.hpp>
#include <shim/io/child.hpp>
#include <shim/io/crash_guard.hpp>
#include <shim/io/pty.hpp>
#include <shim/io/relay_loop.hpp>
#include <shim/io/ring.hpp>
#include <shim/io/tty.hpp>
#include <vt/stream/reset.hpp>

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

static_assert(io::crash_guard::room > vt::max_reset_bytes + 2);

std::size_t crash_bytes(const void* relay, std::span<char> into) noexcept {
  constexpr std::string_view new_line = "\r\n";
  const auto& journal = static_cast<const shim::relay*>(relay)->journal();
  const auto size = vt::reset(journal, into.first<vt::max_reset_bytes>());
  return size + new_line.copy(into.data() + size, new_line.size());
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

  asio::io_context context(1);
  io::relay_loop loop(context, {terminal, pty.master.get(), ssh, output}, std::move(request.relay));
  const io::crash_guard crash(terminal, crash_bytes, &loop.machine());
  loop.catch_signals();
  if ((error = terminal.enter_raw())) return give_up("set up the terminal", error);
  session_end end;
  loop.start([&end](session_end how) { end = how; });
  context.run();

  terminal.write(loop.machine().closing_text(), last_words_time);  // while CR LF is CR LF
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
