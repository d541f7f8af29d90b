#include <shim/hold/ask_holder.hpp>

#include <deque>
#include <functional>
#include <utility>

#include <shim/hold/session_list.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/frame_socket.hpp>
#include <vt/stream/printable.hpp>

namespace shim::hold {
namespace {

// One question to one holder.
class question {
 public:
  // `answer` gets what the holder says after its hello, and says whether that was it; `end` is
  // called if there is no more to come.
  using answer_handler = std::function<bool(const session_report&)>;

  question(asio::io_context& context, io::unique_fd socket, const std::string& request,
           answer_handler answer, std::function<void()> end)
      : answer_(std::move(answer)), socket_(context, std::move(socket), max_session_frame) {
    socket_.start([this](const frame& message) { return take(message); }, std::move(end));
    socket_.send(encode(session_message::hello{}) + request);
  }

 private:
  bool take(const frame& message) {
    const auto read = decode<session_report>(message);
    if (std::holds_alternative<unknown_message>(read)) return true;
    const auto* report = std::get_if<session_report>(&read);
    return report != nullptr && !answer_(*report);
  }

  answer_handler answer_;
  io::frame_socket socket_;
};

void keep(session_info& to, const session_message::info& m) {
  to.numbers = m;
  to.numbers.name = to.numbers.host = to.numbers.command = {};
  to.numbers.title = to.numbers.directory = {};
  to.host = m.host;
  to.command = m.command;
  to.title = m.title;
  to.directory = m.directory;
  to.answers = true;
}

// Of a request to a holder.
struct outcome {
  bool done = false;
  bool closed = false;
  std::string refused;  // why
};

std::string why_not(const outcome& of, wait_until what) {
  if (!of.refused.empty()) return of.refused;
  if (what == wait_until::done ? of.done : of.closed) return "";
  if (of.closed) return "its holder is gone";
  return of.done ? "it does not end" : "its holder does not answer";
}

// Questions to several holders, until the last one is over.
class questions {
 public:
  questions() = default;
  ~questions() = default;
  questions(const questions&) = delete;
  questions& operator=(const questions&) = delete;

  void ask(const session_info& whom, const std::string& request, question::answer_handler answer,
           std::function<void(std::error_code)> end);
  void ask(io::unique_fd holder, const std::string& request, question::answer_handler answer,
           std::function<void()> end);
  void wait(std::chrono::milliseconds within) {
    if (open_ != 0) context_.run_for(within);
  }

 private:
  asio::io_context context_{1};
  std::deque<question> all_;
  std::size_t open_ = 0;
};

// `end` gets what kept it from being asked, if anything did.
void questions::ask(const session_info& whom, const std::string& request,
                    question::answer_handler answer, std::function<void(std::error_code)> end) {
  std::error_code error;
  auto socket = connect_to_session(*whom.where, whom.name, error);
  if (error) return end(error);
  ask(std::move(socket), request, std::move(answer), [end = std::move(end)] { end({}); });
}

void questions::ask(io::unique_fd holder, const std::string& request,
                    question::answer_handler answer, std::function<void()> end) {
  ++open_;
  all_.emplace_back(context_, std::move(holder), request, std::move(answer),
                    [this, end = std::move(end)] {
                      end();
                      if (--open_ == 0) context_.stop();
                    });
}

}  // namespace

std::vector<session_info> all_sessions(const std::vector<place>& places,
                                       std::chrono::milliseconds within) {
  std::vector<session_info> all;
  for (const auto& each : places) {
    std::error_code ignored;
    for (auto& found : list_sessions(each, ignored))
      if (found.alive) all.push_back({.name = std::move(found.name), .where = &each});
  }
  questions asked;
  for (auto& one : all) {
    const auto take = [&one](const session_report& report) {
      const auto* told = std::get_if<session_message::info>(&report);
      if (told != nullptr) keep(one, *told);
      return told != nullptr;
    };
    asked.ask(one, encode(session_message::ask_info{}), take, [](auto) {});
  }
  asked.wait(within);
  for (auto& one : all) one.left = when_left(*one.where, one.name);
  return all;
}

std::vector<std::string> ask_holders(std::span<const session_info* const> sessions,
                                     const std::string& request, wait_until what,
                                     std::chrono::milliseconds within) {
  std::vector<outcome> outcomes(sessions.size());
  questions asked;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    auto& one = outcomes[i];
    const auto take = [&one, what](const session_report& report) {
      if (const auto* no = std::get_if<session_message::refused>(&report))
        one.refused = vt::printable(no->why);
      one.done |= std::holds_alternative<session_message::done>(report);
      return !one.refused.empty() || (one.done && what == wait_until::done);
    };
    asked.ask(*sessions[i], request, take, [&one](std::error_code error) {
      if (error) one.refused = error.message();
      one.closed = true;
    });
  }
  asked.wait(within);
  std::vector<std::string> answers;
  answers.reserve(outcomes.size());
  for (const auto& each : outcomes) answers.push_back(why_not(each, what));
  return answers;
}

std::string leave_session(io::unique_fd holder, std::chrono::milliseconds within) {
  outcome one;
  questions asked;
  const auto take = [&one](const session_report& report) {
    if (const auto* no = std::get_if<session_message::refused>(&report))
      one.refused = vt::printable(no->why);
    one.done = std::holds_alternative<session_message::info>(report);
    return one.done || !one.refused.empty();
  };
  asked.ask(std::move(holder),
            encode(session_message::leave{}) + encode(session_message::ask_info{}), take,
            [&one] { one.closed = true; });
  asked.wait(within);
  return why_not(one, wait_until::done);
}

}  // namespace shim::hold
