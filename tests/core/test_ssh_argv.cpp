#include <shim/core/ssh_argv.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <tests/catch.hpp>

namespace {

constexpr shim::ssh_version debian_12{9, 2};

bool test_takes_value(std::string_view name) { return name == "name" || name == "timeout"; }

std::vector<std::string> split(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word == "''" ? "" : word);
  return words;
}

// Words and what was found in them; it keeps what the views look into.
class command_line {
 public:
  explicit command_line(std::vector<std::string> words, shim::ssh_version version = debian_12)
      : words_(std::move(words)),
        views_(words_.begin(), words_.end()),
        found_(shim::scan_ssh_argv(views_, version, test_takes_value)) {}
  explicit command_line(const std::string& line, shim::ssh_version version = debian_12)
      : command_line(split(line), version) {}

  const shim::ssh_argv& found() const { return found_; }

  // `q p=22 l=me`, in order.
  std::string options() const {
    std::string text;
    for (const auto& option : found_.options) {
      text.append(text.empty() ? "" : " ").append(1, option.letter);
      if (!option.argument.empty()) text.append("=").append(option.argument);
    }
    return text;
  }

  std::string long_options() const {
    std::string text;
    for (const auto& option : found_.long_options) {
      text.append(text.empty() ? "" : " ").append(option.name);
      if (option.value) text.append("=").append(*option.value);
    }
    return text;
  }

  std::string destination() const {
    return found_.destination ? words_[*found_.destination] : "(none)";
  }

  std::string command() const { return found_.command ? joined(*found_.command) : "(none)"; }

  std::string without(const std::string& letters) const {
    return join(shim::without_options(views_, found_, letters));
  }

  bool depends() const { return shim::depends_on_version(views_, test_takes_value); }

  static std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
      text.append(text.empty() ? "" : " ").append(word.empty() ? "''" : word);
    return text;
  }

 private:
  std::string joined(std::size_t from) const {
    return join({words_.begin() + static_cast<std::ptrdiff_t>(from), words_.end()});
  }

  std::vector<std::string> words_;
  std::vector<std::string_view> views_;
  shim::ssh_argv found_;
};

}  // namespace

TEST_CASE("a command line is read as ssh reads it") {
  struct row {
    std::string line;
    std::string options;
    std::string destination;
    std::string command;
  };
  const std::string no = "(none)";
  const row rows[] = {
      {"h", "", "h", no},
      {"h echo", "", "h", "echo"},
      {"h -q echo A -x", "q", "h", "echo A -x"},
      {"h -- echo", "", "h", "echo"},
      {"-- h -q echo", "", "h", "-q echo"},
      {"h -p 9 -l u cmd", "p=9 l=u", "h", "cmd"},
      {"h echo -- F", "", "h", "echo -- F"},
      {"-qoUser=r h", "q o=User=r", "h", no},
      {"-p22 h", "p=22", "h", no},
      {"-qT h", "q T", "h", no},
      {"-p 22 h", "p=22", "h", no},
      {"-qp 22 h", "q p=22", "h", no},
      {"-o User=r -v h uptime", "o=User=r v", "h", "uptime"},
      {"-p -q h", "p=-q", "h", no},
      {"-l --name h", "l=--name", "h", no},
      {"-tt h -t", "t t t", "h", no},
      {"-t -T h", "t T", "h", no},
      {"- -q", "q", "-", no},
      {"h -", "", "h", "-"},
      {"h - -q", "", "h", "- -q"},
      {"h -q -- -q", "q", "h", "-q"},
      {"h -- -- -q", "", "h", "-- -q"},
      {"-- -- -q", "", "--", "-q"},
      {"-q --", "q", no, no},
      {"h --", "", "h", no},
      {"--", "", no, no},
      {"'' -q", "q", "''", no},
      {"h ''", "", "h", no},
      {"h -- ''", "", "h", no},
      {"h '' -T", "", "h", "'' -T"},
      {"h '' ''", "", "h", "'' ''"},
      {"-e '' h", "e", "h", no},
      {"-e none h", "e=none", "h", no},
      {"-enone h", "e=none", "h", no},
      {"-e- h", "e=-", "h", no},
      {"ssh://me@h:22/ -q", "q", "ssh://me@h:22/", no},
      {"me@@h", "", "me@@h", no},
      {"-W a:1 h", "W=a:1", "h", no},
      {"-J a,b -L 1:h:2 -R1:h:2 -D1 h", "J=a,b L=1:h:2 R=1:h:2 D=1", "h", no},
      {"-O check h", "O=check", "h", no},
      {"-V", "V", no, no},
      {"-Q cipher", "Q=cipher", no, no},
      {"", "", no, no},
  };
  for (const auto& [line, options, destination, command] : rows) {
    CAPTURE(line);
    const command_line read(line);
    CHECK(read.options() == options);
    CHECK(read.destination() == (destination == "''" ? "" : destination));
    CHECK(read.command() == command);
    CHECK_FALSE(read.found().unknown);
  }
}

TEST_CASE("an option's argument -- before the destination ends the options, as in ssh") {
  const command_line read("-S -- h -T");
  CHECK(read.destination() == "h");
  CHECK(read.command() == "-T");
  CHECK(read.options() == "S=--");
  CHECK(command_line("-S -- -q h -T").options() == "S=-- q T");
  CHECK(command_line("-S-- h -T").options() == "S=-- T");
  CHECK(command_line("h -S -- -T").options() == "S=-- T");
}

TEST_CASE("an option knows where it stands") {
  const command_line read("-x -qTl me h -p22");
  const auto& options = read.found().options;
  REQUIRE(options.size() == 5);
  CHECK(options[2].letter == 'T');
  CHECK(options[2].word == 1);
  CHECK(options[2].offset == 2);
  CHECK(options[3].letter == 'l');
  CHECK(options[3].argument_apart);
  CHECK(options[4].word == 4);
  CHECK(options[4].offset == 1);
  CHECK_FALSE(options[4].argument_apart);
}

TEST_CASE("reading stops at what ssh does not know") {
  struct row {
    std::string line;
    char unknown;
    std::string options;
    std::string destination;
  };
  const std::string no = "(none)";
  const row rows[] = {
      {"-% h", '%', "", no},    {"-q% -T h", '%', "q", no},    {"-: h", ':', "", no},
      {"-Z h", 'Z', "", no},    {"-p", 'p', "", no},           {"h -l", 'l', "", "h"},
      {"-qe", 'e', "q", no},    {"h -q% echo", '%', "q", "h"}, {"-q- h", '-', "q", no},
      {"-q-x h", '-', "q", no}, {"h -T-", '-', "T", "h"},      {"-r h", 'r', "", no},
  };
  for (const auto& [line, unknown, options, destination] : rows) {
    CAPTURE(line);
    const command_line read(line);
    CHECK(read.found().unknown == unknown);
    CHECK(read.options() == options);
    CHECK(read.destination() == destination);
    CHECK_FALSE(read.found().command);
  }
}

TEST_CASE("options with two dashes are ours, wherever ssh would read options") {
  struct row {
    std::string line;
    std::string long_options;
    std::string options;
    std::string command;
  };
  const std::string no = "(none)";
  const row rows[] = {
      {"--name work h", "name=work", "", no},
      {"--name=work h", "name=work", "", no},
      {"--name= h", "name=", "", no},
      {"--attach h", "attach", "", no},
      {"--attach=x=y h", "attach=x=y", "", no},
      {"-q --name work -T h", "name=work", "q T", no},
      {"h --name work -q", "name=work", "q", no},
      {"h --timeout 5 sleep 9", "timeout=5", "", "sleep 9"},
      {"--name -- h -q", "name=--", "q", no},
      {"--name -q h", "name=-q", "", no},
      {"-S -- --name x h -T", "name=x", "S=--", "-T"},
      {"h ls --name work", "", "", "ls --name work"},
      {"h -- --name work", "", "", "--name work"},
      {"-- h --name work", "", "", "--name work"},
      {"-l --name h", "", "l=--name", no},
      {"--what h", "what", "", no},
  };
  for (const auto& [line, long_options, options, command] : rows) {
    CAPTURE(line);
    const command_line read(line);
    CHECK(read.long_options() == long_options);
    CHECK(read.options() == options);
    CHECK(read.destination() == "h");
    CHECK(read.command() == command);
  }
}

TEST_CASE("a long option that lacks its value has none") {
  const command_line read("h --name");
  REQUIRE(read.found().long_options.size() == 1);
  CHECK_FALSE(read.found().long_options[0].value);
  CHECK(read.found().long_options[0].word == 1);
  CHECK_FALSE(read.found().unknown);
}

TEST_CASE("option -P took no argument before 9.4, and -Z came with 10.5") {
  CHECK(command_line("-P x h", {8, 0}).destination() == "x");
  CHECK(command_line("-P x h", {9, 3}).destination() == "x");
  CHECK(command_line("-P x h", {9, 4}).destination() == "h");
  CHECK(command_line("-P x h", {10, 5}).destination() == "h");
  CHECK(command_line("-P x h", {7, 6}).destination() == "x");
  CHECK(command_line("-P x h", {11, 0}).destination() == "h");
  CHECK(command_line("-Z h", {10, 4}).found().unknown == 'Z');
  CHECK_FALSE(command_line("-Z h", {10, 5}).found().unknown);
}

TEST_CASE("every option letter of ssh(1) is known with and without its argument") {
  const std::string flags = "1246afgkmnqstvxACGKMNTVXYy";
  const std::string with_argument = "bceilmopBDEFIJLOQRSwW";
  for (const shim::ssh_version version : {debian_12, {9, 4}, {10, 5}}) {
    CAPTURE(version.major, version.minor);
    for (const char letter : flags) {
      if (with_argument.find(letter) != std::string::npos) continue;
      CAPTURE(letter);
      CHECK(command_line({std::string("-") + letter, "h"}, version).destination() == "h");
    }
    for (const char letter : with_argument) {
      CAPTURE(letter);
      CHECK(command_line({std::string("-") + letter, "x", "h"}, version).destination() == "h");
    }
  }
}

TEST_CASE("ssh need be asked for its version only where versions differ") {
  for (const std::string line : {"-P x h", "h -P x", "-qP x h", "-Z h", "h -Z", "-Px h", "-P"})
    CHECK(command_line(line).depends());
  for (const std::string line : {"h", "-qT h", "-p 22 h echo -P x", "-- h -P x", "-l -P h", "-oP h",
                                 "h ls -Z", "-% -P", "--name -P h", "", "--what h"}) {
    CAPTURE(line);
    CHECK_FALSE(command_line(line).depends());
  }
}

TEST_CASE("options are dropped and all else stays") {
  struct row {
    std::string line;
    std::string drop;
    std::string expected;
  };
  const row rows[] = {
      {"-e none h", "e", "h"},
      {"-enone h", "e", "h"},
      {"-qe none -T h", "e", "-q -T h"},
      {"-qenone h", "e", "-q h"},
      {"-qvT h", "v", "-qT h"},
      {"-vvv h", "v", "h"},
      {"-tqt h -t", "t", "-q h"},
      {"-e ^] -S none -p 22 h -e~ ls -e x", "eS", "-p 22 h ls -e x"},
      {"h -e none", "e", "h"},
      {"h -e none -- -e", "e", "h -- -e"},
      {"-- h -e none", "e", "-- h -e none"},
      {"-e '' h", "e", "h"},
      {"-l e h e", "e", "-l e h e"},
      {"-p 22 h", "", "-p 22 h"},
      {"--name work -e none h", "e", "h"},
      {"--name=work -q h --attach ls --name", "", "-q h ls --name"},
      {"--name -- h -q", "", "h -q"},
      {"h --name", "", "h"},
      {"-V", "V", ""},
  };
  for (const auto& [line, drop, expected] : rows) {
    CAPTURE(line, drop);
    CHECK(command_line(line).without(drop) == expected);
  }
}

TEST_CASE("dropping an option does not change where ssh stops reading options") {
  struct row {
    std::string line;
    std::string drop;
    std::string expected;
  };
  const row rows[] = {
      {"-S -- h -T", "S", "-- h -T"},          {"-S -- --name x h -T", "S", "-- h -T"},
      {"-l -- -S x h -T", "S", "-l-- h -T"},   {"-ql -- -e x h -T", "e", "-ql-- h -T"},
      {"-S -- -q h -T", "S", "-q h -T"},       {"-S -- -q h -T", "q", "-S-- h -T"},
      {"-l -- -S -- h -T", "S", "-l -- h -T"}, {"h -S -- -T", "S", "h -T"},
  };
  for (const auto& [line, drop, expected] : rows) {
    CAPTURE(line, drop);
    const command_line before(line);
    CHECK(before.without(drop) == expected);
    const command_line after(before.without(drop));
    CHECK(after.destination() == before.destination());
    CHECK(after.command() == before.command());
  }
}

TEST_CASE("of a line ssh will refuse, only our options are taken out") {
  CHECK(command_line("--name x -e none -% h --name y").without("e") == "-e none -% h --name y");
  CHECK(command_line("-qv- h").without("qv") == "-qv- h");
}

TEST_CASE("the host of a destination is what stands behind the user and before the port") {
  using row = std::pair<std::string_view, std::string_view>;
  for (const auto& [destination, host] :
       {row{"box", "box"}, row{"me@box", "box"}, row{"a@b@box", "box"}, row{"box:22", "box:22"},
        row{"ssh://box", "box"}, row{"ssh://me@box:22/", "box"}, row{"ssh://me;x=y@box", "box"},
        row{"me@::1", "::1"}, row{"ssh://[::1]", "::1"},
        row{"ssh://me@[fe80::1%eth0]:22/", "fe80::1%eth0"}, row{"ssh://[::1", "::1"},
        row{"ssh://[", ""}, row{"u@", ""}, row{"", ""}}) {
    CAPTURE(destination);
    CHECK(shim::host_of(destination) == host);
  }
}

TEST_CASE("a destination gets another host, and keeps its user and its port") {
  struct row {
    std::string_view destination;
    std::string_view host;
    std::string_view then;
  };
  for (const auto& [destination, host, then] :
       {row{"box", "other", "other"}, row{"me@box", "other", "me@other"},
        row{"a@b@box", "other", "a@b@other"}, row{"me@::1", "other", "me@other"},
        row{"ssh://me@box:22/", "other", "ssh://me@other:22/"},
        row{"ssh://box", "other", "ssh://other"}, row{"ssh://me@[::1]:22", "o", "ssh://me@o:22"},
        row{"ssh://me@box:22", "::1", "ssh://me@[::1]:22"}, row{"me@box", "::1", "me@::1"},
        row{"ssh://[::1", "o", "ssh://o"}, row{"u@", "o", "u@o"},
        row{"me@box", "you@other", "you@other"}, row{"box", "ssh://o:23", "ssh://o:23"}}) {
    CAPTURE(destination);
    CAPTURE(host);
    CHECK(shim::destination_at(destination, host) == then);
  }
}

TEST_CASE("the user of a destination is what stands before the host") {
  using row = std::pair<std::string_view, std::string_view>;
  for (const auto& [destination, user] :
       {row{"box", ""}, row{"me@box", "me"}, row{"a@b@box", "a@b"}, row{"ssh://box:22", ""},
        row{"ssh://me@box:22/", "me"}, row{"ssh://me;x=y@box", "me"}, row{"ssh://me@[::1]", "me"},
        row{"@box", ""}, row{"", ""}}) {
    CAPTURE(destination);
    CHECK(shim::user_of(destination) == user);
  }
}
