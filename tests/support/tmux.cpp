#include <tests/support/tmux.hpp>

#include <poll.h>

#include <array>
#include <csignal>
#include <cstdio>

#include <tests/support/file.hpp>
#include <tests/support/text.hpp>

namespace test {
namespace {

// tmux reads a word's last `;` as the end of a command.
std::string kept_whole(std::string word) {
  if (word.ends_with(';')) word.insert(word.size() - 1, "\\");
  return word;
}

std::string without_trailing(std::string text, char what) {
  while (text.ends_with(what)) text.pop_back();
  return text;
}

}  // namespace

std::optional<std::string> tmux::why_not() {
  try {
    run_well({"tmux", "-V"});
    return std::nullopt;
  } catch (const failure& why) {
    return why.what();
  }
}

// `-D` keeps the server in the foreground: our child, which ends with the test.
tmux::tmux(const std::vector<std::string>& argv, const run_options& options, int rows, int columns)
    : socket_(dir_ / "tmux") {
  run_options server = options;
  server.env["TERM"] = std::nullopt;  // tmux sets its own for what runs in it
  server_.emplace(std::vector<std::string>{"tmux", "-D", "-S", socket_, "-f", "/dev/null"}, server);
  wait_for_server();
  command({"set-option",
           "-g",
           "status",
           "off",
           ";",
           "set-option",
           "-g",
           "remain-on-exit",
           "on",
           ";",
           "set-option",
           "-g",
           "default-terminal",
           "tmux-256color",
           ";",
           "set-option",
           "-g",
           "escape-time",
           "0",
           ";",
           "set-option",
           "-g",
           "remain-on-exit-format",
           ""});
  std::vector<std::string> words{"new-session",           "-d", "-x",
                                 std::to_string(columns), "-y", std::to_string(rows)};
  if (!options.cwd.empty()) words.insert(words.end(), {"-c", options.cwd});
  words.emplace_back("--");
  if (argv.size() == 1) {
    words.push_back("exec " + quoted(argv));  // a single word is a line for sh
  } else {
    for (const std::string& word : argv) words.push_back(kept_whole(word));
  }
  command(std::move(words));
}

tmux::~tmux() {
  // The programs in the window first: they get SIGHUP as when a window is closed.
  try {
    try_command({"kill-server"});
    server_->wait(milliseconds(2000));
  } catch (const failure&) {  // then its pid ends it
  }
}

void tmux::wait_for_server() {
  const deadline end(patience);
  file_watch watch(dir_.path());
  while (try_command({"display-message", "-p", "ready"}).status != exited(0)) {
    if (end.passed()) throw failure("tmux does not start: " + server_->err());
    pollfd made{.fd = watch.fd(), .events = POLLIN, .revents = 0};
    ::poll(&made, 1, 20);  // the socket is there a moment before it listens
    watch.drain();
  }
}

finished tmux::try_command(std::vector<std::string> words) {
  words.insert(words.begin(), {"tmux", "-N", "-S", socket_});
  return run(std::move(words));
}

std::string tmux::command(std::vector<std::string> words) {
  const std::string what = quoted(words);
  finished end = try_command(std::move(words));
  if (end.status != exited(0)) throw failure("tmux " + what + ": " + escaped_tail(end.err));
  return std::move(end.out);
}

void tmux::type(std::string_view text) {
  command({"send-keys", "-l", "--", kept_whole(std::string(text))});
}

void tmux::press(const std::string& key_name) { command({"send-keys", "--", key_name}); }

void tmux::send_bytes(std::string_view bytes) {
  std::vector<std::string> words{"send-keys", "-H"};
  for (const char byte : bytes) {
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", static_cast<unsigned char>(byte));
    words.emplace_back(hex.data());
  }
  command(std::move(words));
}

void tmux::resize(int rows, int columns) {
  command({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

std::string tmux::screen(const std::vector<std::string>& words) {
  std::vector<std::string> capture{"capture-pane", "-p"};
  capture.insert(capture.end(), words.begin(), words.end());
  return without_trailing(command(std::move(capture)), '\n');
}

std::string tmux::wait_for(std::string_view text, milliseconds within) {
  return wait_for([&](const std::string& now) { return now.find(text) != std::string::npos; }, text,
                  within);
}

std::string tmux::wait_for(const std::function<bool(const std::string&)>& right,
                           std::string_view what, milliseconds within) {
  const deadline end(within);
  while (true) {
    std::string now = screen();
    if (right(now)) return now;
    if (end.passed())
      throw failure("the screen does not show \"" + escaped(what) + "\", but:\n" + now);
    ::poll(nullptr, 0, 5);
  }
}

std::string tmux::format(const std::string& what) {
  return without_trailing(command({"display-message", "-p", what}), '\n');
}

end_status tmux::wait_exit(milliseconds within) {
  // tmux calls a pane dead when its pty is closed, which may be before its program is reaped; and
  // 3.3a now and then sleeps through the SIGCHLD that comes in between, so it is told again.
  const auto reaped = [this](const std::string&) {
    if (!format("#{pane_dead_status}#{pane_dead_signal}").empty()) return true;
    if (format("#{pane_dead}") == "1") ::kill(server_->pid(), SIGCHLD);
    return false;
  };
  wait_for(reaped, "its end", within);
  const std::string status = format("#{pane_dead_status}");
  return status.empty() ? killed_by(std::stoi(format("#{pane_dead_signal}")))
                        : exited(std::stoi(status));
}

}  // namespace test
