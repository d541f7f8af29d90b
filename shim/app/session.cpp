#include <shim/app/session.hpp>

#include <fmt/core.h>
#include <signal.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include <shim/app/environment.hpp>
#include <shim/app/session_table.hpp>
#include <shim/app/talk.hpp>
#include <shim/app/verb_mux.hpp>
#include <shim/hold/ask_holder.hpp>
#include <shim/hold/client.hpp>
#include <shim/hold/login_scope.hpp>
#include <shim/hold/session_list.hpp>
#include <shim/hold/start_session.hpp>
#include <shim/hold/unheld.hpp>
#include <shim/io/error.hpp>
#include <shim/io/pty.hpp>
#include <shim/io/tty.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

constexpr child_status failure{child_status::how::exited, exit_failure};

child_status give_up(std::string_view what, std::string_view why) {
  cannot(what, why);
  return failure;
}

// Where there is no terminal: what most are.
constexpr window_size usual_window{24, 80, 0, 0};

termios terminal_of(int fd) {
  termios modes{};
  if (::tcgetattr(fd, &modes) == 0) return modes;
  ::cfmakeraw(&modes);
  modes.c_iflag |= ICRNL | IXON;
  modes.c_oflag |= OPOST | ONLCR;
  modes.c_lflag |= ISIG | ICANON | ECHO | ECHOE | ECHOK | IEXTEN;
  modes.c_cflag |= CREAD;
  return modes;
}

hold::session_request hold_request(session_request& request) {
  auto& held = *request.held;
  hold::session_request wanted;
  wanted.places = hold::places_of_environment();
  wanted.name = held.name;
  wanted.taken = held.taken;
  wanted.program = {std::move(request.program), std::move(request.argv), true, false};
  wanted.session.host = held.host;
  wanted.session.command = held.command;
  wanted.session.term = environment("TERM");
  wanted.session.forwards_agent = held.forwards_agent;
  wanted.session.life = held.life;
  wanted.session.limits = {request.relay.timeout, request.relay.idle_timeout};
  wanted.session.escape = request.relay.escape;
  wanted.session.private_escape = request.relay.private_escape;
  wanted.session.ssh_has_info = request.relay.ssh_has_info;
  wanted.session.why_no_handover = request.relay.why_no_handover;
  wanted.screen.history_rows = held.scrollback;
  wanted.terminal = terminal_of(STDIN_FILENO);
  wanted.size = io::window_size_of(STDIN_FILENO);
  if (wanted.size.rows == 0) wanted.size = usual_window;
  return wanted;
}

// Now, and not when the session is lost.
void warn_of_logout(pid_t program) {
  if (hold::what_logout_does(program) == hold::at_logout::goes_on) return;
  note(
      "your logout will end this session (logind.conf: KillUserProcesses), unless you linger: "
      "loginctl enable-linger");
}

child_status run_client(hold::client_request request) {
  std::error_code error;
  io::tty terminal(error);
  if (error) return give_up("open the terminal", error.message());
  request.agent = environment("SSH_AUTH_SOCK");
  request.term = vt::printable(environment("TERM"));
  request.list_sessions = session_lines;
  request.ask_master = words_about_master;
  const auto end = hold::run_client(terminal, std::move(request));
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
  auto started = hold::start_session(hold_request(request), error);
  if (error && unheld.held->taken == hold::if_taken::fail)
    return give_up(error.what, error.why.message());
  if (error) {
    if (!relay.quiet)
      note(fmt::format("this session is not held: cannot {}: {}", error.what, error.why.message()));
    unheld.relay.session.clear();
    return run_unheld(std::move(unheld));
  }
  hold::client_request client;
  client.holder = std::move(started.holder);
  client.relay = std::move(relay);
  client.first = true;
  return run_client(std::move(client));
}

int start_detached(session_request request) {
  hold::place_error error;
  auto started = hold::start_session(hold_request(request), error);
  if (error) {
    cannot(error.what, error.why.message());
    return exit_failure;
  }
  if (const auto why = hold::leave_session(std::move(started.holder)); !why.empty()) {
    cannot("start the session '" + started.name + "'", why);
    return exit_failure;
  }
  fmt::print("{}\n", started.name);
  return EXIT_SUCCESS;
}

child_status attach_session(attach_request request) {
  std::error_code error;
  hold::client_request client;
  client.holder = hold::connect_to_session(request.where, request.name, error);
  if (error) return give_up("attach to " + request.name, error.message());
  client.relay = std::move(request.relay);
  client.relay.timeout = client.relay.idle_timeout = {};  // its holder keeps to them
  client.most_history = request.most_history;
  client.take = request.take;
  return run_client(std::move(client));
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
