// What a start has to do with the sessions that are there already; and sessions on a server, taken
// up over ssh.
#include <csignal>

#include <tests/support/file.hpp>
#include <tests/support/tcp.hpp>
#include <tests/support/text.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

std::vector<std::string> with(std::vector<std::string> first, std::vector<std::string> then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

void open_and_leave(const held_place& place, const sshd& server,
                    const std::vector<std::string>& options, const std::string& name) {
  held_terminal user(place);
  user.open(server, with(options, far_echo()));
  user->expect("ready\r\n");
  user.detach(name);
}

// All that it shows until the far end is there.
std::string shown_at_start(held_terminal& user, const sshd& server,
                           const std::vector<std::string>& options) {
  user.open(server, with(options, far_echo()));
  return user->expect("ready\r\n");
}

}  // namespace

TEST_CASE("what was left to a host is told at the next start to it, unless all is to be quiet") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_and_leave(place, server, {}, "far");
  open_and_leave(place, server, {"--name", "other"}, "other");
  {
    held_terminal user(place);
    const auto shown = shown_at_start(user, server, {});
    CHECK(shown.find("ssh-shim: to far there are: far (detached), other (detached); "
                     "see ssh-shim attach\r\n") != std::string::npos);
    user->type("exit\r");
    CHECK(user.end() == exited(0));
  }
  held_terminal quiet(place);
  CHECK(shown_at_start(quiet, server, {"-q"}).find("ssh-shim: to") == std::string::npos);
  held_terminal another(place);
  const auto shown = shown_at_start(another, server, {});
  CHECK(shown.find("ssh-shim: to far there are: far (detached), other (detached);") !=
        std::string::npos);  // not the one that is shown
}

TEST_CASE("an end that nobody saw is told at the next start to that host, with its status") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_and_leave(place, server, {}, "far");
  send_signal(place.wait_until_detached("far").pid, SIGTERM);
  place.wait_for(
      "far", [](const auto& told) { return told.state == "ended"; }, "ended");
  held_terminal user(place);
  const auto shown = shown_at_start(user, server, {});
  CHECK(shown.find("ssh-shim: to far there are: far (") != std::string::npos);
  CHECK(shown.find("kept for 24 h") != std::string::npos);
}

TEST_CASE("the option --attach takes up what is there to that host, or begins a session") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal first(place);
  first.open(server, with({"--attach"}, far_echo()));
  first->expect("ready\r\n");
  first->type("one\r");
  first->expect("<one>\r\n");
  const auto pid = place.wait_until_shown("far").pid;
  first.detach("far");
  held_terminal second(place);
  second.open(server, with({"--attach"}, far_echo()));
  second->expect("<one>");
  CHECK(place.wait_until_shown("far").pid == pid);
  CHECK(place.sessions().size() == 1);
  second->type("exit 4\r");
  CHECK(second.end() == exited(4));
}

TEST_CASE("a port at which a session listens that was left is told with its name") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const auto port = std::to_string(free_port());
  const std::vector<std::string> forward{"-L", port + ":localhost:1"};
  open_and_leave(place, server, with({"--name", "tunnel"}, forward), "tunnel");
  held_terminal user(place);
  const auto shown = shown_at_start(user, server, forward);
  CHECK(shown.find("ssh-shim: port " + port + " is in use by the session tunnel") !=
        std::string::npos);
  held_terminal other(place);
  CHECK(shown_at_start(other, server, {}).find("is in use") == std::string::npos);
}

TEST_CASE("a time limit ends a session that nobody shows") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const auto started =
      run(server.argv(SHIM_BINARY, with({"--timeout", "1", "--detached"}, far_echo())),
          place.options());
  REQUIRE(started.status == exited(0));
  CHECK(started.out == "far\n");
  place.wait_until_gone("far");
  place.wait_until_nothing_runs();
}

TEST_CASE("who has attached to a session when its time is up ends as for a time limit") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  run_well(server.argv(SHIM_BINARY, with({"--timeout", "3", "--detached"}, far_echo())),
           place.options());
  held_terminal user(place);
  user.attach({"far"});
  user->expect("ready\r\n");
  CHECK(user.end() == exited(124));
  place.wait_until_gone("far");
}

TEST_CASE("a program that is held on a server outlives the link, and is taken up over another") {
  SHIM_NEEDS_SSHD();
  SHIM_NEEDS("rsync");
  const sshd server;
  const held_place place;
  const temp_dir dir;
  const auto from = dir / "from";
  const auto to = dir / "to";
  std::string content;
  for (int i = 0; i < 400'000; ++i) content += std::to_string(i) + "\n";
  write_file(from, content);
  const auto on_server = "SSH_SHIM_DIR=" + place.path() + " " + SHIM_BINARY + " ";
  {
    terminal user;
    user.start(server.argv(real_ssh(), {"-t", "far",
                                        on_server +
                                            "hold --name copy -- rsync --bwlimit=500 "
                                            "--inplace --progress " +
                                            from + " " + to}));
    user.expect("%");
    place.wait_until_shown("copy");
    send_signal(user.pid(), SIGKILL);  // the link is cut
    CHECK(user.wait_exit() == killed_by(SIGKILL));
  }
  CHECK(place.wait_until_detached("copy").state == "left behind");
  terminal user;
  user.start(server.argv(real_ssh(), {"-t", "far", on_server + "attach copy"}));
  user.expect("%");
  CHECK(user.wait_exit(milliseconds(30'000)) == exited(0));
  CHECK(read_file(to) == content);
}
