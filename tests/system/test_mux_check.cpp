// `mux check`: whether a master lives, and through it its server.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include <shim/core/mux_protocol.hpp>
#include <shim/io/socket_peers.hpp>
#include <shim/io/unix_socket.hpp>
#include <tests/support/file.hpp>
#include <tests/support/scripted_master.hpp>
#include <tests/support/tcp_relay.hpp>
#include <tests/support/text.hpp>
#include <tests/system/masters.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;
using std::chrono::steady_clock;

namespace {

// The program waits as long for an answer.
constexpr milliseconds answer_time{2000};

finished said(int status, const std::string& out) { return {exited(status), out, ""}; }

owned_fd opened(const std::string& directory) {
  return owned_fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

struct timed {
  finished end;
  steady_clock::duration took;
};

timed check_timed(const masters& all, const std::string& host) {
  const auto began = steady_clock::now();
  auto end = all.mux("check", {host});
  return {std::move(end), steady_clock::now() - began};
}

std::string with_lead(const std::string& host, const std::string& rest) {
  return host + ": " + rest + "\n";
}

json checked(const masters& all, const std::string& host) {
  return json::parse(all.mux("check", {"--json", host}).out).at("masters").at(0);
}

bool links_are_seen() { return shim::io::socket_peers_kind() == "named"; }

}  // namespace

TEST_CASE("a master that lives is told with the time its server takes, and costs no login") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t master = all.start("web");
  const auto end = all.mux("check", {"web"});
  CHECK(end.status == exited(0));
  CHECK(end.err.empty());
  CHECK(end.out.starts_with("web: alive, pid " + std::to_string(master) +
                            ", nobody uses it, its server answers within "));
  CHECK(end.out.ends_with(" ms\n"));
  const auto told = checked(all, "web");
  CHECK(told.at("round_trip_us") > 0);
  CHECK(told.at("round_trip_us") < 2'000'000);
  CHECK(told.at("silent_ms").is_null());
  CHECK(server.log().find("Starting session") == std::string::npos);
  CHECK(logins(server) == 1);
}

TEST_CASE("a master that carries as many sessions as its server allows is alive") {
  SHIM_NEEDS_SSHD();
  const sshd server({.lines = {"MaxSessions 1"}});
  masters all(server);
  all.start("web");
  const auto client = all.passenger("web");
  CHECK(all.mux("check", {"web"}).status == exited(0));
  CHECK(checked(all, "web").at("passengers") == 1);
}

TEST_CASE("a master that hangs is told in time, and hears no more than the question") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t master = all.start_wedged("web");
  const auto [end, took] = check_timed(all, "web");
  CHECK(end == said(1, with_lead("web", "wedged, pid " + std::to_string(master) +
                                            ": the master does not answer")));
  CHECK(took >= answer_time);
  CHECK(took < patience);
  ::kill(master, SIGCONT);
  CHECK(all.mux("check", {"web"}).status == exited(0));
}

TEST_CASE("a server that hangs, or a link that is dead, is not taken for the master's fault") {
  SHIM_NEEDS_SSHD();
  sshd server;
  masters all(server);
  SECTION("the server is stopped") {
    const pid_t master = all.start("web");
    server.stop();
    const auto [end, took] = check_timed(all, "web");
    const auto why = links_are_seen() ? "the master answers, and so does its server's machine, but "
                                        "not the sshd there"
                                      : "the master answers, but its server does not";
    CHECK(end ==
          said(1, with_lead("web", "unreachable, pid " + std::to_string(master) + ": " + why)));
    CHECK(took >= answer_time);
    CHECK(took < patience);
    CHECK(all.mux("check", {"web"}).status == exited(1));  // the first question still waits
    CHECK(all.of("web").at("state") == "alive");           // which asks no server
    server.resume();
    CHECK(all.mux("check", {"web"}).status == exited(0));
  }
  SECTION("nothing comes through") {
    tcp_relay link(server.port());
    const auto config = server.config_for(link.port(), {"ControlPath " + all.socket("far")});
    run_well({real_ssh(), "-F", config, "-fNM", "far"});
    link.freeze();
    CHECK(checked(all, "far").at("state") == "unreachable");
    link.thaw();
    CHECK(checked(all, "far").at("state") == "alive");
  }
  SECTION("nothing is even acknowledged") {
    if (!links_are_seen()) SHIM_SKIP("built without libmnl");
    tcp_relay link(server.port());
    const auto config = server.config_for(link.port(), {"ControlPath " + all.socket("far")});
    run_well({real_ssh(), "-F", config, "-fNM", "far"});
    if (!link.deafen()) SHIM_SKIP("no filter may be set here");
    const auto began = steady_clock::now();
    const auto told = checked(all, "far");
    CHECK(told.at("state") == "unreachable");
    const auto why = told.at("why").get<std::string>();
    CHECK(why.starts_with("the master answers, but its network is dead: nothing has come for "));
    const milliseconds silent(told.at("silent_ms").get<int>());
    CHECK(silent >= answer_time);
    CHECK(silent < steady_clock::now() - began + patience);
  }
}

TEST_CASE("a server is asked by one at a time, and who comes second gets an answer in time, too") {
  SHIM_NEEDS_SSHD();
  sshd server;
  masters all(server);
  all.start("web");
  server.stop();
  process first(all.mux_argv("check", {"web"}), all.place().options());
  process second(all.mux_argv("check", {"web"}), all.place().options());
  const strings said{first.wait().out, second.wait().out};
  CHECK(first.wait().status == exited(1));
  CHECK(second.wait().status == exited(1));
  const auto waited = [](const std::string& one) {
    return one.ends_with(
        ": the master answers, but others have asked its server and wait for its "
        "answer\n");
  };
  CHECK(std::ranges::count_if(said, waited) <= 1);
  server.resume();
  CHECK(all.mux("check", {"web"}).status == exited(0));
}

TEST_CASE("a socket at which nobody listens is stale, and no socket is no master") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.leave_stale("web");
  CHECK(all.mux("check", {"web"}) ==
        said(1, "web: stale: nobody listens at its control socket any more\n"));
  CHECK(all.mux("check", {"db"}) == said(3, "db: none: there is no master\n"));
  CHECK(exists(all.socket("web")));
}

TEST_CASE("the status is of the worst of those that were asked, and of none it is 3") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  CHECK(all.mux("check") == finished{exited(3), "", "ssh-shim: there is no master\n"});
  all.start("live");
  CHECK(all.mux("check").status == exited(0));
  CHECK(all.mux("check", {"live", "none"}).status == exited(3));
  all.leave_stale("stale");
  CHECK(all.mux("check", {"live", "none", "stale"}).status == exited(1));
  CHECK(all.mux("check", {"l*"}).status == exited(0));
  CHECK(all.mux("check", {"x*"}).status == exited(3));
  CHECK(all.mux("check").status == exited(1));
  CHECK(all.mux("check", {"--all"}).status == exited(1));
}

TEST_CASE("what is not a control socket of the user's own is refused, and left") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const auto path = all.socket("web");
  std::string why;
  SECTION("a file") {
    write_file(path, "precious");
    why = "its ControlPath is no socket";
  }
  SECTION("a symbolic link to a master's socket") {
    all.start("db");
    REQUIRE(::symlink(all.socket("db").c_str(), path.c_str()) == 0);
    why = "its ControlPath is no socket";
  }
  SECTION("another user's") {
    if (::geteuid() != 0) SHIM_SKIP("only root gives a socket away");
    all.start("web");
    REQUIRE(::lchown(path.c_str(), 65534, 65534) == 0);
    why = "its control socket is another user's";
  }
  SECTION("one that others may replace") {
    all.start("web");
    const auto directory = path.substr(0, path.rfind('/'));
    REQUIRE(::chmod(directory.c_str(), 0777) == 0);
    why = "others may replace its control socket: see the directory's mode";
  }
  const auto no_end = "ssh-shim: cannot end the master of web: refused";
  const auto end = all.mux("check", {"web"});
  CHECK(end.status == exited(1));
  CHECK(end.out.starts_with("web: refused"));
  CHECK(end.out.ends_with(": " + why + "\n"));
  const auto ended = all.mux("exit", {"--yes", "web"});
  CHECK(ended.status == exited(1));
  CHECK(ended.err.starts_with(no_end));
  CHECK(all.mux("stop", {"web"}).status == exited(1));
  CHECK(all.mux("sweep", {"--yes"}).status == exited(0));
  CHECK(exists(path));
}

TEST_CASE("a path that is too long for a master is told before anything else") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  const auto path_of = [&](std::size_t size) {
    auto path = all.file("");
    path.append(size - path.size(), 'a');
    return path;
  };
  const auto check = [&](const std::string& path) {
    return all.mux_with({"ControlPath " + path}, "check", {"web"});
  };
  CHECK(check(path_of(90)) == said(3, "web: none: there is no master\n"));
  CHECK(check(path_of(91)) ==
        said(1, "web: refused: " + path_of(91) +
                    ": a control socket's path has at most 90 bytes, this one has 91\n"));
  CHECK(logins(server) == 0);
}

TEST_CASE("a configuration without a ControlPath has no master") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  for (const strings& lines : {strings{}, strings{"ControlPath none"}}) {
    CHECK(all.mux_with(lines, "check", {"web"}) ==
          said(3, "web: none: its configuration has no ControlPath\n"));
  }
}

TEST_CASE("ControlMaster yes in the configuration makes nobody log in") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const strings lines{"ControlMaster yes", "ControlPath " + all.socket("%n")};
  CHECK(all.mux_with(lines, "check", {"web"}).status == exited(3));
  CHECK(logins(server) == 0);
  const pid_t master = all.start("web");
  CHECK(all.mux_with(lines, "check", {"web"}).status == exited(0));
  CHECK(all.mux_with(lines, "exit", {"web"}).status == exited(0));
  CHECK(!all.running(master));
  CHECK(logins(server) == 1);
}

TEST_CASE("ssh that does not take a host has no master for it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  CHECK(all.mux_with({"NoSuchThing yes"}, "check", {"web"}) ==
        said(3, "web: none: ssh -G does not take it\n"));
}

TEST_CASE("what listens and is no master is refused, whatever it says") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  const auto directory = opened(all.file(""));
  struct row {
    std::string greeting;
    std::string why;
  };
  using namespace std::string_literals;
  const auto too_new = shim::encode(shim::mux_message::hello{.version = 5});
  for (const auto& each : {row{"SSH-2.0-OpenSSH_9.2\r\n", "the conversation was cut off"},
                           row{"\0\0\0\4\0\0\0\7"s, "what listens there is no ssh master"},
                           row{too_new, "the master speaks another version of the protocol"}}) {
    CAPTURE(escaped(each.greeting));
    ::unlink(all.socket("web").c_str());
    const scripted_master one(directory.get(), "web", scripted_master::usual, each.greeting);
    CHECK(all.mux("check", {"web"}) == said(1, "web: refused: " + each.why + "\n"));
  }
}

TEST_CASE("a master that answers one question and then nothing is not waited for for ever") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  const auto directory = opened(all.file(""));
  const auto mute = [](const shim::mux_request&) { return std::string(); };
  const scripted_master one(directory.get(), "web", mute);
  const auto [end, took] = check_timed(all, "web");
  CHECK(end == said(1, "web: wedged: the master does not answer\n"));
  CHECK(took >= answer_time);
  CHECK(took < patience);
}

TEST_CASE("a master that takes no connection is told at once") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  const auto directory = opened(all.file(""));
  std::error_code error;
  const auto listening = shim::io::listen_at(directory.get(), "web", 0, error);
  REQUIRE(!error);
  const auto waiting = shim::io::connect_at(directory.get(), "web", error);
  REQUIRE(!error);
  const auto [end, took] = check_timed(all, "web");
  CHECK(end == said(1, "web: wedged: the master takes no connection\n"));
  CHECK(took < answer_time);
}

TEST_CASE("a newer master tells of its channels") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  const auto directory = opened(all.file(""));
  namespace m = shim::mux_message;
  const auto newer = [](const shim::mux_request& asked) {
    if (const auto* info = std::get_if<m::ask_info>(&asked))
      return shim::encode(m::info{info->request, 1, "  #2 client-session\r\n"});
    return scripted_master::usual(asked);
  };
  using namespace std::string_view_literals;
  const auto info =
      "\0\0\0\4info\0\0\0\1"
      "0"sv;
  const scripted_master one(directory.get(), "web", newer,
                            shim::encode(m::hello{.extensions = {info}}));
  CHECK(checked(all, "web").at("channels") == "  #2 client-session\r\n");
  CHECK(checked(all, "web").at("state") == "alive");
}
