#include <shim/app/ask_masters.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include <shim/core/overloaded.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/control_socket.hpp>
#include <shim/io/mux_connection.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

using io::control_socket;
using std::chrono::steady_clock;
namespace m = mux_message;

// Nothing can listen below a device: the server has to say no, which takes one round trip and no
// session of the few it allows.
constexpr m::forward impossible{m::forward::remote, "/dev/null/ssh-shim", m::forward::unix_path,
                                "localhost", 1};

void set(mux_master& one, master_state state, std::string_view why) {
  one.state = state;
  one.why = why;
}

// The questions to one master, one after the other.
class interview {
 public:
  // `done` is called once, when there is nothing more to ask.
  interview(asio::io_context& context, mux_master& of, io::unique_fd socket, how_far question,
            std::chrono::milliseconds patience, std::function<void()> done)
      : of_(of),
        question_(question),
        done_(std::move(done)),
        connection_(context, std::move(socket), patience) {
    connection_.ask(m::alive_check{}, [this](const mux_reply* reply) { alive(reply); });
  }

 private:
  void alive(const mux_reply* reply) {
    if (reply == nullptr) return failed();
    const auto* told = std::get_if<m::alive>(reply);
    if (told == nullptr) return end(master_state::refused, "what listens is no ssh master");
    of_.pid = static_cast<pid_t>(told->pid);
    if (!connection_.has_info()) return ask_server();
    connection_.ask(m::ask_info{0, "channels"}, [this](const mux_reply* next) { channels(next); });
  }

  void channels(const mux_reply* reply) {
    if (reply == nullptr) return failed();
    const auto* told = std::get_if<m::info>(reply);
    if (told != nullptr && told->known != 0) of_.channels = std::string(told->text);
    ask_server();
  }

  void ask_server() {
    if (question_ != how_far::to_the_server) return end(master_state::alive, "");
    const auto asked = steady_clock::now();
    connection_.ask(m::open_forward{0, impossible}, [this, asked](const mux_reply* reply) {
      if (reply == nullptr) return unanswered();
      of_.round_trip =
          std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - asked);
      end(master_state::alive, "");
    });
  }

  void unanswered() {
    if (connection_.failed() != mux_failure::silent) return failed();
    end(master_state::unreachable, "the master answers, but its server does not");
  }

  void failed() {
    const auto why = connection_.failed().value_or(mux_failure::closed);
    end(why == mux_failure::silent ? master_state::wedged : master_state::refused, described(why));
  }

  void end(master_state state, std::string_view why) {
    set(of_, state, why);
    done_();
  }

  mux_master& of_;
  how_far question_;
  std::function<void()> done_;
  io::mux_connection connection_;
};

request_result result_of(const mux_reply& reply) {
  request_result result;
  std::visit(
      overloaded{[](const m::ok&) {}, [&](const m::remote_port& told) { result.port = told.port; },
                 [&](const m::failure& no) { result.why_not = vt::printable(no.why); },
                 [&](const m::permission_denied& no) { result.why_not = vt::printable(no.why); },
                 [&](const auto&) { result.why_not = "the master answers something else"; }},
      reply);
  return result;
}

}  // namespace

std::optional<io::unique_fd> connect_to(mux_master& one) {
  const control_socket socket(one.path);
  one.in_shared_directory = socket.in_shared_directory();
  if (socket.found() == control_socket::state::absent) {
    set(one, master_state::none, socket.why_not());
    return std::nullopt;
  }
  one.owner = socket.owner();
  one.since = socket.since();
  if (socket.found() != control_socket::state::usable) {
    set(one, master_state::refused, socket.why_not());
    return std::nullopt;
  }
  std::error_code error;
  auto fd = socket.connect(error);
  if (!error) return fd;
  if (error == std::errc::connection_refused) {
    set(one, master_state::stale, "nobody listens at its control socket any more");
  } else if (error == std::errc::resource_unavailable_try_again) {
    set(one, master_state::wedged, "the master takes no connection");
  } else {
    set(one, master_state::refused, error.message());
  }
  return std::nullopt;
}

void ask_masters(std::span<mux_master> masters, how_far question,
                 std::chrono::milliseconds patience) {
  asio::io_context context(1);
  std::deque<interview> all;
  std::size_t open = 0;
  const auto done = [&] {
    if (--open == 0) context.stop();
  };
  for (auto& each : masters) {
    if (each.state != master_state::unknown) continue;
    auto socket = connect_to(each);
    if (!socket) continue;
    ++open;
    all.emplace_back(context, each, std::move(*socket), question, patience, done);
  }
  if (open != 0) context.run();
}

request_result request_of_master(const std::string& path, const mux_request& what,
                                 std::chrono::milliseconds patience) {
  mux_master one;
  one.path = path;
  auto socket = connect_to(one);
  if (!socket) return {one.why};
  asio::io_context context(1);
  io::mux_connection connection(context, std::move(*socket), patience);
  request_result result;
  const auto answered = [&](const mux_reply* reply) {
    if (reply != nullptr) result = result_of(*reply);
    if (reply == nullptr) result.why_not = described(*connection.failed());
    context.stop();
  };
  std::visit(
      [&](const auto& request) {
        if constexpr (requires { request.request; }) connection.ask(request, answered);
      },
      what);
  context.run();
  return result;
}

}  // namespace shim::app
