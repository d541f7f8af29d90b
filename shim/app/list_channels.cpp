#include <shim/app/list_channels.hpp>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include <shim/app/ask_masters.hpp>
#include <shim/core/channel_list.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/error.hpp>
#include <shim/io/mux_connection.hpp>
#include <shim/io/pty.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

using std::chrono::steady_clock;
namespace m = mux_message;

// The newline is read together with the escape: all sessions of a master share one line start, and
// whoever types elsewhere cannot come between. The help shows that the list has come to its end.
constexpr std::string_view typed_into_it = "\r~#~?";

// It waits: of a session that has ended the master may drop what it has not told yet.
constexpr std::string_view run_in_it = "cat";

// A line has names that the other side may choose.
constexpr std::size_t longest_channel_line = 400;

constexpr std::size_t most_told = std::size_t{256} * 1024;

termios raw_termios() {
  termios modes{};
  ::cfmakeraw(&modes);
  modes.c_cc[VMIN] = 1;
  ::cfsetspeed(&modes, B38400);
  return modes;
}

std::vector<std::string> channel_lines_of(const channel_list& list) {
  std::vector<std::string> lines;
  for (const auto& each : list.channels)
    lines.push_back(vt::printable(each.line, longest_channel_line));
  return lines;
}

// A session for the sake of what the master tells in it: to who typed the escape, and the far end
// has no part in that.
class telling_session {
 public:
  telling_session(asio::io_context& context, io::unique_fd master,
                  std::chrono::milliseconds patience)
      : context_(context), master_(context, std::move(master), patience), told_(context) {}

  // Its context stops when there is nothing more to come.
  std::error_code begin();
  told_channels answer() const;

 private:
  std::error_code make_ends();
  void opened(const mux_reply* reply);
  void listen();
  void read();
  void stop_if_told();
  std::optional<channel_list> list() const { return read_channel_list(text_); }

  asio::io_context& context_;
  io::mux_connection master_;
  io::pty typed_;
  io::unique_fd output_;  // what the far end says is not looked at
  io::unique_fd to_tell_;
  asio::posix::stream_descriptor told_;
  std::string text_;
  bool is_over_ = false;  // no more text comes
  std::optional<std::uint32_t> session_;
  std::string why_not_ = "its server does not answer";
};

std::error_code telling_session::make_ends() {
  std::error_code error;
  typed_ = io::pty::open(raw_termios(), {24, 80}, error);
  if (error) return error;
  output_ = io::unique_fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  std::array<int, 2> ends{-1, -1};
  if (!output_ || ::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return io::last_error();
  told_.assign(ends[0]);
  to_tell_ = io::unique_fd(ends[1]);
  if (::write(typed_.master.get(), typed_into_it.data(), typed_into_it.size()) < 0)
    return io::last_error();
  return {};
}

std::error_code telling_session::begin() {
  if (const auto error = make_ends()) return error;
  m::new_session wanted;
  wanted.wants_tty = 1;
  wanted.escape = '~';
  wanted.terminal = "dumb";
  wanted.command = run_in_it;
  master_.ask(wanted, [this](const mux_reply* reply) { opened(reply); });
  master_.hand_over(std::array{typed_.slave.get(), output_.get(), to_tell_.get()});
  to_tell_.reset();
  listen();
  return {};
}

void telling_session::opened(const mux_reply* reply) {
  if (reply == nullptr) {
    const auto why = master_.failed().value_or(mux_failure::closed);
    if (why != mux_failure::silent) why_not_ = described(why);
    return context_.stop();
  }
  if (const auto* told = std::get_if<m::session_opened>(reply)) {
    session_ = told->session;
    why_not_ = "the master does not tell them";
    return stop_if_told();
  }
  const auto* refused = std::get_if<m::failure>(reply);
  why_not_ = refused != nullptr ? "it takes a session for a moment: " + vt::printable(refused->why)
                                : "the master allows no session";
  context_.stop();
}

void telling_session::listen() {
  told_.async_wait(asio::posix::stream_descriptor::wait_read,
                   [this](const boost::system::error_code& error) {
                     if (!error) read();
                   });
}

void telling_session::read() {
  std::array<char, 4096> bytes{};
  const auto got = ::read(told_.native_handle(), bytes.data(), bytes.size());
  const bool comes_later = got < 0 && (errno == EAGAIN || errno == EINTR);
  if (got > 0) text_.append(bytes.data(), static_cast<std::size_t>(got));
  is_over_ = (got <= 0 && !comes_later) || text_.size() > most_told;
  stop_if_told();
  if (!is_over_) listen();
}

// Where it is refused its ends are closed, which is seen before it is told.
void telling_session::stop_if_told() {
  if (!session_) return;
  const auto told = list();
  if (is_over_ || (told && told->is_whole)) context_.stop();
}

told_channels telling_session::answer() const {
  auto told = list();
  if (!session_ || !told) return {{}, why_not_};
  leave_out_session(*told, *session_);
  return {channel_lines_of(*told), {}};
}

told_channels list_in_session(mux_master& of, steady_clock::time_point deadline) {
  auto socket = connect_to(of);
  if (!socket) return {{}, vt::printable(of.why)};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
  asio::io_context context(1);
  telling_session session(context, std::move(*socket), left);
  if (const auto error = session.begin()) return {{}, error.message()};
  context.run_until(deadline);
  return session.answer();
}

}  // namespace

told_channels list_channels(mux_master& of, steady_clock::time_point deadline) {
  if (!of.channels) return list_in_session(of, deadline);
  auto told = read_channel_list(*of.channels);
  if (!told) return {{}, "the master tells something else"};
  leave_out_idle_control(*told);
  return {channel_lines_of(*told), {}};
}

}  // namespace shim::app
