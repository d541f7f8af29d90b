#include <shim/core/ssh_config_text.hpp>

#include <string>
#include <vector>

#include <tests/catch.hpp>

namespace {

using words = std::vector<std::string>;

struct line_row {
  std::string line;
  std::string keyword;
  words arguments;
};

}  // namespace

TEST_CASE("a line of a configuration is a keyword and its arguments, as readconf.c takes it") {
  const line_row rows[] = {
      {"Host web", "host", {"web"}},
      {"HOST web db", "host", {"web", "db"}},
      {"  \t Host\tweb\t db  ", "host", {"web", "db"}},
      {"Port=22", "port", {"22"}},
      {"Port = 22", "port", {"22"}},
      {"Port= 22", "port", {"22"}},
      {"Port ==22", "port", {"=22"}},  // one `=` only
      {"Port==22", "port", {"=22"}},
      {"=Port 22", "port", {"22"}},
      {"Host a=b", "host", {"a=b"}},
      {"Host web\r", "host", {"web"}},
      {"Host web \f", "host", {"web"}},
      {"Host a\rb", "host", {"a\rb"}},
      {"Host web # not db", "host", {"web"}},
      {"Host web#1 # db", "host", {"web#1"}},
      {"Host \"#web\"", "host", {"#web"}},
      {"Host \\#web", "host", {"\\#web"}},
      {"Host \"my web\" db", "host", {"my web", "db"}},
      {"Host my\" w\"eb", "host", {"my web"}},
      {"Host 'my web'", "host", {"my web"}},
      {"Host 'it\"s' \"it's\"", "host", {"it\"s", "it's"}},
      {"Host it\\'s", "host", {"it's"}},
      {"Host \"a\\\"b\"", "host", {"a\"b"}},
      {"Host a\\\\b", "host", {"a\\b"}},
      {"Host a\\nb", "host", {"a\\nb"}},
      {"Host my\\ web", "host", {"my web"}},
      {"Host \"my\\ web\"", "host", {"my\\ web"}},  // in quotes a blank needs no escape
      {"Host my\\\tweb", "host", {"my\\", "web"}},
      {"Host web\\", "host", {"web\\"}},
      {"Host \"\"", "host", {""}},
      {"Host \"\"''", "host", {""}},
      {"\"Host\" web", "host", {"web"}},
      {"\"Host\"=web", "host", {"=web"}},
      {"Ho\"st\" web", "host", {"web"}},
      {"Host\"web\" db", "hostweb", {"db"}},
      {"\"\"Host web", "host", {"web"}},
      {"NoSuchKeyword x", "nosuchkeyword", {"x"}},
      {std::string("Host web\0 db", 12), "host", {"web"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    const auto line = shim::parse_ssh_config_line(row.line);
    REQUIRE(line);
    CHECK(line->keyword == row.keyword);
    CHECK(line->arguments == row.arguments);
  }
}

TEST_CASE("what is no line to ssh is none") {
  for (const std::string line : {"",           " \t",           "\r",
                                 "\f",         "# Host web",    "  # Host web",
                                 "#Host web",  "Host",          "Host ",
                                 "Host =",     "Host # web",    "Host \"web",
                                 "Host 'web",  "Host web \"db", "Host \"web\\\"",
                                 "\"Host web", "\"\"",          "=",
                                 "== x",       "\"\" \"\" x",   "\"#\" x"}) {
    CAPTURE(line);
    CHECK_FALSE(shim::parse_ssh_config_line(line));
  }
}

TEST_CASE("lines end at a newline, and the last one need not") {
  const auto lines = shim::parse_ssh_config("Host a\r\n\n# c\nHost \"b\nPort 1\n  Port=2");
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].arguments == words{"a"});
  CHECK(lines[1].arguments == words{"1"});
  CHECK(lines[2].arguments == words{"2"});
}

TEST_CASE("there are no lines that go on: a backslash at the end is a backslash") {
  const auto lines = shim::parse_ssh_config("Host a \\\nPort 1\n");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].arguments == words{"a", "\\"});
}

TEST_CASE("control paths, files and hosts are found under any Host or Match") {
  const auto found = shim::mentions_in_ssh_config(
      "Include config.d/*.conf ~/.ssh/\"more hosts\" # of mine\n"
      "ControlPath=~/.ssh/%C\n"
      "Host web db1 *.prod !db2 10.0.0.?\n"
      "  ControlMaster auto\n"
      "  controlpath \"/tmp/my sockets/%r@%h:%p\"\n"
      "Match host x exec \"test -f y\"\n"
      "  INCLUDE /etc/other\n"
      "  ControlPath none\n"
      "Match all\n"
      "  ControlPath ~/.ssh/%C\n"
      "  ControlPath None\n"
      "Host Web web\n"
      "  Hostname not.named.here\n");
  CHECK(found.control_paths == words{"~/.ssh/%C", "/tmp/my sockets/%r@%h:%p"});
  CHECK(found.includes == words{"config.d/*.conf", "~/.ssh/more hosts", "/etc/other"});
  CHECK(found.hosts == words{"web", "db1", "Web"});
}

TEST_CASE("a line that ssh would refuse mentions nothing, and the next one does") {
  const auto found = shim::mentions_in_ssh_config(
      "ControlPath a b\n"
      "ControlPath \"\"\n"
      "ControlPath \"/tmp/x\n"
      "Include \"\"\n"
      "Host \"\" ! ?\n"
      "ControlPath /tmp/y\n");
  CHECK(found.control_paths == words{"/tmp/y"});
  CHECK(found.includes.empty());
  CHECK(found.hosts.empty());
}

TEST_CASE("a configuration with very many hosts is read in no time") {
  constexpr int many = 100'000;
  std::string text = "Host";
  for (int i = 0; i < many; ++i) text += " web" + std::to_string(i);
  text += "\n";
  CHECK(shim::mentions_in_ssh_config(text + text).hosts.size() == many);
}
