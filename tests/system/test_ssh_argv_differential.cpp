// What the scanner says of a command line against what the machine's own ssh does with it. Nothing
// connects: -G prints the settings and ends. A small model of ssh.c turns the options that the scan
// found into settings; the scan is right if they are ssh's.
#include <shim/core/ssh_argv.hpp>
#include <shim/core/ssh_settings.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/process.hpp>
#include <tests/support/text.hpp>

namespace {

using words = std::vector<std::string>;

bool no_long_options(std::string_view) { return false; }

// ssh -G with nothing but these arguments to go by, all at once: that is most of the test's time.
std::vector<test::finished> settings_told(const std::vector<words>& lines) {
  std::deque<test::process> asked;
  for (const auto& line : lines) {
    words argv{"ssh", "-F", "/dev/null", "-G"};
    argv.insert(argv.end(), line.begin(), line.end());
    asked.emplace_back(argv);
  }
  std::vector<test::finished> answers;
  answers.reserve(lines.size());
  for (auto& ssh : asked) answers.push_back(ssh.wait());
  return answers;
}

bool is_taken(const test::finished& answer) { return answer.status == test::exited(0); }

std::optional<shim::ssh_settings> settings_of(const test::finished& answer) {
  if (!is_taken(answer)) return std::nullopt;
  return shim::parse_ssh_settings(answer.out);
}

std::optional<shim::ssh_settings> settings_of(const words& line) {
  return settings_of(settings_told({line}).front());
}

shim::ssh_version version_of_machine() {
  const auto version = shim::parse_ssh_version(test::run({"ssh", "-V"}).err);
  REQUIRE(version);
  return *version;
}

// ssh -G says nothing of a command, but ssh refuses to have one beside RemoteCommand: this line is
// refused if it has a command, and accepted if it has none and is right otherwise.
words beside_remote_command(words line) {
  line.insert(line.begin(), "-oRemoteCommand=true");
  return line;
}

// -- random command lines ----------------------------------------------------------------------

struct argument_option {
  char letter;
  std::vector<std::string> values;
};

const argument_option argument_options[] = {
    {'p', {"22", "2200"}},
    {'l', {"me", "you"}},
    {'e', {"~", "^]", "none", "^@", "-", "\xe9", "^\x7f", " "}},
    {'o',
     {"User=them", "User them", "port=2022", "Port 2023", "EscapeChar=none", "EscapeChar=^B",
      "RequestTTY=no", "RequestTTY=force", "requesttty yes", "StdinNull=yes"}},
    {'S', {"none", "/tmp/a b", "--", "-q"}},
    {'b', {"127.0.0.1", "--", "-T"}},
    {'B', {"lo"}},
    {'c', {"aes128-ctr"}},
    {'m', {"hmac-sha2-256"}},
    {'i', {"/dev/null"}},
    {'D', {"1080"}},
    {'L', {"1:h:2"}},
    {'R', {"1:h:2"}},
    {'F', {"/dev/null"}},
};
// These ssh takes once.
const argument_option single_options[] = {{'J', {"none"}}, {'W', {"a:1"}}};

class line_maker {
 public:
  explicit line_maker(unsigned seed) : random_(seed) {}

  words make() {
    line_.clear();
    single_ = 0;
    options(4);
    if (one_in(6)) line_.emplace_back("--");
    if (!one_in(20)) line_.push_back(pick(destinations));
    options(3);
    if (one_in(5)) line_.emplace_back("--");
    if (one_in(2)) command();
    if (one_in(12)) line_.push_back(pick(spoilers));
    return line_;
  }

 private:
  static const words destinations;
  static const words command_words;
  static const words spoilers;
  static constexpr std::string_view flags = "246aACfgkMNnqtTxXttTTP";

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t many) { return below(many) == 0; }
  const std::string& pick(const words& some) { return some[below(some.size())]; }

  void options(std::size_t most) {
    for (auto left = below(most + 1); left > 0; --left) option();
  }

  void option() {
    std::string bundle = "-";
    for (auto left = below(3); left > 0; --left) bundle += flags[below(flags.size())];
    if (bundle.size() > 1 && one_in(2)) return line_.push_back(bundle);
    if (one_in(12) && single_ < std::size(single_options))
      return with_argument(bundle, single_options[single_++]);
    with_argument(bundle, argument_options[below(std::size(argument_options))]);
  }

  void with_argument(std::string bundle, const argument_option& option) {
    bundle += option.letter;
    const auto& value = pick(option.values);
    if (one_in(2)) return line_.push_back(bundle + value);
    line_.push_back(bundle);
    line_.push_back(value);
  }

  void command() {
    for (auto left = 1 + below(3); left > 0; --left) line_.push_back(pick(command_words));
  }

  std::mt19937 random_;
  words line_;
  std::size_t single_ = 0;
};

const words line_maker::destinations = {"h",    "me@h",      "a@b@h",           "Box.Example",
                                        "h:22", "ssh://h2/", "ssh://u@h3:2022", "ssh://h4:22"};
const words line_maker::command_words = {"ls", "-q", "--", "-T", "-", "-S", "--name"};
const words line_maker::spoilers = {"-%", "-q%", "-p", "-te", "-q-x", "-:"};

// -- the model: ssh.c's reading of what the scan found ------------------------------------------

class model {
 public:
  explicit model(const shim::ssh_settings& defaults) : said_(defaults) {
    said_.user.clear();
    said_.port.clear();
  }

  void read(const words& line, const shim::ssh_argv& found) {
    bool before = true;
    for (const auto& option : found.options) {
      if (before && found.destination && option.word > *found.destination) {
        destination(line[*found.destination]);
        before = false;
      }
      apply(option.letter, std::string(option.argument));
    }
    if (before && found.destination) destination(line[*found.destination]);
  }

  const shim::ssh_settings& said() const { return said_; }

 private:
  static void set_first(std::string& setting, const std::string& value) {
    if (setting.empty()) setting = value;
  }

  void apply(char letter, const std::string& argument) {
    switch (letter) {
      case 'e': return set_escape(argument);
      case 'o': return keyword(argument);
      case 'l': return set_first(said_.user, argument);
      case 'p': return set_first(said_.port, argument);
      case 'S': said_.control_path = argument == "none" ? "" : argument; return;
      case 'q': said_.quiet = true; return;
      case 'n': said_.stdin_null = true; return;
      case 'f': said_.stdin_null = said_.fork_after_authentication = true; return;
      case 't':
        return set_tty(tty_ == shim::request_tty::yes ? shim::request_tty::force
                                                      : shim::request_tty::yes);
      case 'T': return set_tty(shim::request_tty::no);
      case 'N':
      case 'W': said_.shell_or_command = false; return set_tty(shim::request_tty::no);
      case 'M': said_.control_master = said_.control_master == "true" ? "ask" : "true"; return;
      default: return;
    }
  }

  void keyword(const std::string& text) {
    const auto end = text.find_first_of(" =");
    std::string key = text.substr(0, end);
    std::ranges::transform(key, key.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    const auto value = text.substr(end + 1);
    if (key == "user") set_first(said_.user, value);
    if (key == "port") set_first(said_.port, value);
    if (key == "escapechar" && !escape_set_) set_escape(value);
    if (key == "stdinnull") said_.stdin_null = true;
    if (key == "requesttty" && !tty_) set_tty(tty_of(value));
  }

  static shim::request_tty tty_of(const std::string& value) {
    if (value == "no") return shim::request_tty::no;
    return value == "yes" ? shim::request_tty::yes : shim::request_tty::force;
  }

  void set_escape(const std::string& text) {
    const auto escape = shim::parse_escape_char(text);
    REQUIRE(escape);
    said_.escape = *escape;
    escape_set_ = true;
  }

  void set_tty(shim::request_tty wish) { tty_ = said_.tty = wish; }

  void destination(std::string text) {
    constexpr std::string_view scheme = "ssh://";
    const bool uri = text.starts_with(scheme);
    if (uri) text.erase(0, scheme.size());
    if (uri && text.ends_with('/')) text.pop_back();
    const auto at = text.rfind('@');
    if (at != text.npos) set_first(said_.user, text.substr(0, at));
    if (at != text.npos) text.erase(0, at + 1);
    const auto colon = uri ? text.find(':') : text.npos;
    if (colon != text.npos) set_first(said_.port, text.substr(colon + 1));
    said_.host = text.substr(0, colon);
  }

  shim::ssh_settings said_;
  std::optional<shim::request_tty> tty_;
  bool escape_set_ = false;
};

// ssh.c: "Cannot fork into background without a command to execute."
bool can_run(const shim::ssh_argv& found, const shim::ssh_settings& settings) {
  return found.command || !settings.fork_after_authentication || !settings.shell_or_command;
}

void check_settings(const shim::ssh_settings& ssh, const shim::ssh_settings& ours,
                    const shim::ssh_settings& defaults) {
  CHECK(ssh.host == ours.host);
  CHECK(ssh.user == (ours.user.empty() ? defaults.user : ours.user));
  CHECK(ssh.port == (ours.port.empty() ? defaults.port : ours.port));
  CHECK((ssh.escape == ours.escape));
  CHECK((ssh.tty == ours.tty));
  CHECK(ssh.shell_or_command == ours.shell_or_command);
  CHECK(ssh.stdin_null == ours.stdin_null);
  CHECK(ssh.fork_after_authentication == ours.fork_after_authentication);
  CHECK(ssh.quiet == ours.quiet);
  CHECK(ssh.control_path == ours.control_path);
  CHECK(ssh.control_master == ours.control_master);
}

// ssh.c valid_hostname(): no dash in front, nothing that a shell would act on, no blank, no control
// character. (An escape character's spelling becomes a destination where `-Pe X` is a tag.)
bool may_be_host(std::string_view name) {
  return !name.starts_with('-') && std::ranges::none_of(name, [](char c) {
    return (c >= 0 && c <= ' ') || c == '\x7f' ||
           std::string_view("'`\"$\\;&<>|(){}").find(c) != std::string_view::npos;
  });
}

bool is_readable(const words& line, const shim::ssh_argv& found) {
  return !found.unknown && found.destination && may_be_host(line[*found.destination]);
}

words first(const words& line, std::size_t count) {
  return {line.begin(), line.begin() + static_cast<std::ptrdiff_t>(count)};
}

// The command starts with the word without which ssh sees none, and with which it does.
std::vector<words> questions_about(const words& line, const shim::ssh_argv& found) {
  if (!found.command) return {line, beside_remote_command(line)};
  return {line, beside_remote_command(first(line, *found.command)),
          beside_remote_command(first(line, *found.command + 1))};
}

void check_line(const words& line, shim::ssh_version version, const shim::ssh_settings& defaults) {
  INFO(test::quoted(line));
  const std::vector<std::string_view> views(line.begin(), line.end());
  const auto found = shim::scan_ssh_argv(views, version, no_long_options);
  if (!found.long_options.empty()) return;  // to ssh, an unknown option
  model ours(defaults);
  ours.read(line, found);
  const auto answers = settings_told(questions_about(line, found));
  const auto ssh = settings_of(answers[0]);
  const bool readable = is_readable(line, found);
  CHECK(ssh.has_value() == (readable && can_run(found, ours.said())));
  if (ssh) check_settings(*ssh, ours.said(), defaults);
  CHECK(is_taken(answers[1]) == readable);
  if (found.command) CHECK_FALSE(is_taken(answers[2]));
}

}  // namespace

TEST_CASE("a random command line means to the scanner what it means to the machine's ssh") {
  const auto version = version_of_machine();
  const auto defaults = settings_of(words{"h"});
  REQUIRE(defaults);
  line_maker lines(20260);
  for (int round = 0; round < 200; ++round) check_line(lines.make(), version, *defaults);
}

TEST_CASE("command lines that are easy to misread mean to the scanner what they mean to ssh") {
  const auto version = version_of_machine();
  const auto defaults = settings_of(words{"h"});
  REQUIRE(defaults);
  const words lines[] = {
      {"h", "-q", "echo", "A", "-x"},
      {"h", "--", "echo"},
      {"--", "h", "-q", "echo"},
      {"h", "-p", "9", "-l", "u", "c"},
      {"h", "echo", "--", "F"},
      {"-S", "--", "h", "-T"},
      {"-S", "--", "-q", "h", "-T"},
      {"h", "-S", "--", "-T"},
      {"h", "-", "-T"},
      {"h", "--", "--", "-T"},
      {"h", "-P", "x", "y"},
      {"-P", "x", "h"},
      {"h", ""},
      {"h", "--", ""},

      {"-t", "-T", "h"},
      {"-T", "-t", "h", "top"},
      {"-ttt", "h"},
      {"-enone", "h", "-e~"},
  };
  for (const auto& line : lines) check_line(line, version, *defaults);
}

TEST_CASE("a dropped option is gone for ssh, and nothing else has changed") {
  const auto version = version_of_machine();
  const auto without = [version](const words& line, std::string_view drop) {
    const std::vector<std::string_view> views(line.begin(), line.end());
    return shim::without_options(views, shim::scan_ssh_argv(views, version, no_long_options), drop);
  };
  const auto rest = without({"-qS", "x", "-e", "none", "-tb", "--", "-Sx", "me@h", "-T"}, "eS");
  const auto ssh = settings_of(rest);
  REQUIRE(ssh);
  CHECK((ssh->escape == shim::escape_char('~')));
  CHECK(ssh->control_path.empty());
  CHECK(ssh->user == "me");
  CHECK((ssh->tty == shim::request_tty::no));
  CHECK(ssh->quiet);
  CHECK(is_taken(settings_told({beside_remote_command(rest)}).front()));

  const auto with_command = without({"-S", "--", "h", "-T"}, "S");
  CHECK((settings_of(with_command)->tty == shim::request_tty::automatic));
  CHECK_FALSE(is_taken(settings_told({beside_remote_command(with_command)}).front()));
}

TEST_CASE("every escape character ssh takes is read from what ssh prints") {
  constexpr std::size_t at_once = 16;
  std::array<shim::escape_char, 256> all;
  for (std::size_t byte = 0; byte < all.size(); ++byte)
    all[byte] = shim::escape_char(static_cast<unsigned char>(byte));
  for (auto some = all.begin(); some != all.end(); some += at_once) {
    std::vector<words> lines;
    std::transform(some, some + at_once, std::back_inserter(lines), [](shim::escape_char c) {
      return words{"-e", spelled(c), "h"};
    });
    const auto answers = settings_told(lines);
    for (std::size_t i = 0; i < at_once; ++i) {
      CAPTURE(lines[i][1]);
      const auto ssh = settings_of(answers[i]);
      REQUIRE(ssh);
      CHECK((ssh->escape == *(some + static_cast<std::ptrdiff_t>(i))));
    }
  }
}

TEST_CASE("ssh refuses the escape characters that are refused here, and takes the others") {
  for (const std::string text : {"", "^", "^?", "^1", "^ ", "^~", "^\x7f", "^{", "^aa", "None",
                                 "none", "no", "\xc3\xa9", "\xe9", "^\xe9", "\\", "\\^A", " "}) {
    CAPTURE(text);
    const auto ssh = settings_of(words{"-e", text, "h"});
    CHECK(ssh.has_value() == shim::parse_escape_char(text).has_value());
    if (ssh) CHECK((ssh->escape == shim::parse_escape_char(text)));
  }
}

TEST_CASE("settings in ssh's own words are understood") {
  const auto with = [](const std::string& option) {
    const auto settings = settings_of(words{"-o", option, "h", "sftp"});
    REQUIRE(settings);
    return *settings;
  };
  CHECK_FALSE(with("SessionType=none").shell_or_command);
  CHECK_FALSE(with("SessionType=subsystem").shell_or_command);
  CHECK(with("SessionType=default").shell_or_command);
  CHECK(settings_of(words{"-o", "RemoteCommand=top -d 1", "h"})->remote_command);
  CHECK_FALSE(with("RemoteCommand=none").remote_command);
  CHECK(with("LogLevel=QUIET").quiet);
  CHECK_FALSE(with("LogLevel=FATAL").quiet);
  CHECK(with("ControlPath=/tmp/%h").control_path == "/tmp/h");
  CHECK(with("ControlPath=none").control_path.empty());
  CHECK(with("ControlMaster=auto").control_master == "auto");
  CHECK((with("RequestTTY=auto").tty == shim::request_tty::automatic));
  CHECK(with("HostName=there").hostname == "there");
  CHECK(with("HostName=there").host == "h");
}
