// Sessions that go through a pool of mux masters: as many as the server's MaxSessions asks for, and
// no session is refused.
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <vector>

#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/tcp.hpp>
#include <tests/support/text.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/masters.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

constexpr milliseconds many_starts{120'000};

sshd_options with_limit(int most_sessions) {
  return {.lines = {"MaxSessions " + std::to_string(most_sessions)}};
}

// A pool at one ControlPath; what is left of its masters is killed.
class pool_place {
 public:
  explicit pool_place(const sshd& server) : server_(server) {}
  pool_place(const pool_place&) = delete;
  pool_place& operator=(const pool_place&) = delete;
  ~pool_place() = default;

  std::string socket() const { return dir_ / "far"; }
  const held_place& place() const { return place_; }

  // The words of a session of the pool, with a configuration of ours.
  std::vector<std::string> words(const std::string& toml = "", const strings& more = {}) const {
    write_file(dir_ / "config.toml", toml);
    strings all{"--pool",
                "--config",
                dir_ / "config.toml",
                "-o",
                "ControlMaster=auto",
                "-o",
                "ControlPath=" + socket(),
                "-o",
                "ControlPersist=yes"};
    all.insert(all.end(), more.begin(), more.end());
    for (auto& each : far_echo()) all.push_back(std::move(each));
    return all;
  }

  std::unique_ptr<held_terminal> open(const std::string& toml = "",
                                      const strings& more = {}) const {
    auto user = std::make_unique<held_terminal>(place_);
    user->open(server_, words(toml, more));
    return user;
  }

  std::size_t sockets() const {
    std::size_t count = exists(socket()) ? 1 : 0;
    for (int number = 2; exists(socket() + "-" + std::to_string(number)); ++number) ++count;
    return count;
  }

  void end_masters() const {
    for (const auto& path : paths())
      run(server_.argv(real_ssh(), {"-S", path, "-O", "exit", "far"}));
  }

 private:
  strings paths() const {
    strings all{socket()};
    for (std::size_t number = 2; number <= sockets(); ++number)
      all.push_back(socket() + "-" + std::to_string(number));
    return all;
  }

  const sshd& server_;
  temp_dir dir_;
  orphanage orphanage_;
  held_place place_;
};

void say_in(held_terminal& user, const std::string& word) {
  user->type(word + "\r");
  user->expect("<" + word + ">\r\n");
}

void never_refused(held_terminal& user) {
  CAPTURE(user->output());
  CHECK(user->output().find("refused by peer") == std::string::npos);
  CHECK(user->output().find("kex_exchange_identification") == std::string::npos);
}

// So many sessions at the same moment; all of them are there at the end, and end well.
std::size_t logins_of(int most_sessions, int sessions, const std::string& toml) {
  const sshd server(with_limit(most_sessions));
  const pool_place pool(server);
  std::vector<std::unique_ptr<held_terminal>> users;
  for (int each = 0; each < sessions; ++each) users.push_back(pool.open(toml));
  for (auto& user : users) (*user)->expect("ready\r\n", many_starts);
  for (auto& user : users) say_in(*user, "word");
  const auto count = logins(server);
  for (auto& user : users) never_refused(*user);
  for (auto& user : users) (*user)->type("exit 3\r");
  for (auto& user : users) CHECK(user->end() == exited(3));
  pool.end_masters();
  return count;
}

}  // namespace

TEST_CASE("sessions of a pool share a master until it is full, and then begin the next") {
  SHIM_NEEDS_SSHD();
  const sshd server(with_limit(2));
  const pool_place pool(server);
  const std::string toml = "max_sessions = 2\n";
  auto one = pool.open(toml);
  (*one)->expect("ready\r\n");
  auto two = pool.open(toml);
  (*two)->expect("ready\r\n");
  CHECK(logins(server) == 1);
  auto three = pool.open(toml);
  CHECK((*three)->expect("ready\r\n").find("another master") == std::string::npos);
  CHECK(logins(server) == 2);
  CHECK(pool.sockets() == 2);

  SECTION("a place that was left is taken again") {
    (*one)->type("exit 0\r");
    CHECK(one->end() == exited(0));
    auto four = pool.open(toml);
    (*four)->expect("ready\r\n");
    auto five = pool.open(toml);
    (*five)->expect("ready\r\n");
    CHECK(logins(server) == 2);
    say_in(*four, "four");
  }
  SECTION("each is as if it were alone") {
    say_in(*two, "two");
    (*one)->type("\r~.");
    CHECK(one->end() == exited(255));
    (*three)->type("exit 7\r");
    CHECK(three->end() == exited(7));
    say_in(*two, "still");
  }
  never_refused(*three);
  pool.end_masters();
}

TEST_CASE("30 sessions at once make as many logins as the server's limit asks for") {
  SHIM_NEEDS_SSHD();
  CHECK(logins_of(3, 30, "max_sessions = 3\n") == 10);
}

TEST_CASE("30 sessions at once find out what the server's limit is, and none is refused") {
  SHIM_NEEDS_SSHD();
  SECTION("three") { CHECK(logins_of(3, 30, "") == 10); }
  SECTION("two") { CHECK(logins_of(2, 30, "") == 15); }
}

TEST_CASE("two first sessions of a pool at the same moment make one master") {
  SHIM_NEEDS_SSHD();
  CHECK(logins_of(10, 2, "") == 1);
}

// A machine that is busy enough has an `ssh -G` like that, too.
TEST_CASE("a session of a pool waits for ssh's settings where another one would do without") {
  SHIM_NEEDS_SSHD();
  const sshd server(with_limit(1));
  const pool_place pool(server);
  const std::string toml = "pool = true\nmax_sessions = 1\n";
  auto one = pool.open(toml);
  (*one)->expect("ready\r\n");
  held_terminal slow(pool.place());
  const temp_dir dir;
  const auto once = "mkdir " + (dir / "once") + " && exec timeout 3 tail -f /dev/null";
  const auto config = server.config_with({"Match exec \"" + once + "\""});
  strings argv{SHIM_BINARY, "-F", config};
  for (auto& each : pool.words(toml)) argv.push_back(std::move(each));
  slow->start(argv, pool.place().options());
  slow->expect("ready\r\n");
  never_refused(slow);
  pool.end_masters();
}

TEST_CASE("a session that is refused goes to another master, says so, and the limit is kept") {
  SHIM_NEEDS_SSHD();
  const sshd server(with_limit(1));
  const pool_place pool(server);
  auto one = pool.open();
  (*one)->expect("ready\r\n");
  auto two = pool.open();
  CHECK((*two)->expect("ready\r\n").find("it goes to another master") != std::string::npos);
  CHECK(logins(server) == 2);
  auto three = pool.open();
  CHECK((*three)->expect("ready\r\n").find("it goes to another master") == std::string::npos);
  CHECK(logins(server) == 3);
  for (auto* each : {one.get(), two.get(), three.get()}) {
    never_refused(*each);
    say_in(*each, "word");
  }
  pool.end_masters();
}

TEST_CASE("a session that is refused by a server says nothing of it where it is to be quiet") {
  SHIM_NEEDS_SSHD();
  const sshd server(with_limit(1));
  const pool_place pool(server);
  auto one = pool.open("", {"-q"});
  CHECK((*one)->expect("ready\r\n") == "ready\r\n");
  auto two = pool.open("", {"-q"});
  CHECK((*two)->expect("ready\r\n") == "ready\r\n");
  CHECK(logins(server) == 2);
  pool.end_masters();
}

TEST_CASE("a server that opens no session at all is asked once") {
  SHIM_NEEDS_SSHD();
  const sshd server(with_limit(0));
  const pool_place pool(server);
  auto user = pool.open();
  (*user)->expect("see MaxSessions in its sshd_config");
  CHECK(user->end() == exited(255));
  CHECK(logins(server) == 1);
  pool.end_masters();
}

TEST_CASE("a session of a pool that is killed takes its ssh with it, and leaves its place") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const pool_place pool(server);
  const std::string toml = "max_sessions = 1\n";
  auto one = pool.open(toml, {"--name", "one"});
  (*one)->expect("ready\r\n");
  const auto leader = pool.place().wait_until_shown("one").pid;
  const auto below = descendants_of(leader);
  REQUIRE(below.size() == 1);
  CHECK(executable_of(below[0]) == real_ssh_file());
  const auto ssh = open_pidfd(below[0]);
  SECTION("by a signal that ssh ends by") {
    ::kill(leader, SIGTERM);
    one->end();
  }
  SECTION("by one that nobody sees") {
    ::kill(leader, SIGKILL);
    CHECK(one->end() == killed_by(SIGKILL));
  }
  pollfd ended{.fd = ssh.get(), .events = POLLIN, .revents = 0};
  CHECK(::poll(&ended, 1, deadline(patience).left()) == 1);
  auto next = pool.open(toml);
  (*next)->expect("ready\r\n");
  CHECK(logins(server) == 1);
  pool.end_masters();
}

TEST_CASE("a session of a pool joins no master with other connection options") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const pool_place pool(server);
  auto one = pool.open();
  (*one)->expect("ready\r\n");
  auto other = pool.open("", {"-o", "Compression=yes"});
  (*other)->expect("ready\r\n");
  CHECK(logins(server) == 2);
  auto same = pool.open("", {"-o", "Compression=yes", "-o", "SetEnv=LC_X=1"});
  (*same)->expect("ready\r\n");
  CHECK(logins(server) == 2);
  pool.end_masters();
}

TEST_CASE("a session that forwards the agent joins no master that does not, or has another agent") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const pool_place pool(server);
  const temp_dir dir;
  const process first({"ssh-agent", "-D", "-a", dir / "1"});
  const process second({"ssh-agent", "-D", "-a", dir / "2"});
  for (const auto* name : {"1", "2"}) wait_until([&] { return exists(dir / name); }, "an agent");
  const auto open = [&](const std::string& agent, const strings& options) {
    auto words = pool.words("", {"-o", "IdentityAgent=SSH_AUTH_SOCK"});
    words.insert(words.begin(), options.begin(), options.end());
    words.back() = "echo \"agent:${SSH_AUTH_SOCK:+yes}\"; " + words.back();
    auto user = std::make_unique<held_terminal>(pool.place());
    (*user)->start(server.argv(SHIM_BINARY, words),
                   pool.place().options({{"SSH_AUTH_SOCK", dir / agent}}));
    (*user)->expect("ready\r\n");
    return user;
  };
  const auto has_agent = [](const std::unique_ptr<held_terminal>& user) {
    return (*user)->output().find("agent:yes") != std::string::npos;
  };
  const auto none = open("1", {});
  CHECK_FALSE(has_agent(none));
  const auto one = open("1", {"-A"});
  CHECK(has_agent(one));
  CHECK(logins(server) == 2);
  const auto same = open("1", {"-A"});
  CHECK(has_agent(same));
  CHECK(logins(server) == 2);
  const auto other = open("2", {"-A"});
  CHECK(has_agent(other));
  CHECK(logins(server) == 3);
  const auto any = open("2", {});
  CHECK_FALSE(has_agent(any));
  CHECK(logins(server) == 3);
  pool.end_masters();
}

TEST_CASE("a session that forwards X11 joins no master that does not, or has another display") {
  SHIM_NEEDS_SSHD();
  const sshd server({.lines = {"X11Forwarding yes"}});
  const pool_place pool(server);
  const auto open = [&](const std::string& display, const strings& options) {
    auto user = std::make_unique<held_terminal>(pool.place());
    auto words = pool.words();
    words.insert(words.begin(), options.begin(), options.end());
    (*user)->start(server.argv(SHIM_BINARY, words), pool.place().options({{"DISPLAY", display}}));
    (*user)->expect("ready\r\n");
    return user;
  };
  const auto none = open(":7", {});
  const auto one = open(":7", {"-Y"});
  CHECK(logins(server) == 2);
  const auto same = open(":7", {"-Y"});
  CHECK(logins(server) == 2);
  const auto other = open(":8", {"-Y"});
  CHECK(logins(server) == 3);
  const auto any = open(":9", {});
  CHECK(logins(server) == 3);
  pool.end_masters();
}

TEST_CASE("a master that plain ssh has begun counts, with what goes through it") {
  SHIM_NEEDS_SSHD();
  const sshd server(with_limit(2));
  const pool_place pool(server);
  run_well(server.argv(real_ssh(), {"-fNM", "-S", pool.socket(), "far"}));
  process plain(server.argv(real_ssh(), {"-S", pool.socket(), "far", "echo ready; exec cat"}),
                {.in = stream::piped()});
  plain.expect_out("ready\n");
  const std::string toml = "max_sessions = 2\n";
  auto one = pool.open(toml);
  (*one)->expect("ready\r\n");
  CHECK(logins(server) == 1);
  auto two = pool.open(toml);
  (*two)->expect("ready\r\n");
  CHECK(logins(server) == 2);
  never_refused(*two);
  pool.end_masters();
}

TEST_CASE(
    "a session whose master goes before ssh has joined it gets another, and no login of its own") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const pool_place pool(server);
  const temp_dir dir;
  const auto script = dir / "ssh";
  write_file(script,
             "#!/bin/sh\n"
             "case \"$*\" in *ProxyCommand=false*)\n"
             "  mkdir " +
                 (dir / "once") + " 2>/dev/null &&\n" + "    " + real_ssh() + " -S " +
                 pool.socket() +
                 " -O exit far 2>/dev/null;;\n"
                 "esac\n"
                 "exec " +
                 real_ssh() + " \"$@\"\n",
             0700);
  held_terminal user(pool.place());
  user->start(server.argv(SHIM_BINARY, pool.words()),
              pool.place().options({{"SSH_SHIM_SSH", script}}));
  user->expect("ready\r\n");
  CHECK(exists(dir / "once"));
  CHECK(logins(server) == 2);
  never_refused(user);
  say_in(user, "word");
  pool.end_masters();
}

TEST_CASE("every master of a pool is found where its ControlPath leads") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server, "DIR/%C");
  const auto config = all.file("config.toml");
  write_file(config, "pool = true\nmax_sessions = 1\n");
  for (const auto* name : {"one", "two"}) {
    const auto end = all.place().shim({"--detached", "--name", name, "--config", config, "-F",
                                       all.config(), "-o", "ControlPersist=yes", "far"});
    REQUIRE(end.status == exited(0));
  }
  json seen;
  wait_until(
      [&] {
        seen = all.list();
        return seen.size() == 2 && std::ranges::all_of(seen, [](const json& each) {
                 return each.at("known_passengers").size() == 1;
               });
      },
      "two masters with a session each");
  CHECK(seen[1].at("path").get<std::string>() == seen[0].at("path").get<std::string>() + "-2");
  CHECK(all.mux("exit", {"--all", "--yes"}).status == exited(0));
  CHECK(all.list().empty());
}

TEST_CASE("a session of a pool goes by way of a jump host as any other") {
  SHIM_NEEDS_SSHD();
  const sshd server(with_limit(1));
  const pool_place pool(server);
  const auto jump = [&](const strings& words) {
    auto user = std::make_unique<held_terminal>(pool.place());
    const auto config = server.config_with({"Host jump", "ControlPath none", "Host *"});
    auto all = pool.words();
    all.insert(all.begin(), words.begin(), words.end());
    all.insert(all.begin(), {"-F", config});
    user->open(server, all);
    return user;
  };
  auto one = jump({"-J", "jump"});
  (*one)->expect("ready\r\n");
  CHECK(logins(server) == 2);
  auto two = jump({"-o", "ProxyJump=jump"});
  (*two)->expect("it goes to another master");
  (*two)->expect("ready\r\n");
  CHECK(logins(server) == 4);
  never_refused(*two);
  pool.end_masters();
}

TEST_CASE("a login for a pool that the server drops for want of room is tried again") {
  SHIM_NEEDS_SSHD();
  const sshd server({.lines = {"MaxStartups 1"}});
  const pool_place pool(server);
  auto in_the_way = connect_to_loopback(server.port());
  wait_until([&] { return !server.sessions().empty(); }, "the first connection's process");
  auto user = pool.open();
  (*user)->expect("(MaxStartups): trying again in 1 s");
  in_the_way.reset();
  (*user)->expect("ready\r\n");
  CHECK(logins(server) == 1);
  pool.end_masters();
}

TEST_CASE("a login for a pool that fails for another reason is not tried again") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const pool_place pool(server);
  auto user = pool.open("", {"-o", "PreferredAuthentications=none"});
  (*user)->expect("Permission denied");
  CHECK(user->end() == exited(255));
  CHECK((*user)->output().find("trying again") == std::string::npos);
}

TEST_CASE("where ssh has no ControlPath there is no pool, and who asked for one is told") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const pool_place pool(server);
  auto user = pool.open("", {"-S", "none"});
  CHECK((*user)->expect("ready\r\n").find("goes through no pool") != std::string::npos);
  CHECK(pool.sockets() == 0);
  (*user)->type("exit 5\r");
  CHECK(user->end() == exited(5));
}

TEST_CASE("where ssh tells its errors to a log there is no pool, but a master") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const pool_place pool(server);
  const temp_dir dir;
  auto user = pool.open("max_sessions = 1\n", {"-E", dir / "log"});
  CHECK((*user)->expect("ready\r\n").find("ssh's messages go to a log") != std::string::npos);
  auto next = pool.open("max_sessions = 1\n", {"-E", dir / "log"});
  (*next)->expect("ready\r\n");
  CHECK(pool.sockets() == 1);
  pool.end_masters();
}

TEST_CASE("the escape ~M tells of the master that a session of a pool goes through") {
  SHIM_NEEDS_SSHD();
  if (run({SHIM_BINARY, "version"}).out.find("mux masters: named") == std::string::npos)
    SHIM_SKIP("built without libmnl");
  const sshd server;
  const pool_place pool(server);
  auto user = pool.open();
  (*user)->expect("ready\r\n");
  (*user)->type("\r~M");
  (*user)->expect("alive, pid ");
  (*user)->type("\r~.");
  CHECK(user->end() == exited(255));
  pool.end_masters();
}

TEST_CASE("a session of a pool that is not held is moved, too") {
  SHIM_NEEDS_SSHD();
  const sshd server(with_limit(1));
  const pool_place pool(server);
  auto one = pool.open("", {"--no-hold"});
  (*one)->expect("ready\r\n");
  auto two = pool.open("", {"--no-hold"});
  (*two)->expect("it goes to another master");
  (*two)->expect("ready\r\n");
  (*one)->type("exit 4\r");
  CHECK(one->end() == exited(4));
  (*two)->type("\r~.");
  CHECK(two->end() == exited(255));
  pool.end_masters();
}
