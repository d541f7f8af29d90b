#include <shim/hold/ask_holder.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include <shim/hold/session_list.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/frame_socket.hpp>

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

}  // namespace

std::vector<session_info> all_sessions(const std::vector<place>& places,
                                       std::chrono::milliseconds within) {
  std::vector<session_info> all;
  for (const auto& each : places) {
    std::error_code ignored;
    for (auto& found : list_sessions(each, ignored))
      if (found.alive) all.push_back({.name = std::move(found.name), .where = &each});
  }
  asio::io_context context(1);
  std::deque<question> questions;
  auto open = all.size();
  const auto one_less = [&] {
    if (--open == 0) context.stop();
  };
  for (auto& one : all) {
    std::error_code error;
    auto socket = connect_to_session(*one.where, one.name, error);
    if (error) {
      one_less();
      continue;
    }
    const auto take = [&one](const session_report& report) {
      const auto* told = std::get_if<session_message::info>(&report);
      if (told != nullptr) keep(one, *told);
      return told != nullptr;
    };
    questions.emplace_back(context, std::move(socket), encode(session_message::ask_info{}), take,
                           one_less);
  }
  if (open != 0) context.run_for(within);
  return all;
}

std::string ask_holder(const place& where, std::string_view name, const std::string& request,
                       gone meaning, std::chrono::milliseconds within) {
  std::error_code error;
  auto socket = connect_to_session(where, name, error);
  if (error) return error.message();
  asio::io_context context(1);
  std::optional<std::string> answer;
  const auto take = [&answer](const session_report& report) {
    if (const auto* no = std::get_if<session_message::refused>(&report)) answer = no->why;
    if (std::holds_alternative<session_message::done>(report)) answer = "";
    return answer.has_value();
  };
  bool ended = false;
  question asked(context, std::move(socket), request, take, [&] {
    ended = true;
    context.stop();
  });
  context.run_for(within);
  if (answer) return *answer;
  if (ended) return meaning == gone::is_done ? "" : "its holder is gone";
  return "its holder does not answer";
}

}  // namespace shim::hold
