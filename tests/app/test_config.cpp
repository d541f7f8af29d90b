#include <sys/stat.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <shim/app/config.hpp>
#include <tests/app/variable.hpp>
#include <tests/catch.hpp>
#include <tests/support/file.hpp>
#include <tests/support/temp_dir.hpp>

using namespace std::chrono_literals;
using shim::app::config;
using shim::app::config_files;
using shim::app::config_result;
using shim::app::described;
using shim::app::parse_config;
using shim::app::pool_opening;
using shim::app::read_config;
using test::variable;

namespace {

config_result parsed(std::string_view text, std::string_view host = "a.test") {
  return parse_config(text, "f", host);
}

std::vector<std::string> warnings_of(const config_result& result) {
  std::vector<std::string> lines;
  for (const auto& warning : result.warnings) lines.push_back(described(warning));
  return lines;
}

config quiet(std::string_view text, std::string_view host = "a.test") {
  const auto result = parsed(text, host);
  const std::vector<std::string> none;
  CHECK(warnings_of(result) == none);
  return result.values;
}

std::string command_of(const shim::escape_keys& keys, char key) {
  const auto* command = keys.of_shim(static_cast<unsigned char>(key));
  return command == nullptr ? "" : std::string(command->name);
}

}  // namespace

TEST_CASE("an empty config leaves every key as it is", "[config]") {
  const auto values = quiet("");
  CHECK(values.timeout == 0ms);
  CHECK(values.idle_timeout == 0ms);
  CHECK_FALSE(values.kill_after);
  CHECK_FALSE(values.plain);
  CHECK_FALSE(values.pool);
  CHECK(values.max_sessions == 10);
  CHECK(values.hold);
  CHECK(values.paste_guard);
  CHECK(command_of(values.keys, 'D') == "detach");
}

TEST_CASE("every key is read", "[config]") {
  const auto values = quiet(
      "timeout = \"1m\"\n"
      "idle_timeout = \"2h\"\n"
      "kill_after = \"3s\"\n"
      "plain = true\n"
      "pool = true\n"
      "max_sessions = 3\n"
      "hold = false\n"
      "paste_guard = false\n"
      "[keys]\n"
      "detach = \"d\"\n");
  CHECK(values.timeout == 1min);
  CHECK(values.idle_timeout == 2h);
  CHECK(values.kill_after == 3s);
  CHECK(values.plain);
  CHECK(values.pool);
  CHECK(values.max_sessions == 3);
  CHECK_FALSE(values.hold);
  CHECK_FALSE(values.paste_guard);
  CHECK(command_of(values.keys, 'd') == "detach");
  CHECK(command_of(values.keys, 'D').empty());
}

TEST_CASE("a pool may be a list of hosts, and what is set last is what it is", "[config]") {
  const auto values = quiet(
      "pool = [\"a\", \"me@b\"]\n"
      "pool_open = \"all\"\n"
      "[host.\"c d\"]\n"
      "pool = [\"c\", \"d\"]\n"
      "pool_open = \"lazy\"\n"
      "[host.e]\n"
      "pool = true\n"
      "[host.f]\n"
      "pool = false\n"
      "[host]\n"
      "",
      "x");
  CHECK(values.pool);
  CHECK(values.pool_hosts == std::vector<std::string>{"a", "me@b"});
  CHECK(values.pool_open == pool_opening::all);
  const auto of = [](std::string_view host) {
    return quiet(
        "pool = [\"a\", \"b\"]\n"
        "host = { \"c d\" = { pool = [\"c\", \"d\"] }, e = { pool = true }, f = { pool = false } "
        "}\n",
        host);
  };
  CHECK(of("d").pool_hosts == std::vector<std::string>{"c", "d"});
  CHECK(of("e").pool);
  CHECK(of("e").pool_hosts.empty());
  CHECK_FALSE(of("f").pool);
  CHECK(of("f").pool_hosts.empty());
}

TEST_CASE("a pool has no more hosts than it can have masters", "[config]") {
  const auto list = [](std::size_t size) {
    std::string text = "pool = [";
    for (std::size_t each = 0; each < size; ++each) text += "\"h\",\n";
    return text + "]\n";
  };
  CHECK(quiet(list(99)).pool_hosts.size() == 99);
  const auto result = parsed(list(100));
  CHECK(result.warnings.size() == 1);
  CHECK_FALSE(result.values.pool);
}

TEST_CASE("a duration is text as timeout(1) takes it, or a number of seconds", "[config]") {
  struct row {
    const char* value;
    std::optional<std::chrono::milliseconds> means;
  };
  const auto [value, means] = GENERATE(values<row>({
      {"\"20\"", 20s},
      {"\"1.5m\"", 90s},
      {"\"0\"", 0ms},
      {"20", 20s},
      {"0", 0ms},
      {"0.25", 250ms},
      {"0.0", 0ms},
      {"-0.0", 0ms},
      {"1e-9", 1ms},
      {"1_000", 1000s},
      {"\"\"", std::nullopt},
      {"\"soon\"", std::nullopt},
      {"\"-1\"", std::nullopt},
      {"-1", std::nullopt},
      {"-0.1", std::nullopt},
      {"inf", std::nullopt},
      {"nan", std::nullopt},
      {"1e300", std::nullopt},
      {"9223372036854775807", std::nullopt},
      {"true", std::nullopt},
      {"[20]", std::nullopt},
      {"00:20:00", std::nullopt},
  }));
  CAPTURE(value);
  const auto result = parsed("timeout = 7\n[host.a]\ntimeout = " + std::string(value), "a");
  CHECK(result.values.timeout == means.value_or(7s));
  CHECK(result.warnings.empty() == means.has_value());
}

TEST_CASE("what is wrong is one warning with its line, and the rest holds", "[config]") {
  struct row {
    const char* text;
    const char* warning;
  };
  const auto [text, warning] = GENERATE(values<row>({
      {"\ntiemout = 5\n", "f:2: unknown key 'tiemout'"},
      {"[hosts.\"a\"]\nhold = true", "f:1: unknown key 'hosts'"},
      {"max_sessions = 0", "f:1: 'max_sessions' must be a number from 1 to 100000"},
      {"max_sessions = 4294967297", "f:1: 'max_sessions' must be a number from 1 to 100000"},
      {"pool = \"all\"", "f:1: 'pool' must be true, false, or a list of 1 to 99 hosts"},
      {"pool = []", "f:1: 'pool' must be true, false, or a list of 1 to 99 hosts"},
      {"pool = [\"a\", 2]", "f:1: 'pool' must be true, false, or a list of 1 to 99 hosts"},
      {"pool = [\"a\", \"\"]", "f:1: 'pool' must be true, false, or a list of 1 to 99 hosts"},
      {"pool = [\"-oProxyCommand=x\"]",
       "f:1: 'pool' must be true, false, or a list of 1 to 99 hosts"},
      {"pool = [\"a b\"]", "f:1: 'pool' must be true, false, or a list of 1 to 99 hosts"},
      {"pool = [[\"a\"]]", "f:1: 'pool' must be true, false, or a list of 1 to 99 hosts"},
      {"pool_open = true", "f:1: 'pool_open' must be \"lazy\" or \"all\""},
      {"pool_open = \"first\"", "f:1: 'pool_open' must be \"lazy\" or \"all\""},
      {"plain = 1", "f:1: 'plain' must be true or false"},
      {"plain = \"true\"", "f:1: 'plain' must be true or false"},
      {"\n\nidle_timeout = \"5 min\"",
       "f:3: 'idle_timeout' must be a duration: seconds, or \"20s\", \"1m\", \"2h\""},
      {"ssh = \"/usr/bin/ssh\"", "f:1: unknown key 'ssh'"},
      {"host = 3", "f:1: 'host' must be tables: [host.\"*.test\"]"},
      {"[[host]]\nplain = true", "f:1: 'host' must be tables: [host.\"*.test\"]"},
      {"[host]\nplain = true", "f:2: host 'plain' must be a table: [host.\"plain\"]"},
      {"[host.a.test]\nplain = true",
       "f:1: unknown key 'test': a pattern with a dot needs quotes: [host.\"a.test\"]"},
      {"[host.a]\n\nholt = true", "f:3: unknown key 'holt'"},
      {"[host.other]\nholt = true", "f:2: unknown key 'holt'"},
      {"[host.other]\nhold = 1", "f:2: 'hold' must be true or false"},
      {"[host.\"*\".keys]\ndetach = \"d\"", "f:1: 'keys' cannot differ between hosts"},
      {"keys = \"d\"", "f:1: 'keys' must be a table: [keys]"},
      {"[keys]\nleave = \"d\"", "f:2: unknown command 'leave' in [keys]"},
      {"[keys]\n\"\" = \"d\"", "f:2: unknown command '' in [keys]"},
      {"[keys]\ndetach = \"\"", "f:2: 'detach' must be one character, as in \"d\""},
      {"[keys]\ndetach = \"ctrl-d\"", "f:2: 'detach' must be one character, as in \"d\""},
      {"[keys]\ndetach = 4", "f:2: 'detach' must be one character, as in \"d\""},
  }));
  CAPTURE(text);
  const auto result = parsed("kill_after = 3\n" + std::string(text), "a");
  CHECK(result.values.kill_after == 3s);
  CHECK(result.values.timeout == 0ms);
  CHECK_FALSE(result.values.plain);
  CHECK(result.values.hold);
  CHECK(command_of(result.values.keys, 'D') == "detach");
  REQUIRE(result.warnings.size() == 1);
  // The line put in front counts.
  auto seen = result.warnings.front();
  seen.line -= 1;
  CHECK(described(seen) == warning);
}

TEST_CASE("warnings come in the order of the lines", "[config]") {
  const auto result = parsed(
      "zz = 1\n"
      "[host.b]\n"
      "yy = 1\n"
      "[host.a]\n"
      "xx = 1\n"
      "[keys]\n"
      "ww = \"w\"\n"
      "[vv]\n");
  std::vector<unsigned> lines;
  for (const auto& warning : result.warnings) lines.push_back(warning.line);
  CHECK(lines == std::vector<unsigned>{1, 3, 5, 7, 8});
}

TEST_CASE("a file that is not TOML is ignored with one warning at its line", "[config]") {
  struct row {
    const char* text;
    unsigned line;
  };
  const auto [text, line] = GENERATE(values<row>({
      {"plain = true\nhold = maybe\n", 2},
      {"plain = true\n\n[host.\"a\n", 3},
      {"plain = true\nplain = true\n", 2},
      {"plain = true\ntimeout = \"\xff\"\n", 2},
      {"plain = true\n\xc3\xa9 = 1\n", 2},
      {"plain = true\nhold = 1979-05-27Tnan\n", 2},
      {"plain = true\na = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]\n", 2},
  }));
  CAPTURE(text);
  const auto result = parsed(text);
  CHECK_FALSE(result.values.plain);
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings.front().line == line);
  CHECK(result.warnings.front().what.starts_with("ignored: "));
}

TEST_CASE("a key of a million parts is a warning and not a stack overflow", "[config]") {
  std::string text = "plain = true\na";
  for (int i = 0; i < 500'000; ++i) text += ".a";
  const auto result = parsed(text + " = 1\n");
  CHECK_FALSE(result.values.plain);
  CHECK(warnings_of(result) ==
        std::vector<std::string>{"f:2: ignored: this line is longer than 2048 bytes"});
}

TEST_CASE("whatever TOML allows is read: a byte order mark, CR LF, dots, inline tables",
          "[config]") {
  CHECK(quiet("\xef\xbb\xbfplain = true\r\n").plain);
  CHECK(quiet("timeout = \"\"\"\n20\\\n  s\"\"\"").timeout == 20s);
  CHECK(quiet("host.\"*.test\".plain = true").plain);
  CHECK(quiet("host = {\"*.test\" = {plain = true}}").plain);
  CHECK(command_of(quiet("keys = {detach = \"d\"}").keys, 'd') == "detach");
}

TEST_CASE("a table for a host wins over the keys outside, wherever they are", "[config]") {
  const auto* text =
      "host.\"a*\".timeout = 1\n"
      "timeout = 5\n"
      "idle_timeout = 6\n";
  CHECK(quiet(text, "a.test").timeout == 1s);
  CHECK(quiet(text, "a.test").idle_timeout == 6s);
  CHECK(quiet(text, "b.test").timeout == 5s);
}

TEST_CASE("of the hosts that match, the first in the file that sets a key wins", "[config]") {
  const auto* text =
      "[host.\"z*, !zz*\"]\n"
      "timeout = 1\n"
      "[host.\"*\"]\n"
      "timeout = 2\n"
      "idle_timeout = 2\n"
      "[host.\"A.TEST\"]\n"
      "timeout = 3\n"
      "idle_timeout = 3\n"
      "plain = true\n";
  CHECK(quiet(text, "z").timeout == 1s);
  CHECK(quiet(text, "z").idle_timeout == 2s);
  CHECK(quiet(text, "zz").timeout == 2s);
  CHECK(quiet(text, "a.test").timeout == 2s);
  CHECK(quiet(text, "a.test").plain);
}

TEST_CASE("a value that will not do leaves the key to the next that sets it", "[config]") {
  const auto result = parsed(
      "[host.\"a*\"]\n"
      "timeout = \"never\"\n"
      "[host.\"*\"]\n"
      "timeout = 2\n");
  CHECK(result.values.timeout == 2s);
  CHECK(result.warnings.size() == 1);
}

TEST_CASE("two commands may swap their keys, and one may take what another leaves", "[config]") {
  const auto swapped = quiet("[keys]\ndetach = \"L\"\nsessions = \"D\"\n");
  CHECK(command_of(swapped.keys, 'L') == "detach");
  CHECK(command_of(swapped.keys, 'D') == "sessions");
  const auto moved = quiet("[keys]\ndetach = \"L\"\nsessions = \"q\"\n");
  CHECK(command_of(moved.keys, 'L') == "detach");
  CHECK(command_of(moved.keys, 'q') == "sessions");
  CHECK(command_of(quiet("[keys]\ndetach = \"D\"\n").keys, 'D') == "detach");
}

TEST_CASE("a key that cannot be had is refused, the others are not", "[config]") {
  struct row {
    const char* wanted;
    const char* why;
  };
  const auto [wanted, why] = GENERATE(values<row>({
      {".", "ssh's"},
      {"?", "ssh's"},
      {"L", "another command's"},
      {" ", "not printable"},
      {"\\u0001", "not printable"},
      {"\\u007f", "not printable"},
  }));
  CAPTURE(wanted, why);
  const auto result =
      parsed("[keys]\nrepaint = \"p\"\ndetach = \"" + std::string(wanted) + "\"\nlevels = \"n\"\n");
  CHECK(command_of(result.values.keys, 'D') == "detach");
  CHECK(command_of(result.values.keys, 'L') == "sessions");
  CHECK(command_of(result.values.keys, 'p') == "repaint");
  CHECK(command_of(result.values.keys, 'n') == "levels");
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings.front().line == 3);
  CHECK(result.warnings.front().what.starts_with("'detach' cannot have the key '"));
}

TEST_CASE("one key for two commands goes to the first", "[config]") {
  const auto result = parsed("[keys]\nsessions = \"q\"\ndetach = \"q\"\n");
  CHECK(command_of(result.values.keys, 'q') == "sessions");
  CHECK(command_of(result.values.keys, 'D') == "detach");
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings.front().line == 3);
}

TEST_CASE("what a later file sets wins, even over an earlier file's host", "[config]") {
  const test::temp_dir dir;
  const std::vector<std::string> files = {dir / "first", dir / "second"};
  test::write_file(files[0],
                   "timeout = 1\nidle_timeout = 1\n[host.\"*\"]\nplain = true\nhold = false\n"
                   "[keys]\ndetach = \"d\"\nrepaint = \"p\"\n");
  test::write_file(files[1], "timeout = 2\nhold = true\n[keys]\ndetach = \"x\"\nbad = \"x\"\n");
  const auto result = read_config(files, "a.test");
  CHECK(result.values.timeout == 2s);
  CHECK(result.values.idle_timeout == 1s);
  CHECK(result.values.plain);
  CHECK(result.values.hold);
  CHECK(command_of(result.values.keys, 'x') == "detach");
  CHECK(command_of(result.values.keys, 'd').empty());
  CHECK(command_of(result.values.keys, 'p') == "repaint");
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings.front().file == files[1]);
}

TEST_CASE("a broken file takes nothing from the others", "[config]") {
  const test::temp_dir dir;
  test::write_file(dir / "good", "plain = true\n");
  test::write_file(dir / "broken", "hold = false\n= 3\n");
  const auto result = read_config({dir / "good", dir / "broken"}, "a.test");
  CHECK(result.values.plain);
  CHECK(result.values.hold);
  CHECK(result.warnings.size() == 1);
}

TEST_CASE("a file that does not exist is no warning", "[config]") {
  const test::temp_dir dir;
  test::write_file(dir / "file", "");
  CHECK(read_config({dir / "missing", dir / "no/such/file", dir / "file/below"}, "a.test")
            .warnings.empty());
}

TEST_CASE("/dev/null is an empty file", "[config]") {
  CHECK(read_config({"/dev/null"}, "a.test").warnings.empty());
}

TEST_CASE("a file that cannot be read is one warning", "[config]") {
  const test::temp_dir dir;
  const auto path = dir / "config.toml";
  std::string why;
  SECTION("a directory") {
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    why = "Is a directory";
  }
  SECTION("more than a megabyte") {
    test::write_file(path, std::string(1024 * 1024 + 1, '\n'));
    why = "File too large";
  }
  SECTION("a FIFO that nobody writes to") {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    why = "Invalid argument";
  }
  SECTION("a link to itself") {
    REQUIRE(::symlink(path.c_str(), path.c_str()) == 0);
    why = "Too many levels of symbolic links";
  }
  CHECK(warnings_of(read_config({path}, "a.test")) ==
        std::vector<std::string>{path + ": cannot read it: " + why});
}

TEST_CASE("a file of a megabyte is read", "[config]") {
  const test::temp_dir dir;
  test::write_file(dir / "f", std::string(1024 * 1024 - 12, '\n') + "plain = true");
  CHECK(read_config({dir / "f"}, "a.test").values.plain);
}

TEST_CASE("a file that may not be read is one warning", "[config]") {
  const test::temp_dir dir;
  test::write_file(dir / "f", "plain = true\n", 0);
  const auto result = read_config({dir / "f"}, "a.test");
  if (::geteuid() == 0) SHIM_SKIP("root may read every file");
  CHECK_FALSE(result.values.plain);
  CHECK(warnings_of(result) ==
        std::vector<std::string>{dir / "f: cannot read it: Permission denied"});
}

TEST_CASE("a warning is safe to print, whatever the file holds", "[config]") {
  const auto result = parsed("\"\\u001b]0;x\\u0007\" = 1\n");
  REQUIRE(result.warnings.size() == 1);
  const auto line = described(result.warnings.front());
  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(line.find('\a') == std::string::npos);
}

TEST_CASE("the files are the system's and then the user's", "[config]") {
  struct row {
    std::optional<std::string> config_home;
    std::optional<std::string> home;
    const char* user_file;  // none: the system's alone
  };
  const std::string system = "/etc/ssh-shim/config.toml";
  const auto [config_home, home, user_file] = GENERATE(values<row>({
      {"/x", "/h", "/x/ssh-shim/config.toml"},
      {std::nullopt, "/h", "/h/.config/ssh-shim/config.toml"},
      {"", "/h", "/h/.config/ssh-shim/config.toml"},
      {"relative", "/h", "/h/.config/ssh-shim/config.toml"},
      {std::nullopt, std::nullopt, nullptr},
      {std::nullopt, "", nullptr},
      {std::nullopt, "relative", nullptr},
  }));
  const variable as_config_home("XDG_CONFIG_HOME", config_home);
  const variable as_home("HOME", home);
  auto expected = std::vector<std::string>{system};
  if (user_file != nullptr) expected.emplace_back(user_file);
  CHECK(config_files(std::nullopt) == expected);
  CHECK(config_files("mine.toml") == std::vector<std::string>{"mine.toml"});
}
