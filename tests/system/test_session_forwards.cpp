// What a session has its master forward: it ends with the session, and nothing else does.
#include <csignal>
#include <memory>

#include <tests/support/process.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/tcp.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/masters.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

bool is_forwarded(std::uint16_t port) {
  for (const auto& each : listeners())
    if (each.port == port) return true;
  return false;
}

void wait_until_cancelled(std::uint16_t port) {
  wait_until([port] { return !is_forwarded(port); }, "no forward at " + std::to_string(port));
}

std::string to_nobody(std::uint16_t port) { return std::to_string(port) + ":127.0.0.1:1"; }

// A master, or a pool of them, and sessions that go through it.
class forwarding_place {
 public:
  explicit forwarding_place(const sshd& server) : server_(server) {}

  std::string socket() const { return dir_ / "socket"; }
  std::string file(const std::string& name) const { return dir_ / name; }
  const held_place& place() const { return place_; }

  // Its words are ssh-shim's, before the host; with open() it is at its far end.
  std::unique_ptr<held_terminal> begin(strings words) const {
    words.insert(words.begin(), {"-o", "ControlMaster=auto", "-o", "ControlPath=" + socket(), "-o",
                                 "ControlPersist=yes"});
    for (auto& each : far_echo()) words.push_back(std::move(each));
    auto user = std::make_unique<held_terminal>(place_);
    user->open(server_, words);
    return user;
  }
  std::unique_ptr<held_terminal> open(strings words) const {
    auto user = begin(std::move(words));
    (*user)->expect("ready\r\n");
    return user;
  }
  // A session of plain ssh through the master.
  std::unique_ptr<process> plain(strings words) const {
    words.insert(words.begin(), {"-S", socket()});
    words.insert(words.end(), {"far", "echo ready; exec cat"});
    auto client = std::make_unique<process>(server_.argv(real_ssh(), words),
                                            run_options{.in = stream::piped()});
    client->expect_out("ready\n");
    return client;
  }
  // `ssh -O what words...`
  finished ask(const std::string& what, strings words = {}) const {
    words.insert(words.begin(), {"-S", socket(), "-O", what});
    words.emplace_back("far");
    return run(server_.argv(real_ssh(), words));
  }

 private:
  const sshd& server_;
  temp_dir dir_;
  orphanage orphanage_;
  held_place place_;
};

}  // namespace

TEST_CASE("what a session has its master forward ends with the session, however that ends") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const forwarding_place mux(server);
  const auto local = free_port();
  const auto dynamic = free_port();
  const auto remote = free_port();  // sshd listens on this machine, too
  // Whether the session has its master begun, or joins one.
  const bool joins = GENERATE(false, true);
  const bool held = GENERATE(true, false);
  CAPTURE(joins, held);
  std::unique_ptr<held_terminal> other;
  if (joins) other = mux.open({"--name", "other"});
  strings words{"-L", to_nobody(local),  "-D",     std::to_string(dynamic),
                "-R", to_nobody(remote), "--name", "one"};
  if (!held) words.emplace_back("--no-hold");
  const auto user = mux.open(words);
  CHECK(is_forwarded(local));
  CHECK(is_forwarded(dynamic));
  CHECK(is_forwarded(remote));
  SECTION("by itself") {
    (*user)->type("exit 3\r");
    CHECK(user->end() == exited(3));
  }
  SECTION("by ~.") {
    (*user)->type("\r~.");
    CHECK(user->end() == exited(255));
  }
  SECTION("because ssh is killed") {
    const auto session = held ? mux.place().find("one") : std::nullopt;
    if (held) {
      REQUIRE(session);
      send_signal(session->pid, SIGKILL);
      user->end();
    } else {
      send_signal((*user)->pid(), SIGKILL);
      (*user)->wait_exit();
    }
  }
  wait_until_cancelled(local);
  wait_until_cancelled(dynamic);
  wait_until_cancelled(remote);
  CHECK(mux.ask("check").status == exited(0));
  if (other) {
    (*other)->type("still\r");
    (*other)->expect("<still>\r\n");
  }
}

TEST_CASE("a port that the server has chosen for a session is given back with it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const forwarding_place mux(server);
  const auto other = mux.open({});
  const auto user = mux.open({"-R", to_nobody(0), "-o", "LogLevel=VERBOSE"});
  constexpr std::string_view before = "Allocated port ";
  const std::string output = (*user)->output();
  const auto at = output.find(before);
  REQUIRE(at != output.npos);
  const auto port = static_cast<std::uint16_t>(std::stoi(output.substr(at + before.size())));
  CHECK(is_forwarded(port));
  (*user)->type("exit 0\r");
  user->end();
  wait_until_cancelled(port);
}

TEST_CASE("a detached session keeps what it has its master forward") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const forwarding_place mux(server);
  const auto local = free_port();
  const auto user = mux.open({"--name", "one", "-L", to_nobody(local)});
  user->detach("one");
  mux.place().wait_until_detached("one");
  CHECK(is_forwarded(local));
  CHECK(mux.place().verb({"kill", "one"}).status == exited(0));
  wait_until_cancelled(local);
}

TEST_CASE("what a master forwarded before a session asked for it stays") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const forwarding_place mux(server);
  const auto before = free_port();
  const auto own = free_port();
  const auto other = mux.open({});
  REQUIRE(mux.ask("forward", {"-L", to_nobody(before)}).status == exited(0));
  const auto user = mux.open({"-L", to_nobody(before), "-L", to_nobody(own)});
  CHECK(is_forwarded(own));
  (*user)->type("exit 0\r");
  user->end();
  // They would be cancelled in their order.
  wait_until_cancelled(own);
  CHECK(is_forwarded(before));
}

TEST_CASE("what plain ssh has had the same master forward stays while that is there") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const forwarding_place mux(server);
  const auto shared = free_port();
  const auto own = free_port();
  const std::string kind = GENERATE("-L", "-R");
  const bool plain_comes_first = GENERATE(true, false);
  CAPTURE(kind, plain_comes_first);
  const auto other = mux.open({});
  std::unique_ptr<process> plain;
  if (plain_comes_first) plain = mux.plain({kind, to_nobody(shared)});
  const auto user = mux.open({kind, to_nobody(shared), kind, to_nobody(own)});
  if (!plain_comes_first) plain = mux.plain({kind, to_nobody(shared)});
  CHECK(is_forwarded(own));
  (*user)->type("exit 0\r");
  user->end();
  // They would be cancelled in their order.
  wait_until_cancelled(own);
  CHECK(is_forwarded(shared));
}

TEST_CASE("of sessions that have the same forward the last one ends it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const forwarding_place mux(server);
  const std::string kind = GENERATE("-L", "-R");
  const auto shared = free_port();
  const auto own = free_port();
  const bool first_ends_first = GENERATE(true, false);
  CAPTURE(kind, first_ends_first);
  auto leaver = mux.open({kind, to_nobody(shared), kind, to_nobody(own)});
  auto stayer = mux.open({kind, to_nobody(shared)});
  if (!first_ends_first) {
    (*leaver)->type("exit 0\r");
    leaver->end();
    wait_until_cancelled(own);
    leaver = mux.open({kind, to_nobody(shared), kind, to_nobody(own)});
  }
  (*leaver)->type("exit 0\r");
  leaver->end();
  wait_until_cancelled(own);
  CHECK(is_forwarded(shared));
  (*stayer)->type("exit 0\r");
  stayer->end();
  wait_until_cancelled(shared);
}

TEST_CASE("a socket that was forwarded for a session is gone with it, and can be had again") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const forwarding_place mux(server);
  const auto path = mux.file("forward");
  for (const int round : {0, 1}) {
    CAPTURE(round);
    const auto user = mux.open({"-L", path + ":127.0.0.1:1"});
    CHECK(exists(path));
    (*user)->type("exit 0\r");
    CHECK(user->end() == exited(0));
    wait_until([&] { return !exists(path); }, "no socket");
  }
}

TEST_CASE("a session of a pool that is moved takes what it has forwarded along") {
  SHIM_NEEDS_SSHD();
  const sshd server({.lines = {"MaxSessions 1"}});
  const forwarding_place mux(server);
  const auto port = free_port();
  const std::string kind = GENERATE("-L", "-R");
  CAPTURE(kind);
  const auto first = mux.open({"--pool"});
  const auto second = mux.open({"--pool", kind, to_nobody(port)});
  CHECK(is_forwarded(port));
  CHECK((*second)->output().find("goes to another master") != std::string::npos);
  CHECK(mux.ask("cancel", {kind, to_nobody(port)}).err.find("not forwarded") != std::string::npos);
  (*second)->type("exit 0\r");
  CHECK(second->end() == exited(0));
  wait_until_cancelled(port);
  (*first)->type("still\r");
  (*first)->expect("<still>\r\n");
}

TEST_CASE("a session of a pool whose forward cannot be had goes without, or ends if it must not") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const forwarding_place mux(server);
  const auto taken = listen_on_loopback();
  const auto free = free_port();
  const strings words{"--pool", "-L", to_nobody(free), "-L",
                      "127.0.0.1:" + to_nobody(port_of(taken))};
  const auto first = mux.open({"--pool"});
  SECTION("without") {
    const auto user = mux.open(words);
    const auto& shown = (*user)->output();
    CHECK(shown.find("forwarding request failed: Port forwarding failed") != std::string::npos);
    CHECK(shown.find("this session has no forwards") != std::string::npos);
    CHECK_FALSE(is_forwarded(free));
    (*user)->type("exit 3\r");
    CHECK(user->end() == exited(3));
  }
  SECTION("it must not") {
    auto strict = words;
    strict.insert(strict.end(), {"-o", "ExitOnForwardFailure=yes"});
    const auto user = mux.begin(strict);
    (*user)->expect("forwarding request failed: Port forwarding failed");
    CHECK(user->end() == exited(255));
    wait_until_cancelled(free);
  }
  CHECK(logins(server) == 1);
}
