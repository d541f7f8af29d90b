#include <shim/hold/ask_master.hpp>

#include <utility>

namespace shim::hold {
namespace {

// For a terminal that is raw.
std::string lines_of(const std::string& text) {
  std::string lines;
  for (const char each : text) {
    if (each == '\n') lines += '\r';
    lines += each;
  }
  return lines;
}

}  // namespace

master_asker::master_asker(asio::io_context& context, io::relay_loop& loop, master_words words)
    : context_(context), loop_(loop), words_(std::move(words)) {}

master_asker::~master_asker() {
  if (running_ && what_ == master_question::end) running_->let_go();
}

void master_asker::ask(master_question what, pid_t ssh) {
  if (!words_) return;
  std::error_code error;
  running_.reset();
  what_ = what;
  running_.emplace(
      context_, "/proc/self/exe", words_(what, ssh),
      [this, what](const std::string& text, int status) { tell(what, text, status); }, error);
  if (error) tell(what, "ssh-shim: cannot ask: " + error.message() + "\n", status_of_ssh_failure);
}

// From the context: the loop has nothing else to do just now.
void master_asker::tell(master_question what, const std::string& text, int status) {
  auto& machine = loop_.machine();
  if (what == master_question::passengers && status == 0) {
    machine.tell_and_ask(lines_of(text));
  } else {
    machine.tell(lines_of(text));
  }
  asio::post(context_, [this] { loop_.turn(); });
}

}  // namespace shim::hold
