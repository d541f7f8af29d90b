#include <shim/core/mux_pool.hpp>

#include <set>
#include <string>
#include <vector>

#include <tests/catch.hpp>

namespace {

using shim::pool_choice;
using shim::pool_member;
using shim::pool_record;
using member_kind = pool_member::kind;

pool_member carrying(std::size_t number, std::size_t sessions) {
  return {number, member_kind::usable, sessions};
}
pool_member vacant(std::size_t number) { return {number, member_kind::vacant, 0}; }
pool_member other(std::size_t number) { return {number, member_kind::other, 0}; }

pool_choice chosen(const std::vector<pool_member>& members, std::size_t most) {
  return shim::choose_pool_member(members, most);
}

constexpr pool_choice join(std::size_t number) { return {pool_choice::kind::join, number}; }
constexpr pool_choice begin(std::size_t number) { return {pool_choice::kind::begin, number}; }

// How many masters so many sessions come to, where nobody leaves.
std::size_t masters_for(std::size_t sessions, std::size_t most) {
  std::vector<pool_member> members;
  for (std::size_t number = 1; number <= shim::most_pool_members; ++number)
    members.push_back(vacant(number));
  std::size_t begun = 0;
  for (std::size_t each = 0; each < sessions; ++each) {
    const auto choice = chosen(members, most);
    REQUIRE(choice.what != pool_choice::kind::full);
    auto& member = members[choice.number - 1];
    if (choice.what == pool_choice::kind::begin) ++begun;
    member.what = member_kind::usable;
    ++member.sessions;
    CHECK(member.sessions <= most);
  }
  return begun;
}

}  // namespace

TEST_CASE("a session goes to the least loaded master that has room") {
  CHECK(chosen({carrying(1, 3), carrying(2, 1), carrying(3, 2)}, 10) == join(2));
  CHECK(chosen({carrying(2, 1), carrying(1, 1)}, 10) == join(1));
  CHECK(chosen({carrying(1, 2), vacant(2), carrying(3, 1)}, 2) == join(3));
}

TEST_CASE("another master is begun only where all are full, in the first place that is vacant") {
  CHECK(chosen({vacant(1), vacant(2)}, 10) == begin(1));
  CHECK(chosen({carrying(1, 2), vacant(3), vacant(2)}, 2) == begin(2));
  CHECK(chosen({vacant(1), carrying(2, 9)}, 10) == join(2));
  CHECK(chosen({carrying(1, 12), vacant(2)}, 10) == begin(2));
}

TEST_CASE("what is not for this session is neither joined nor replaced") {
  CHECK(chosen({other(1), vacant(2)}, 10) == begin(2));
  CHECK(chosen({other(1), carrying(2, 10)}, 10).what == pool_choice::kind::full);
  CHECK(chosen({}, 10).what == pool_choice::kind::full);
}

TEST_CASE("as many masters as sessions need, and not one more") {
  for (const std::size_t most : {1U, 2U, 3U, 10U})
    CHECK(masters_for(30, most) == (30 + most - 1) / most);
}

TEST_CASE("the first master of a pool is at the ControlPath, the others beside it") {
  CHECK(shim::pool_member_path("/run/far", 1) == "/run/far");
  CHECK(shim::pool_member_path("/run/far", 2) == "/run/far-2");
  CHECK(shim::pool_member_path("/run/far", 99) == "/run/far-99");
  for (std::size_t number = 2; number <= shim::most_pool_members; ++number)
    CHECK(shim::path_without_pool_number(shim::pool_member_path("/run/far", number)) == "/run/far");
}

TEST_CASE("a pool of several hosts has their paths first, and then the first one's with numbers") {
  const std::vector<std::string> listed{"/run/a", "/run/b", "/run/c"};
  const auto paths = shim::pool_paths(listed);
  REQUIRE(paths.size() == shim::most_pool_members);
  CHECK(paths[0] == "/run/a");
  CHECK(paths[2] == "/run/c");
  CHECK(paths[3] == "/run/a-2");
  CHECK(paths[98] == "/run/a-97");
  const auto alone = shim::pool_paths(std::vector<std::string>{"/run/a"});
  REQUIRE(alone.size() == shim::most_pool_members);
  for (std::size_t number = 1; number <= alone.size(); ++number)
    CHECK(alone[number - 1] == shim::pool_member_path("/run/a", number));
}

TEST_CASE("a host that is no member leaves its number to nobody else") {
  const auto paths = shim::pool_paths(std::vector<std::string>{"", "/run/b", ""});
  REQUIRE(paths.size() == shim::most_pool_members);
  CHECK(paths[0].empty());
  CHECK(paths[1] == "/run/b");
  CHECK(paths[2].empty());
  CHECK(paths[3] == "/run/b-2");
  CHECK(shim::pool_paths(std::vector<std::string>{"", ""}) == std::vector<std::string>{"", ""});
}

TEST_CASE("no path is that of two members of a pool") {
  const auto paths = shim::pool_paths(std::vector<std::string>{"/run/a", "/run/a-3", "/run/a-2"});
  CHECK(paths.size() == shim::most_pool_members);
  CHECK(std::set<std::string>(paths.begin(), paths.end()).size() == paths.size());
  CHECK(paths[3] == "/run/a-4");
}

TEST_CASE("a path without a number of a pool's is none of its others") {
  for (const auto* path : {"", "-2", "/run/far", "/run/far-", "/run/far-1", "/run/far-02",
                           "/run/far-100", "/run/far-2x", "/run/-2", "/run/far-+2"})
    CHECK_FALSE(shim::path_without_pool_number(path));
}

TEST_CASE("what is written down of a pool is read again") {
  const pool_record record{3, {{1, {}}, {2, {0xfedcba9876543210, 1, 0}}, {99, {1, 0, ~0ULL}}}};
  CHECK(shim::parse_pool_record(spelled(record)) == record);
  CHECK(shim::parse_pool_record("") == pool_record{});
  CHECK(spelled(pool_record{}).empty());
}

TEST_CASE("what nobody wrote is passed over in what is written down of a pool") {
  for (const auto* line :
       {"sessions", "sessions 0", "sessions -1", "sessions 3 4", "member 1", "member 0 1",
        "member 100 1", "member 1 xyz", "member 1 1 1", "member 1 1", "member 1 1 1 1 1",
        "member 1 1 1 x", "other 1", "sessions 99999999999999999999999"})
    CHECK(shim::parse_pool_record(std::string(line) + "\nsessions 4") == pool_record{4, {}});
}

TEST_CASE("a refusal teaches a limit that only falls, and never to nothing") {
  pool_record record;
  record.learn(5);
  CHECK(record.most_sessions == 5U);
  record.learn(7);
  CHECK(record.most_sessions == 5U);
  record.learn(2);
  CHECK(record.most_sessions == 2U);
  record.learn(0);
  CHECK(record.most_sessions == 1U);
}

TEST_CASE("connections are the same where ssh's options differ in what is the session's") {
  const std::string one = "host a\nhostname box\nport 22\nrequesttty auto\n";
  const auto number = shim::connection_options(one);
  CHECK(shim::connection_options("host b\nhostname box\nport 22\nrequesttty force\n") == number);
  CHECK(shim::connection_options(one + "localforward 8080 [localhost]:80\n") == number);
  CHECK(shim::connection_options("host a\nhostname box\nport 23\nrequesttty auto\n") != number);
  CHECK(shim::connection_options(one + "proxyjump gate\n") != number);
  // What is made of the host's name when ssh connects.
  const auto naming = [](const std::string& host, const std::string& line) {
    return shim::connection_options("host " + host + "\nhostname box\n" + line + "\n");
  };
  for (const auto* line : {"proxycommand nc %n 22", "knownhostscommand /bin/keys %k"})
    CHECK(naming("a", line) != naming("b", line));
  CHECK(naming("a", "proxycommand nc %h 22") == naming("b", "proxycommand nc %h 22"));
  CHECK(naming("a", "remotecommand echo %n") == naming("b", "remotecommand echo %n"));
  // ssh's next version may have more that matters.
  CHECK(shim::connection_options(one + "notknownyet yes\n") != number);
}

TEST_CASE("a master carries what forwards nothing, or just what it forwards itself") {
  using shim::pool_connection;
  const pool_connection plain{1, 0, 0};
  const pool_connection both{1, 2, 3};
  CHECK(carries(plain, plain));
  CHECK(carries(both, plain));
  CHECK(carries(both, both));
  CHECK(carries(both, pool_connection{1, 2, 0}));
  CHECK(carries(both, pool_connection{1, 0, 3}));
  CHECK_FALSE(carries(plain, both));
  CHECK_FALSE(carries(both, pool_connection{1, 4, 3}));
  CHECK_FALSE(carries(both, pool_connection{1, 2, 4}));
  CHECK_FALSE(carries(both, pool_connection{2, 0, 0}));
}

TEST_CASE("what a session forwards is told by ssh's settings and the environment") {
  using shim::connection_of;
  static std::string variables;  // "NAME=value\n" each
  const auto value_of = [](const char* name) -> std::string_view {
    const auto key = "\n" + std::string(name) + "=";
    const auto at = variables.find(key);
    if (at == variables.npos) return {};
    const auto value = std::string_view(variables).substr(at + key.size());
    return value.substr(0, value.find('\n'));
  };
  const auto agent = [&](const std::string& dump, const std::string& environment) {
    variables = "\n" + environment + "\n";
    return connection_of(dump, value_of).agent;
  };
  const auto display = [&](const std::string& dump, const std::string& environment) {
    variables = "\n" + environment + "\n";
    return connection_of(dump, value_of).display;
  };
  const std::string one = "SSH_AUTH_SOCK=/1";
  const std::string two = "SSH_AUTH_SOCK=/2";
  CHECK(agent("forwardagent no\n", one) == 0);
  CHECK(agent("", one) == 0);
  CHECK(agent("forwardagent yes\n", "") == 0);
  CHECK(agent("forwardagent yes\nidentityagent none\n", one) == 0);
  CHECK(agent("forwardagent yes\n", one) != 0);
  CHECK(agent("forwardagent yes\n", one) == agent("forwardagent yes\n", one));
  CHECK(agent("forwardagent yes\n", one) != agent("forwardagent yes\n", two));
  CHECK(agent("forwardagent yes\nidentityagent SSH_AUTH_SOCK\n", one) ==
        agent("forwardagent yes\n", one));
  CHECK(agent("forwardagent yes\nidentityagent /a\n", one) ==
        agent("forwardagent yes\nidentityagent /a\n", two));
  CHECK(agent("forwardagent /a\n", one) == agent("forwardagent /a\n", two));
  CHECK(agent("forwardagent /a\n", one) != agent("forwardagent /b\n", one));
  CHECK(agent("forwardagent $SOCK\n", "SOCK=/1") != agent("forwardagent $SOCK\n", "SOCK=/2"));

  CHECK(display("forwardx11 no\n", "DISPLAY=:1") == 0);
  CHECK(display("forwardx11 yes\n", "") == 0);
  CHECK(display("forwardx11 yes\n", "DISPLAY=:1") != 0);
  CHECK(display("forwardx11 yes\n", "DISPLAY=:1") != display("forwardx11 yes\n", "DISPLAY=:2"));
  CHECK(display("forwardx11 yes\nforwardx11trusted yes\n", "DISPLAY=:1") !=
        display("forwardx11 yes\nforwardx11trusted no\n", "DISPLAY=:1"));
}
