#include <shim/hold/start_session.hpp>

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>

#include <shim/hold/agent_link.hpp>
#include <shim/hold/daemon.hpp>
#include <shim/hold/held_program.hpp>
#include <shim/hold/login_scope.hpp>
#include <shim/io/error.hpp>

namespace shim::hold {
namespace {

void refuse(const io::unique_fd& client, const std::string& why) {
  const auto frames = encode(session_message::hello{}) + encode(session_message::refused{why});
  [[maybe_unused]] const auto put =
      ::send(client.get(), frames.data(), frames.size(), MSG_NOSIGNAL);
}

// ssh gets the link only where there was an agent: with none it would look for one in vain.
std::string make_agent_link(const claim& claimed) {
  const char* agent = ::getenv("SSH_AUTH_SOCK");
  if (agent == nullptr || *agent == '\0') return {};
  auto link = claimed.where().path() + "/.agent-" + std::to_string(::getpid());
  point_agent_link(link, agent);
  if (::access(link.c_str(), F_OK) != 0) return {};
  ::setenv("SSH_AUTH_SOCK", link.c_str(), 1);
  return link;
}

void wait_for_signals(asio::signal_set& signals, holder& session) {
  signals.async_wait([&](auto error, int number) {
    if (error) return;
    number == SIGUSR1 ? session.look_after_socket() : session.end_asked(end_signal::hang_up);
    wait_for_signals(signals, session);
  });
}

// The whole life of a holder.
int hold(claim& claimed, session_request request, io::unique_fd client) {
  std::error_code error;
  const io::sigchld_guard sigchld;
  request.program.ignore_sigchld = sigchld.was_ignored();
  asio::io_context context(1);
  request.session.agent_link = make_agent_link(claimed);
  const auto& link = request.session.agent_link;
  held_program program(
      context, {std::move(request.program), request.terminal, request.size, request.screen}, error);
  if (error) {
    refuse(client, error.message());
    return EXIT_FAILURE;
  }
  become_daemon("ssh-shim: holder");
  asio::signal_set signals(context, SIGTERM, SIGUSR1);
  holder session(context, claimed, program, request.session);
  wait_for_signals(signals, session);
  session.start(std::move(client));
  const pid_t processes[] = {::getpid(), program.pid()};
  outlive_login(processes);
  context.run();
  if (!link.empty()) ::unlink(link.c_str());
  return 0;
}

}  // namespace

started_session start_session(session_request request, place_error& error) {
  claim claimed(request.places, request.name, request.taken, error);
  if (error) return {};
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    error = {"connect to the session's holder", io::last_error()};
    return {};
  }
  io::unique_fd ours(ends[0]);
  io::unique_fd theirs(ends[1]);
  const auto pid = ::fork();
  if (pid == 0) {
    ours.reset();
    const int status = hold(claimed, std::move(request), std::move(theirs));
    claimed.remove();
    ::_exit(status);
  }
  if (pid < 0) {
    error = {"start the session's holder", io::last_error()};
    return {};
  }
  claimed.forget();
  return {claimed.name(), std::move(ours)};
}

}  // namespace shim::hold
