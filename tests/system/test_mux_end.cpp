// `mux exit` and `mux stop`: masters that end, and what must not end with them.
#include <pwd.h>
#include <unistd.h>

#include <csignal>

#include <tests/support/text.hpp>
#include <tests/support/tmux.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/masters.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

void wait_until_empty(const sshd& server) {
  wait_until([&] { return server.sessions().empty(); }, "nothing is left on the server");
}

}  // namespace

TEST_CASE("a master that nobody uses ends, its socket goes, and its server has nothing left") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t master = all.start("web");
  CHECK(all.mux("exit", {"web"}) == finished{exited(0), "web: ended\n", ""});
  CHECK(!all.running(master));
  CHECK(!exists(all.socket("web")));
  wait_until_empty(server);
  CHECK(all.mux("exit", {"web"}) ==
        finished{exited(3), "",
                 "ssh-shim: cannot end the master of web: none: there is no master\n"});
}

TEST_CASE("a master that is used does not end unasked, and who uses it is named") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t master = all.start("web");
  auto client = all.passenger("web");
  all.hold("db", "web");
  const auto refused = all.mux("exit", {"web"});
  CHECK(refused.status == exited(1));
  CHECK(refused.out.empty());
  const auto lines = split(refused.err, '\n');
  REQUIRE(lines.size() == 5);
  CHECK(lines[0].find("web") != std::string::npos);
  const auto named = [&](const std::string& start) {
    return lines[1].starts_with(start) || lines[2].starts_with(start);
  };
  CHECK(named("  session db"));
  CHECK(named("  pid " + std::to_string(client->pid()) + " ("));
  CHECK(lines[3] == "ssh-shim: not without --yes");
  CHECK(all.running(master));
  client->feed("still there\n");
  client->expect_out("still there\n");

  CHECK(all.mux("exit", {"--yes", "web"}) == finished{exited(0), "web: ended\n", ""});
  CHECK(!all.running(master));
  CHECK(!exists(all.socket("web")));
  CHECK(client->wait().status == exited(255));
  wait_until_empty(server);
}

TEST_CASE("in a terminal mux exit asks, and does what is answered") {
  SHIM_NEEDS_SSHD();
  if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
  const sshd server;
  masters all(server);
  const pid_t master = all.start("web");
  const auto client = all.passenger("web");
  const auto answered = [&](const std::string& answer) {
    tmux window(all.mux_argv("exit", {"web"}), all.place().options());
    window.wait_for("Go on? [y/N]");
    CHECK(window.screen().find("  pid " + std::to_string(client->pid()) + " (") !=
          std::string::npos);
    window.type(answer);
    window.press("Enter");
    return window.wait_exit();
  };
  CHECK(answered("n") == exited(1));
  CHECK(answered("") == exited(1));
  CHECK(all.running(master));
  CHECK(answered("y") == exited(0));
  CHECK(!all.running(master));
  CHECK(!exists(all.socket("web")));
}

TEST_CASE("a master that has a session of its own is used") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  process own({real_ssh(), "-F", all.config(), "-M", "web", "echo ready; exec cat"},
              {.in = stream::piped()});
  own.expect_out("ready\n");
  CHECK(all.of("web").at("passengers") == 1);
  SECTION("mux exit names it, and asks") {
    const auto refused = all.mux("exit", {"web"});
    CHECK(refused.status == exited(1));
    CHECK(refused.err.find("  pid " + std::to_string(own.pid()) + " (") != std::string::npos);
  }
  SECTION("mux sweep leaves it, without a socket, too") {
    ::unlink(all.socket("web").c_str());
    CHECK(all.mux("sweep", {"--yes"}) ==
          finished{exited(0), "", "ssh-shim: there is nothing to sweep\n"});
  }
  own.feed("still there\n");
  own.expect_out("still there\n");
}

TEST_CASE("a held session whose master was started for it is named by mux exit") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const auto started = all.place().shim(
      {"--detached", "--name", "db", "-F", all.config(), "-oControlMaster=yes", "web"});
  REQUIRE(started == finished{exited(0), "db\n", ""});
  const auto is_in = [](const json& master) {
    const auto& users = master.at("known_passengers");
    return master.at("passengers") == 1 && users.size() == 1 && users[0].at("session") == "db";
  };
  all.wait_for("web", is_in, "the session is in it");
  const auto refused = all.mux("exit", {"web"});
  CHECK(refused.status == exited(1));
  CHECK(refused.err.ends_with("\n  session db\nssh-shim: not without --yes\n"));
  CHECK(all.place().session("db").at("state") == "detached");
}

TEST_CASE("a master that hangs is ended by signals, once that is wanted") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t master = all.start_wedged("web");
  SECTION("with nobody in it") {
    CHECK(all.mux("exit", {"web"}) == finished{exited(0), "web: ended\n", ""});
  }
  SECTION("with somebody in it") {
    ::kill(master, SIGCONT);
    const auto client = all.passenger("web");
    ::kill(master, SIGSTOP);
    wait_until_stopped(master, true);
    const auto refused = all.mux("exit", {"web"});
    CHECK(refused.status == exited(1));
    CHECK(refused.err.find("  pid " + std::to_string(client->pid()) + " (") != std::string::npos);
    CHECK(all.mux("exit", {"-y", "web"}) == finished{exited(0), "web: ended\n", ""});
    CHECK(client->wait().status == exited(255));
  }
  CHECK(!all.running(master));
  CHECK(!exists(all.socket("web")));
  wait_until_empty(server);
}

TEST_CASE("a master whose path another one has by now is not taken for it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t lost = all.start("web");
  const auto client = all.passenger("web");
  ::unlink(all.socket("web").c_str());
  const pid_t master = all.start_wedged("web");
  const auto told = all.of("web");
  CHECK(told.at("pid") == master);
  CHECK(told.at("passengers") == 0);
  CHECK(all.mux("exit", {"web"}) == finished{exited(0), "web: ended\n", ""});
  CHECK(!all.running(master));
  CHECK(all.running(lost));
  client->feed("still there\n");
  client->expect_out("still there\n");
}

TEST_CASE("mux exit --all ends every master, and clears away what is stale") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t web = all.start("web");
  const pid_t db = all.start("db");
  all.leave_stale("old");
  CHECK(all.mux("exit", {"--all"}) ==
        finished{exited(0), "db: ended\nold: stale socket removed\nweb: ended\n", ""});
  CHECK(!all.running(web));
  CHECK(!all.running(db));
  for (const auto* host : {"web", "db", "old"}) CHECK(!exists(all.socket(host)));
  CHECK(all.mux("exit", {"--all"}) == finished{exited(0), "", "ssh-shim: there is no master\n"});
}

TEST_CASE("mux exit takes patterns, and a user with the host") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server, "DIR/%h_%n");
  const std::string user = ::getpwuid(::getuid())->pw_name;
  const auto there = [&](const std::string& host) {
    return exists(all.socket("127.0.0.1_" + host));
  };
  for (const auto* host : {"web1", "web2", "db1", "db2"}) all.start(host);
  CHECK(all.mux("exit", {user + "@web1"}).out == user + "@web1: ended\n");
  CHECK(!there("web1"));
  CHECK(there("web2"));
  CHECK(all.mux("exit", {"x*"}).err == "ssh-shim: there is no master\n");
  CHECK(all.mux("exit", {"db2", "127*"}).status == exited(0));
  for (const auto* host : {"web2", "db1", "db2"}) CHECK(!there(host));
}

TEST_CASE("mux exit and mux stop need to be told which master") {
  const session_place place;
  for (const std::string verb : {"exit", "stop"}) {
    const auto end = place.shim({"mux", verb});
    CHECK(end == finished{exited(2), "",
                          "ssh-shim: cannot run 'mux " + verb + "': it needs a host, or --all\n"});
    CHECK(place.shim({"mux", verb, "--all", "web"}).status == exited(2));
  }
}

TEST_CASE("mux stop takes the socket away, and leaves who is in") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t master = all.start("web");
  const auto client = all.passenger("web");
  CHECK(all.mux("stop", {"web"}) == finished{exited(0), "web: takes no new sessions\n", ""});
  CHECK(!exists(all.socket("web")));
  CHECK(all.running(master));
  client->feed("still there\n");
  client->expect_out("still there\n");
  CHECK(all.mux("stop", {"web"}).status == exited(3));
  client->end_input();
  CHECK(client->wait().status == exited(0));
}
