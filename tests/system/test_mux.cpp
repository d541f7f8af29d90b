// `mux ls`: which masters there are, how each is, and who uses it.
#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>

#include <tests/support/file.hpp>
#include <tests/support/text.hpp>
#include <tests/system/masters.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

strings cells(const std::string& line) { return split(line, '\t'); }

std::string my_name() { return ::getpwuid(::getuid())->pw_name; }

strings members_of(const json& object) {
  strings members;
  for (const auto& [name, value] : object.items()) members.push_back(name);
  return members;
}

constexpr auto shared_warning = "others may put sockets into ";

}  // namespace

TEST_CASE("no master is said on stderr, and is no error") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  CHECK(all.mux("ls") == finished{exited(0), "", "ssh-shim: there is no master\n"});
  CHECK(all.mux("ls", {"--plain"}) == finished{exited(0), "", ""});
  CHECK(json::parse(all.mux("ls", {"--json"}).out) ==
        json{{"schema", 1}, {"masters", json::array()}});
  CHECK(all.mux("ls", {"--json", "--plain"}).status == exited(2));
}

TEST_CASE("a master that lives, one that was killed and one that hangs are told apart") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t live = all.start("live");
  all.leave_stale("stale");
  const pid_t wedged = all.start_wedged("wedged");
  const auto told = all.list();
  REQUIRE(told.size() == 3);
  const auto &first = told[0], &second = told[1], &third = told[2];  // by their paths
  CHECK(first.at("path") == all.socket("live"));
  CHECK(first.at("state") == "alive");
  CHECK(first.at("pid") == live);
  CHECK(first.at("why") == nullptr);
  CHECK(second.at("path") == all.socket("stale"));
  CHECK(second.at("state") == "stale");
  CHECK(second.at("pid") == nullptr);
  CHECK(second.at("why") == "nobody listens at its control socket any more");
  CHECK(third.at("path") == all.socket("wedged"));
  CHECK(third.at("state") == "wedged");
  CHECK(third.at("pid") == wedged);
  CHECK(third.at("why") == "the master does not answer");
  const auto shown = all.mux("ls");
  CHECK(shown.err.empty());
  const auto lines = split(shown.out, '\n');
  REQUIRE(lines.size() == 5);
  CHECK(lines[0].starts_with("HOST    STATE   PID "));
  CHECK(lines[1].starts_with("live    alive   " + std::to_string(live)));
  CHECK(lines[2].starts_with("stale   stale   - "));
  CHECK(lines[3].starts_with("wedged  wedged  " + std::to_string(wedged)));
}

TEST_CASE("who uses a master is told: a client by its words, a held session by its name") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.start("web");
  CHECK(all.of("web").at("passengers") == 0);
  const auto client = all.passenger("web");
  all.hold("db", "web");
  const auto web = all.of("web");
  CHECK(web.at("passengers") == 2);
  bool client_told = false;
  bool session_told = false;
  for (const auto& each : web.at("known_passengers")) {
    if (each.at("pid") == client->pid()) {
      client_told = true;
      CHECK(each.at("session") == nullptr);
      CHECK(each.at("command").get<std::string>().find("web echo ready; exec cat") !=
            std::string::npos);
    } else {
      session_told = true;
      CHECK(each.at("session") == "db");
      CHECK(each.at("terminal").get<std::string>().starts_with("/dev/pts/"));
    }
  }
  CHECK(client_told);
  CHECK(session_told);
  CHECK(logins(server) == 1);
}

TEST_CASE("a master whose sockets people commonly name is found, and what the name tells is told") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const auto port = std::to_string(server.port());
  struct row {
    std::string pattern;
    std::string name;
  };
  for (const auto& each :
       {row{"DIR/%r@%h:%p", my_name() + "@127.0.0.1:" + port},
        row{"DIR/%r_%p_%h", my_name() + "_" + port + "_127.0.0.1"},
        row{"DIR/ssh_mux_%h_%p_%r", "ssh_mux_127.0.0.1_" + port + "_" + my_name()}}) {
    CAPTURE(each.pattern);
    masters all(server, each.pattern);
    const pid_t master = all.start("web");
    const auto told = all.of(each.name);
    REQUIRE(!told.is_null());
    CHECK(told.at("state") == "alive");
    CHECK(told.at("pid") == master);
    CHECK(told.at("host") == "127.0.0.1");
    CHECK(told.at("user") == my_name());
    CHECK(told.at("port") == port);
  }
}

TEST_CASE("of a path that has the home directory in it a master is found") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  const std::string home = ::getpwuid(::getuid())->pw_dir;
  const auto from_home = std::filesystem::relative(dir.path(), home).string();
  masters all(server, "%d/" + from_home + "/%r@%h:%p");
  all.start("web");
  const auto path =
      home + "/" + from_home + "/" + my_name() + "@127.0.0.1:" + std::to_string(server.port());
  CHECK(all.at(path).at("state") == "alive");
}

TEST_CASE("a socket in a directory that others can write to is used, with one warning") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  const auto shared = dir / "sticky";
  REQUIRE(::mkdir(shared.c_str(), 0700) == 0);
  REQUIRE(::chmod(shared.c_str(), 01777) == 0);
  masters all(server, shared + "/%n");
  all.start("web");
  all.start("db");
  const auto told = all.mux("ls", {"--plain"});
  CHECK(told.err == "ssh-shim: others may put sockets into " + shared +
                        ": better a ControlPath in a directory of yours\n");
  const auto lines = split(told.out, '\n');
  REQUIRE(lines.size() == 3);
  CHECK(cells(lines[0])[1] == "alive");
  CHECK(cells(lines[1])[1] == "alive");
}

TEST_CASE("/tmp/ssh_mux_%h_%p_%r works as it stands") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server, "/tmp/ssh_mux_%h_%p_%r");
  const auto path = "/tmp/ssh_mux_127.0.0.1_" + std::to_string(server.port()) + "_" + my_name();
  const pid_t master = all.start("web");
  CHECK(all.at(path).at("pid") == master);
  CHECK(all.mux("ls").err.starts_with("ssh-shim: " + std::string(shared_warning) + "/tmp: "));
  CHECK(all.mux("exit", {"web"}).status == exited(0));
  CHECK(!exists(path));
}

TEST_CASE("of a socket that is called by a hash, those who use it tell the host") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server, "DIR/%C");
  const auto only = [&all] {
    const auto told = all.list();
    REQUIRE(told.size() == 1);
    return told[0];
  };
  SECTION("the master by its own words") {
    all.start("web");
    CHECK(only().at("host") == "web");
  }
  SECTION("with a user") {
    all.start(my_name() + "@web");
    CHECK(only().at("host") == "web");
    CHECK(only().at("user") == my_name());
    CHECK(all.mux("exit", {"we*"}).out == my_name() + "@web: ended\n");
  }
  SECTION("a client, where the master's words are lost") {
    all.start_with({"-oControlMaster=auto", "-oControlPersist=60", "web", "true"});
    CHECK(only().at("host") == nullptr);
    const auto client = all.passenger("web");
    CHECK(only().at("host") == "web");
  }
}

TEST_CASE("mux ls --json has every member, and --plain every column") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server, "DIR/%n_%p_%r");
  const auto name = "web_" + std::to_string(server.port()) + "_" + my_name();
  const pid_t master = all.start("web");
  const auto client = all.passenger("web");
  const auto end = all.mux("ls", {"--json"});
  CHECK(end.err.empty());
  const auto told = json::parse(end.out);
  CHECK(told.at("schema") == 1);
  const auto& one = told.at("masters").at(0);
  CHECK(members_of(one) == strings{"channels", "host", "known_passengers", "listens", "owner",
                                   "passengers", "path", "persist", "pid", "port", "round_trip_us",
                                   "silent_ms", "since", "state", "user", "why"});
  CHECK(members_of(one.at("known_passengers").at(0)) ==
        strings{"command", "pid", "session", "terminal"});
  CHECK(one.at("owner") == ::geteuid());
  const auto since = one.at("since").get<std::int64_t>();
  const auto plain = split(all.mux("ls", {"--plain"}).out, '\n');
  REQUIRE(plain.size() == 2);
  CHECK(cells(plain[0]) == strings{my_name() + "@web:" + std::to_string(server.port()), "alive",
                                   std::to_string(master), "1", std::to_string(since), "-", "-",
                                   all.socket(name)});
}

TEST_CASE("mux ls --configured tells of each host that is named, with a master or not") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  const strings lines{"Host web db", "  ControlPath " + dir / "%n", "Host bare"};
  masters all(server, dir / "%n");
  all.start("web");
  const auto told = json::parse(all.mux_with(lines, "ls", {"--configured", "--json"}).out);
  std::map<std::string, json> by_path;
  json bare;
  for (const auto& each : told.at("masters")) {
    if (each.at("path").is_null()) bare = each;
    if (each.at("path").is_string()) by_path[each.at("path")] = each;
  }
  CHECK(told.at("masters").size() == 3);
  CHECK(by_path.at(dir / "web").at("state") == "alive");
  CHECK(by_path.at(dir / "db").at("state") == "none");
  CHECK(bare.at("state") == "none");
  CHECK(bare.at("why") == "its configuration has no ControlPath");
}
