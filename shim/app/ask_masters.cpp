#include <shim/app/ask_masters.hpp>

#include <fmt/core.h>
#include <unistd.h>

#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include <shim/app/master_login.hpp>
#include <shim/app/session_table.hpp>
#include <shim/core/overloaded.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/byte_locks.hpp>
#include <shim/io/control_socket.hpp>
#include <shim/io/mux_connection.hpp>
#include <shim/io/tcp_link.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

using io::control_socket;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
namespace m = mux_message;

// Nothing can listen below a device: the server has to say no, which takes one round trip and no
// session of the few it allows. Each question has a path of its own, as a master says of a forward
// that is asked for already, and of which its server has said nothing yet, that it is there.
std::string impossible_path() {
  return fmt::format("/dev/null/ssh-shim-{}-{}", ::getpid(),
                     steady_clock::now().time_since_epoch().count());
}

void set(mux_master& one, master_state state, std::string_view why) {
  one.state = state;
  one.why = why;
}

// Who asks a server has the byte of its master's path locked meanwhile: a master before
// OpenSSH 10.5 that waits for its server's word on two forwards may use what it has freed (mux.c).
io::byte_locks questions() {
  const auto directory = place_for_locks();
  return directory.empty() ? io::byte_locks() : io::byte_locks(directory + "/.questions");
}
constexpr milliseconds turn_of_others{20};

// Why a server says nothing. Nothing may have come for longer than its network is dead, as nobody
// had anything to say.
std::string why_unanswered(const std::optional<io::tcp_link>& link) {
  if (!link) return "the master answers, but its server does not";
  if (!link->waits)
    return "the master answers, and so does its server's machine, but not the sshd there";
  const auto silent = std::chrono::duration_cast<std::chrono::seconds>(link->silent_for);
  return fmt::format("the master answers, but its network is dead: nothing has come for {}",
                     short_time(silent));
}

// The questions to one master, one after the other.
class interview {
 public:
  // `done` is called once, when there is nothing more to ask.
  interview(asio::io_context& context, mux_master& of, io::unique_fd socket, how_far question,
            milliseconds patience, std::function<void()> done)
      : of_(of),
        question_(question),
        patience_(patience),
        done_(std::move(done)),
        turn_(context),
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
    questions_ = questions();
    wait_for_turn(steady_clock::now() + patience_);
  }

  void wait_for_turn(steady_clock::time_point until) {
    if (connection_.failed()) return failed();
    if (questions_.take(byte(), io::byte_locks::kind::sole)) return ask_in_turn();
    if (steady_clock::now() >= until) {
      return end(master_state::unreachable,
                 "the master answers, but others have asked its server and wait for its answer");
    }
    turn_.expires_after(turn_of_others);
    turn_.async_wait([this, until](boost::system::error_code error) {
      if (!error) wait_for_turn(until);
    });
  }

  void ask_in_turn() {
    const auto asked = steady_clock::now();
    const auto path = impossible_path();
    const m::forward impossible{m::forward::remote, path, m::forward::unix_path, "localhost", 1};
    connection_.ask(m::open_forward{0, impossible}, [this, asked](const mux_reply* reply) {
      questions_.give_back(byte());
      if (reply == nullptr) return unanswered();
      of_.round_trip =
          std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - asked);
      end(master_state::alive, "");
    });
  }

  off_t byte() const { return io::byte_locks::byte_named(of_.path); }

  void unanswered() {
    if (connection_.failed() != mux_failure::silent) return failed();
    const auto link = io::tcp_link_of(of_.pid);
    if (link) of_.silent_for = link->silent_for;
    end(master_state::unreachable, why_unanswered(link));
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
  milliseconds patience_;
  std::function<void()> done_;
  asio::steady_timer turn_;
  io::byte_locks questions_;
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

void ask_masters(std::span<mux_master> masters, how_far question, milliseconds patience) {
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
                                 milliseconds patience) {
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
