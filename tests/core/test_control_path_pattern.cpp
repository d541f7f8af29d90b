#include <shim/core/control_path_pattern.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tests/catch.hpp>

namespace {

const std::string hash = "0123456789abcdef0123456789abcdef01234567";

shim::control_path_values values() {
  return {.home = "/home/me",
          .uid = "1000",
          .user = "me",
          .hostname = "desk.example",
          .environment = [](const std::string& name) -> std::optional<std::string> {
            if (name == "RUN") return "/run/user/1000";
            if (name == "ODD") return "/a%h/${RUN}";
            return name == "EMPTY" ? std::optional<std::string>("") : std::nullopt;
          }};
}

shim::control_path_pattern pattern(const std::string& text) {
  const auto parsed = shim::control_path_pattern::parse(text, values());
  REQUIRE(parsed);
  return *parsed;
}

using match = shim::control_path_match;

struct match_row {
  std::string pattern;
  std::string path;
  std::optional<match> expected;
};

}  // namespace

TEST_CASE("a path tells host, port and user where its template has them") {
  const match all{.host = "web", .destination = {}, .port = 22, .user = "you"};
  const match_row rows[] = {
      {"~/.ssh/%r@%h:%p", "/home/me/.ssh/you@web:22", all},
      {"~/.ssh/%r_%p_%h", "/home/me/.ssh/you_22_web", all},
      {"/tmp/ssh_mux_%h_%p_%r", "/tmp/ssh_mux_web_22_you", all},
      {"~/.ssh/cm-%r@%h:%p.sock", "/home/me/.ssh/cm-you@web:22.sock", all},
      {"~/.ssh/%h/%r/%p", "/home/me/.ssh/web/you/22", all},
      {"~/.ssh/%n", "/home/me/.ssh/web",
       match{.host = {}, .destination = "web", .port = {}, .user = {}}},
      {"~/.ssh/%h-%n", "/home/me/.ssh/a-b",
       match{.host = "a", .destination = "b", .port = {}, .user = {}}},
      {"~/.ssh/%C", "/home/me/.ssh/" + hash, match{}},
      {"~/.ssh/%C", "/home/me/.ssh/" + hash + "0", std::nullopt},
      {"~/.ssh/%C", "/home/me/.ssh/" + hash.substr(1) + "A", std::nullopt},
      {"~/.ssh/%k", "/home/me/.ssh/an@alias", match{}},
      {"~/.ssh/master", "/home/me/.ssh/master", match{}},
      {"~/.ssh/master", "/home/me/.ssh/master2", std::nullopt},
      {"~/.ssh/%r@%h:%p", "/home/me/.ssh/web", std::nullopt},
      {"~/.ssh/%r@%h:%p", "/home/me/.ssh/you@web:ssh", std::nullopt},
      {"~/.ssh/%r@%h:%p", "/home/me/.ssh/@web:22", std::nullopt},
      {"~/.ssh/%r@%h:%p", "/home/me/.ssh/x/you@web:22", std::nullopt},
      {"~/.ssh/%r@%h:%p", "/home/me/you@web:22", std::nullopt},
      {"~/.ssh/%r@%h:%p", "you@web:22", std::nullopt},
      {"~/.ssh/%r@%h:%p", "/home/me/.ssh/you@web:22/", std::nullopt},
      {"~/.ssh/%r@%h:%p", "", std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern, row.path);
    const auto found = pattern(row.pattern).match(row.path);
    CHECK(found.has_value() == row.expected.has_value());
    CHECK((found == row.expected));
  }
}

TEST_CASE("a user may have an @ in his name, a host a colon in its own") {
  const auto sockets = pattern("~/.ssh/%r@%h:%p");
  const auto user = sockets.match("/home/me/.ssh/you@corp@web:22");
  REQUIRE(user);
  CHECK(user->user == "you@corp");
  CHECK(user->host == "web");
  const auto address = sockets.match("/home/me/.ssh/you@fe80::1%eth0:2222");
  REQUIRE(address);
  CHECK(address->host == "fe80::1%eth0");
  CHECK(address->port == 2222);
}

TEST_CASE("only what all ways to read a path agree on is told") {
  const auto told = pattern("/tmp/mux_%h_%p_%r").match("/tmp/mux_a_1_2_b");
  REQUIRE(told);
  CHECK_FALSE(told->host);
  CHECK_FALSE(told->port);
  CHECK_FALSE(told->user);
  // The port's end and the host's beginning are anybody's guess, but the user's is not.
  const auto half = pattern("/tmp/%r@%p%h").match("/tmp/you@2233web");
  REQUIRE(half);
  CHECK(half->user == "you");
  CHECK_FALSE(half->port);
  CHECK_FALSE(half->host);
  const auto jump = pattern("/tmp/%h%j").match("/tmp/web");
  REQUIRE(jump);
  CHECK_FALSE(jump->host);
}

TEST_CASE("a token that is there twice means the same at both places") {
  const auto sockets = pattern("~/.ssh/%h/%h-%p_%r");
  const auto told = sockets.match("/home/me/.ssh/a-1_b/a-1_b-22_you");
  REQUIRE(told);
  CHECK(told->host == "a-1_b");
  CHECK_FALSE(sockets.match("/home/me/.ssh/web/db-22_you"));
}

TEST_CASE("a port is one of TCP, in decimal") {
  const auto sockets = pattern("/tmp/%p");
  for (const std::string name : {"1", "22", "65535"}) CHECK(sockets.match("/tmp/" + name));
  for (const std::string name : {"0", "022", "65536", "+22", "-1", "22 ", "2x", "000001"}) {
    CAPTURE(name);
    CHECK_FALSE(sockets.match("/tmp/" + name));
  }
}

TEST_CASE("what is known here is text in the pattern") {
  CHECK(pattern("%d/.ssh/%u-%i@%l+%L%%%h").match("/home/me/.ssh/me-1000@desk.example+desk%x"));
  CHECK(pattern("${RUN}/ssh-%C").match("/run/user/1000/ssh-" + hash));
  CHECK(pattern("/tmp/${EMPTY}s").match("/tmp/s"));
  CHECK(pattern("/tmp/$x$%h").match("/tmp/$x$web"));
  CHECK(pattern("${ODD}/s").match("/a%h/${RUN}/s"));  // a value is not expanded again
  CHECK(pattern("/tmp/~").match("/tmp/~"));
  CHECK(pattern("~/%j.s").match("/home/me/.s"));
  CHECK(pattern("~/%j.s").match("/home/me/jump.s"));
}

TEST_CASE("a template that ssh would refuse, or that says nothing of where, is none") {
  for (const std::string text :
       {"", "x", "%h", "./%h", "~", "~other/%h", "~/", "/", "/tmp/.", "~/%h/", "/tmp/%", "/tmp/%x",
        "/tmp/%T", "${NONE}/%h", "${RUN/%h", "${}/%h", "${EMPTY}", "${EMPTY}%h"}) {
    CAPTURE(text);
    CHECK_FALSE(shim::control_path_pattern::parse(text, values()));
  }
  CHECK_FALSE(shim::control_path_pattern::parse("/" + std::string(107, 'x'), values()));
  CHECK_FALSE(shim::control_path_pattern::parse("/" + std::string(67, 'x') + "%C", values()));
  CHECK_FALSE(shim::control_path_pattern::parse("${RUN}/%h", {}));
}

TEST_CASE("a variable without a name is refused, whatever the environment says of it") {
  auto all_set = values();
  all_set.environment = [](const std::string&) { return std::optional<std::string>("x"); };
  CHECK(shim::control_path_pattern::parse("/tmp/${X}", all_set));
  CHECK_FALSE(shim::control_path_pattern::parse("/tmp/${}", all_set));
}

TEST_CASE("a caller walks down from the directory, level by level") {
  const auto flat = pattern("~/.ssh/%r@%h:%p");
  CHECK(flat.directory() == "/home/me/.ssh");
  CHECK(flat.levels() == 1);
  CHECK(flat.may_be_at(0, "you@web:22"));
  CHECK_FALSE(flat.may_be_at(0, "config"));
  CHECK_FALSE(flat.may_be_at(1, "you@web:22"));

  const auto deep = pattern("~/.ssh/x%h/y/sock");
  CHECK(deep.directory() == "/home/me/.ssh");
  CHECK(deep.levels() == 3);
  CHECK(deep.may_be_at(0, "xweb"));
  CHECK_FALSE(deep.may_be_at(0, "web"));
  CHECK(deep.may_be_at(1, "y"));
  CHECK(deep.may_be_at(2, "sock"));
  CHECK_FALSE(deep.may_be_at(2, "sock2"));

  CHECK(pattern("~/.ssh/master").directory() == "/home/me/.ssh");
  CHECK(pattern("~/.ssh/master").levels() == 1);
  CHECK(pattern("/%h").directory() == "/");
  CHECK(pattern("/%h").match("/web")->host == "web");
  CHECK(pattern("/master").directory() == "/");
}

TEST_CASE("slashes and dots that change nothing are left out") {
  const auto sockets = pattern("/tmp//./x///%h");
  CHECK(sockets.directory() == "/tmp/x");
  CHECK(sockets.match("/tmp/x/web")->host == "web");
  CHECK(sockets.match("//tmp/./x//web")->host == "web");
  CHECK_FALSE(sockets.match("/tmp/x/../x/web"));
}

TEST_CASE("a path longer than a socket's is nobody's") {
  const auto sockets = pattern("/tmp/%h");
  CHECK(sockets.match("/tmp/" + std::string(102, 'x')));
  CHECK_FALSE(sockets.match("/tmp/" + std::string(103, 'x')));
  CHECK_FALSE(sockets.may_be_at(0, std::string(1000, 'x')));
}

TEST_CASE("a template made to blow up a backtracking reader ends at once") {
  std::string text = "/";
  for (int i = 0; i < 50; ++i) text += "%hx";
  CHECK_FALSE(pattern(text).match("/" + std::string(105, 'x') + "y"));
  CHECK(pattern(text).match("/" + std::string(106, 'x')));
}
