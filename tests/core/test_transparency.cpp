#include <shim/core/transparency.hpp>

#include <sstream>
#include <string>
#include <vector>

#include <tests/catch.hpp>

using shim::ssh_mode;

namespace {

bool has_no_value(std::string_view) { return false; }

class line {
 public:
  explicit line(const std::string& text) {
    std::istringstream in(text);
    for (std::string word; in >> word;) words_.push_back(word);
    views_.assign(words_.begin(), words_.end());
  }

  shim::ssh_argv argv() const { return shim::scan_ssh_argv(views_, {9, 2}, has_no_value); }

 private:
  std::vector<std::string> words_;
  std::vector<std::string_view> views_;
};

shim::surroundings terminal() {
  return {.stdin_is_tty = true, .stdout_is_tty = true, .term = "xterm", .switched_off = false};
}

ssh_mode at_terminal(const std::string& text) {
  const line words(text);
  return choose_mode(words.argv(), terminal());
}

ssh_mode with_settings(const std::string& text, const shim::ssh_settings& settings) {
  const line words(text);
  return choose_mode(words.argv(), settings);
}

ssh_mode unanswered(const std::string& text) {
  const line words(text);
  return choose_mode_unanswered(words.argv());
}

}  // namespace

TEST_CASE("the arguments decide for ssh alone, or leave it to ssh's settings") {
  struct row {
    std::string text;
    ssh_mode expected;
  };
  using enum ssh_mode;
  const row rows[] = {
      {"h", ask_ssh},
      {"-p 22 me@h", ask_ssh},
      {"-A -X -v -C h", ask_ssh},
      {"h ls", ask_ssh},  // RequestTTY may ask for one
      {"-t h top", ask_ssh},
      {"-tt h", ask_ssh},
      {"-q h", ask_ssh},
      {"-y -E /tmp/log h", ask_ssh},
      {"-M h", ask_ssh},
      {"-V", transparent},
      {"-V h", transparent},
      {"-Q cipher", transparent},
      {"-G h", transparent},
      {"-O check h", transparent},
      {"-W a:1 h", transparent},
      {"-s h sftp", transparent},
      {"-N h", transparent},
      {"-f h sleep 9", transparent},
      {"-n h", transparent},
      {"-T h", transparent},
      {"-fN h", transparent},
      {"h -N", transparent},
      {"-qNv h", transparent},
      {"-o RequestTTY=no h", ask_ssh},  // whether it counts, ssh knows
      {"h ls -N", ask_ssh},
      {"-- h -N", ask_ssh},
      {"-l N h", ask_ssh},
      {"-t -T h", transparent},
      {"-T -t h", ask_ssh},
      {"-tT h -t", ask_ssh},
      {"-t h -T", transparent},
      {"-e none h", transparent},
      {"-e none -e ~ h", ask_ssh},
      {"-e ~ h -enone", transparent},
      {"-e ^] h", ask_ssh},
      {"-e None h", transparent},  // ssh refuses it
      {"", transparent},
      {"-q", transparent},
      {"-% h", transparent},
      {"-Z h", transparent},
      {"h -p", transparent},
      {"h -t-", transparent},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    CHECK(at_terminal(text) == expected);
  }
}

TEST_CASE("option -Z is ssh's own business where ssh has it") {
  const std::string_view words[] = {"-Z", "h"};
  const auto argv = shim::scan_ssh_argv(words, {10, 5}, has_no_value);
  CHECK_FALSE(argv.unknown);
  CHECK(choose_mode(argv, terminal()) == ssh_mode::transparent);
}

TEST_CASE("without a terminal to guard, ssh runs alone") {
  const line words("-tt h");
  const auto mode = [&](const shim::surroundings& around) {
    return choose_mode(words.argv(), around);
  };
  CHECK(mode(terminal()) == ssh_mode::ask_ssh);

  auto around = terminal();
  around.stdin_is_tty = false;
  CHECK(mode(around) == ssh_mode::transparent);

  around = terminal();
  around.stdout_is_tty = false;
  CHECK(mode(around) == ssh_mode::transparent);

  around = terminal();
  around.term = "";
  CHECK(mode(around) == ssh_mode::transparent);
  around.term = "dumb";
  CHECK(mode(around) == ssh_mode::transparent);
  around.term = "dumber";
  CHECK(mode(around) == ssh_mode::ask_ssh);

  around = terminal();
  around.switched_off = true;
  CHECK(mode(around) == ssh_mode::transparent);
}

TEST_CASE("ssh's settings decide whether there is a session with a terminal") {
  const shim::ssh_settings plain;
  CHECK(with_settings("h", plain) == ssh_mode::shim);

  auto settings = plain;
  settings.shell_or_command = false;
  CHECK(with_settings("h", settings) == ssh_mode::transparent);

  settings = plain;
  settings.stdin_null = true;
  CHECK(with_settings("h", settings) == ssh_mode::transparent);

  settings = plain;
  settings.fork_after_authentication = true;
  CHECK(with_settings("h", settings) == ssh_mode::transparent);

  settings = plain;
  settings.escape = {};
  CHECK(with_settings("h", settings) == ssh_mode::transparent);

  settings = plain;
  settings.quiet = true;
  CHECK(with_settings("h", settings) == ssh_mode::shim);
}

TEST_CASE("a command gets a tty only if one is asked for") {
  struct row {
    shim::request_tty tty;
    ssh_mode shell;
    ssh_mode command;
  };
  using enum ssh_mode;
  const row rows[] = {
      {shim::request_tty::automatic, shim, transparent},
      {shim::request_tty::no, transparent, transparent},
      {shim::request_tty::yes, shim, shim},
      {shim::request_tty::force, shim, shim},
  };
  for (const auto& [tty, shell, command] : rows) {
    CAPTURE(static_cast<int>(tty));
    shim::ssh_settings settings;
    settings.tty = tty;
    CHECK(with_settings("h", settings) == shell);
    CHECK(with_settings("h ls", settings) == command);
    settings.remote_command = true;
    CHECK(with_settings("h", settings) == command);
  }
}

TEST_CASE("if ssh does not answer, what the words ask for is given") {
  CHECK(unanswered("h") == ssh_mode::shim);
  CHECK(unanswered("-t h") == ssh_mode::shim);
  CHECK(unanswered("-t h top") == ssh_mode::shim);
  CHECK(unanswered("-T -t h top") == ssh_mode::shim);
  CHECK(unanswered("h top") == ssh_mode::transparent);
  CHECK(unanswered("h -- top -t") == ssh_mode::transparent);
}
