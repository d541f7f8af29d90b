#include <shim/hold/session.hpp>

#include <stdlib.h>
#include <termios.h>

#include <string_view>
#include <utility>

#include <shim/hold/ask_holder.hpp>
#include <shim/hold/screen_worker.hpp>
#include <shim/hold/session_list.hpp>
#include <shim/hold/start_session.hpp>
#include <shim/io/pty.hpp>
#include <vt/stream/printable.hpp>

namespace shim {
namespace {

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

std::string environment(const char* name) {
  const char* value = ::getenv(name);
  return value == nullptr ? std::string() : value;
}

hold::session_request request_of(session_settings&& settings) {
  hold::session_request request;
  request.places = std::move(settings.places);
  request.name = std::move(settings.name);
  request.taken = settings.taken;
  request.program = {std::move(settings.path), std::move(settings.argv), true, false};
  request.session = std::move(settings.session);
  if (request.session.term.empty()) request.session.term = environment("TERM");
  request.screen.history_rows = settings.history_rows;
  request.terminal = terminal_of(settings.terminal);
  request.size = io::window_size_of(settings.terminal);
  if (!request.size.is_known()) request.size = usual_window;
  return request;
}

}  // namespace

std::optional<int> session::serve(int argc, const char* const* argv) {
  if (argc != 1 || std::string_view(argv[0]) != hold::screen_worker_name) return std::nullopt;
  return hold::run_screen_worker();
}

session::session(session_settings settings, hold::place_error& error) : is_new_(true) {
  auto started = hold::start_session(request_of(std::move(settings)), error);
  name_ = std::move(started.name);
  holder_ = std::move(started.holder);
}

session::session(const hold::place& where, std::string name, std::error_code& error)
    : name_(std::move(name)), holder_(hold::connect_to_session(where, name_, error)) {}

hold::client_end session::attach(io::tty& terminal, attach_settings settings) {
  hold::client_request request;
  request.holder = std::move(holder_);
  request.relay = std::move(settings.relay);
  request.most_history = settings.most_history;
  request.first = is_new_;
  request.take = settings.take;
  request.agent = environment("SSH_AUTH_SOCK");
  request.term = vt::printable(environment("TERM"));
  request.list_sessions = std::move(settings.list_sessions);
  request.ask_master = std::move(settings.ask_master);
  // Its holder keeps to what was said when it was begun.
  if (!is_new_) request.relay.timeout = request.relay.idle_timeout = {};
  return hold::run_client(terminal, std::move(request));
}

std::string session::leave() { return hold::leave_session(std::move(holder_)); }

}  // namespace shim
