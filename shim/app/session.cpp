#include <shim/app/session.hpp>

#include <fmt/core.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include <shim/app/session_table.hpp>
#include <shim/app/talk.hpp>
#include <shim/app/verb_mux.hpp>
#include <shim/hold/login_scope.hpp>
#include <shim/hold/session.hpp>
#include <shim/hold/unheld.hpp>
#include <shim/io/error.hpp>
#include <shim/io/tty.hpp>

namespace shim::app {
namespace {

constexpr child_status failure{child_status::how::exited, exit_failure};

child_status give_up(std::string_view what, std::string_view why) {
  cannot(what, why);
  return failure;
}

session_settings settings_of(session_request& request) {
  auto& held = *request.held;
  session_settings settings;
  settings.path = std::move(request.program);
  settings.argv = std::move(request.argv);
  settings.name = held.name;
  settings.taken = held.taken;
  settings.session.host = held.host;
  settings.session.command = held.command;
  settings.session.forwards_agent = held.forwards_agent;
  settings.session.life = held.life;
  settings.session.limits = {request.relay.timeout, request.relay.idle_timeout};
  settings.session.escape = request.relay.escape;
  settings.session.private_escape = request.relay.private_escape;
  settings.session.ssh_has_info = request.relay.ssh_has_info;
  settings.session.why_no_handover = request.relay.why_no_handover;
  settings.history_rows = held.scrollback;
  return settings;
}

// Now, and not when the session is lost.
void warn_of_logout(pid_t program) {
  if (hold::what_logout_does(program) == hold::at_logout::goes_on) return;
  note(
      "your logout will end this session (logind.conf: KillUserProcesses), unless you linger: "
      "loginctl enable-linger");
}

child_status attach(session& to, attach_settings settings) {
  std::error_code error;
  io::tty terminal(error);
  if (error) return give_up("open the terminal", error.message());
  settings.list_sessions = session_lines;
  settings.ask_master = words_about_master;
  const auto end = to.attach(terminal, std::move(settings));
  if (!end.failure.empty()) return give_up("attach to the session", end.failure);
  if (end.holder_lost && !end.end.ssh) note("how the session ended is not known");
  if (end.end.cause == end_cause::detached) warn_of_logout(end.program);
  return plan_exit(end.end);
}

child_status run_unheld(session_request request) {
  std::error_code error;
  io::tty terminal(error);
  if (error) return give_up("open the terminal", error.message());
  hold::unheld_error wrong;
  const auto end = hold::run_unheld(terminal,
                                    {std::move(request.program), std::move(request.argv),
                                     std::move(request.relay), session_lines, words_about_master},
                                    wrong);
  if (wrong.why) return give_up(wrong.what, wrong.why.message());
  return plan_exit(end);
}

}  // namespace

child_status run_session(session_request request) {
  if (!request.held) return run_unheld(std::move(request));
  auto relay = request.relay;
  auto unheld = request;
  hold::place_error error;
  session started(settings_of(request), error);
  if (error && unheld.held->taken == hold::if_taken::fail)
    return give_up(error.what, error.why.message());
  if (error) {
    if (!relay.quiet)
      note(fmt::format("this session is not held: cannot {}: {}", error.what, error.why.message()));
    unheld.relay.session.clear();
    return run_unheld(std::move(unheld));
  }
  return attach(started, {.relay = std::move(relay), .most_history = 0});
}

int start_detached(session_request request) {
  hold::place_error error;
  session started(settings_of(request), error);
  if (error) {
    cannot(error.what, error.why.message());
    return exit_failure;
  }
  if (const auto why = started.leave(); !why.empty()) {
    cannot("start the session '" + started.name() + "'", why);
    return exit_failure;
  }
  fmt::print("{}\n", started.name());
  return EXIT_SUCCESS;
}

child_status attach_session(attach_request request) {
  std::error_code error;
  session found(request.where, request.name, error);
  if (error) return give_up("attach to " + request.name, error.message());
  return attach(found, {std::move(request.relay), request.most_history, request.take});
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
