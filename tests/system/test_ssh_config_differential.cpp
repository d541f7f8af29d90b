// What core reads in a configuration, in a ControlPath and for -S against what the machine's own
// ssh makes of it. Nothing connects: -G prints the settings and ends.
#include <shim/core/control_path.hpp>
#include <shim/core/control_path_pattern.hpp>
#include <shim/core/ssh_config_text.hpp>
#include <shim/core/ssh_settings.hpp>

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/file.hpp>
#include <tests/support/process.hpp>
#include <tests/support/temp_dir.hpp>

namespace {

using words = std::vector<std::string>;

// All at once: ssh -G is most of the test's time.
std::vector<test::finished> ask(const std::vector<words>& lines) {
  std::deque<test::process> asked;
  for (const auto& line : lines) {
    words argv{"ssh", "-G"};
    argv.insert(argv.end(), line.begin(), line.end());
    asked.emplace_back(argv);
  }
  std::vector<test::finished> answers;
  answers.reserve(lines.size());
  for (auto& ssh : asked) answers.push_back(ssh.wait());
  return answers;
}

// Empty if it has none or refuses.
std::string control_path_of(const test::finished& answer) {
  if (answer.status != test::exited(0)) return {};
  const auto settings = shim::parse_ssh_settings(answer.out);
  return settings ? settings->control_path : std::string();
}

// A line with one argument at most, as ssh takes that of IdentityAgent: any text, printed as it is.
std::string random_line(std::mt19937& random) {
  static const words keywords = {"IdentityAgent",    "IDENTITYAGENT",     " identityagent",
                                 "=IdentityAgent",   "\"IdentityAgent\"", "Identity\"Agent\"",
                                 "\"\"IdentityAgent"};
  static const words between = {" ", "\t", "=", " = ", "==", " ==", "\""};
  static constexpr std::string_view letters = "ab\"'\\ \t=#\r\f\" ";
  auto line = keywords[random() % keywords.size()] + between[random() % between.size()];
  for (auto left = 1 + random() % 8; left > 0; --left) line += letters[random() % letters.size()];
  return line;
}

// What ssh -G says of it; nothing if it says nothing or refuses.
std::optional<std::string> agent_of(const test::finished& answer) {
  constexpr std::string_view key = "\nidentityagent ";
  const auto begin = answer.out.find(key);
  if (answer.status != test::exited(0) || begin == std::string::npos) return std::nullopt;
  const auto value = begin + key.size();
  return answer.out.substr(value, answer.out.find('\n', value) - value);
}

// ssh refuses a line of more arguments than one, and an empty one.
std::optional<std::string> agent_of(const std::string& line) {
  const auto parsed = shim::parse_ssh_config_line(line);
  if (!parsed || parsed->keyword != "identityagent") return std::nullopt;
  if (parsed->arguments.size() != 1 || parsed->arguments[0].empty()) return std::nullopt;
  return parsed->arguments[0];
}

shim::control_path_values values_here() {
  const auto* const me = ::getpwuid(::getuid());
  REQUIRE(me != nullptr);
  std::array<char, 256> hostname{};
  REQUIRE(::gethostname(hostname.data(), hostname.size() - 1) == 0);
  const auto environment = [](const std::string& name) {
    const auto value = test::base_environment().find(name);
    return value != test::base_environment().end() ? value->second : std::nullopt;
  };
  return {me->pw_dir, std::to_string(::getuid()), me->pw_name, hostname.data(), environment};
}

}  // namespace

TEST_CASE("a random line of a configuration is read here as the machine's ssh reads it") {
  constexpr std::size_t at_once = 16, rounds = 15;
  const test::temp_dir place;
  std::mt19937 random(20269);
  std::size_t taken = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<std::string> lines;
    std::vector<words> questions;
    for (std::size_t i = 0; i < at_once; ++i) {
      const auto file = place / std::to_string(i);
      lines.push_back(random_line(random));
      test::write_file(file, lines.back() + "\n");
      questions.push_back({"-F", file, "h"});
    }
    const auto answers = ask(questions);
    for (std::size_t i = 0; i < at_once; ++i) {
      CAPTURE(lines[i], answers[i].err);
      CHECK((agent_of(answers[i]) == agent_of(lines[i])));
      taken += agent_of(lines[i]) ? 1 : 0;
    }
  }
  CHECK(taken > at_once);  // else nothing was compared but refusals
}

TEST_CASE("a path that ssh makes of a template is read back to what ssh made it of") {
  struct row {
    std::string pattern;
    bool tells;  // all of what it has tokens for
  };
  const row rows[] = {
      {"~/.ssh/%r@%h:%p", true},
      {"~/.ssh/%r_%p_%h", true},
      {"/tmp/ssh_mux_%h_%p_%r", true},
      {"/tmp//./%h/%n-%r/s", true},
      {"%d/%u-%i-%l-%L/%%%p$", true},
      {"${PATH}${HOME}", true},  // may well be too long: then both say so
      {"~/.ssh/%C", true},
      {"~/.ssh/%k%n", false},
      {"~/.ssh/%h%n", false},
  };
  const auto values = values_here();
  std::vector<words> questions;
  for (const auto& row : rows) {
    questions.push_back({"-F", "/dev/null", "-S", row.pattern, "-l", "you@corp", "-p", "2222", "-o",
                         "HostName=fe80::1", "web"});
  }
  const auto answers = ask(questions);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto& row = rows[i];
    const auto path = control_path_of(answers[i]);
    CAPTURE(row.pattern, path);
    REQUIRE_FALSE(path.empty());
    const auto pattern = shim::control_path_pattern::parse(row.pattern, values);
    CHECK(pattern.has_value() == (path.size() <= shim::max_socket_path));
    if (!pattern) continue;
    const auto match = pattern->match(path);
    REQUIRE(match);
    const auto has = [&row](const char* token) {
      return row.pattern.find(token) != row.pattern.npos;
    };
    CHECK(match->user.has_value() == has("%r"));
    CHECK(match->port.has_value() == has("%p"));
    CHECK(match->host.has_value() == (row.tells && has("%h")));
    CHECK(match->destination.has_value() == (row.tells && has("%n")));
    CHECK(match->user.value_or("you@corp") == "you@corp");
    CHECK(match->port.value_or(2222) == 2222);
    CHECK(match->host.value_or("fe80::1") == "fe80::1");
    CHECK(match->destination.value_or("web") == "web");
  }
}

TEST_CASE("ssh refuses the templates that are refused here for what is in them") {
  const auto values = values_here();
  const words patterns = {"/tmp/%",   "/tmp/%x", "/tmp/%T", "/tmp/${SHIM_TEST_NO_SUCH}",
                          "/tmp/${X", "/tmp/${}"};
  std::vector<words> questions;
  for (const auto& pattern : patterns) questions.push_back({"-F", "/dev/null", "-S", pattern, "h"});
  const auto answers = ask(questions);
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    CAPTURE(patterns[i]);
    CHECK(control_path_of(answers[i]).empty());
    CHECK_FALSE(shim::control_path_pattern::parse(patterns[i], values));
  }
}

TEST_CASE("a control path given to -S as it is spelled here is that path to ssh") {
  const words paths = {"/tmp/a b",   "/tmp/%h",   "/tmp/100%", "/tmp/%%C",   "/tmp/~",
                       "/tmp/$HOME", "/tmp/$%{x", "/none",     "/tmp/\"a'#", "/tmp/a\\ b"};
  std::vector<words> questions;
  for (const auto& path : paths) {
    const auto quoted = shim::quoted_control_path(path);
    REQUIRE(quoted);
    questions.push_back({"-F", "/dev/null", "-S", *quoted, "h"});
  }
  const auto answers = ask(questions);
  for (std::size_t i = 0; i < paths.size(); ++i) CHECK(control_path_of(answers[i]) == paths[i]);
}
