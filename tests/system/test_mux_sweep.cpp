// `mux sweep`: what is left of masters goes, and nothing that somebody uses.
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include <tests/support/file.hpp>
#include <tests/support/text.hpp>
#include <tests/support/tmux.hpp>
#include <tests/system/masters.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

std::string bind_name_of(const std::string& path) {
  for (const auto& line : split(read_file("/proc/net/unix"), '\n')) {
    const auto at = line.find(path + ".");
    if (at != std::string::npos) return line.substr(at);
  }
  throw failure("nobody listens that was bound to " + path + ".*");
}

}  // namespace

TEST_CASE("mux sweep takes stale sockets away, and nothing that lives or is no socket") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t live = all.start("live");
  all.leave_stale("old");
  all.leave_stale("older");
  write_file(all.socket("file"), "precious");
  CHECK(all.mux("sweep") ==
        finished{exited(0), "old: stale socket removed\nolder: stale socket removed\n", ""});
  CHECK(!exists(all.socket("old")));
  CHECK(!exists(all.socket("older")));
  CHECK(read_file(all.socket("file")) == "precious");
  CHECK(all.running(live));
  CHECK(all.mux("check", {"live"}).status == exited(0));
  CHECK(all.mux("sweep") == finished{exited(0), "", "ssh-shim: there is nothing to sweep\n"});
}

TEST_CASE("mux sweep leaves another user's stale socket") {
  SHIM_NEEDS_SSHD();
  if (::geteuid() != 0) SHIM_SKIP("only root gives a socket away");
  const sshd server;
  masters all(server);
  all.leave_stale("theirs");
  REQUIRE(::lchown(all.socket("theirs").c_str(), 65534, 65534) == 0);
  CHECK(all.mux("sweep") == finished{exited(0), "", "ssh-shim: there is nothing to sweep\n"});
  CHECK(exists(all.socket("theirs")));
}

TEST_CASE("mux sweep ends a master that hangs only where somebody says so") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.leave_stale("old");
  const pid_t master = all.start_wedged("web");
  const auto refused = all.mux("sweep");
  CHECK(refused.status == exited(1));
  CHECK(refused.out == "old: stale socket removed\n");
  CHECK(refused.err.find("web") != std::string::npos);
  CHECK(refused.err.ends_with("ssh-shim: not without --yes\n"));
  CHECK(all.running(master));
  SECTION("with --yes") {
    CHECK(all.mux("sweep", {"--yes"}) == finished{exited(0), "web: ended\n", ""});
    CHECK(!all.running(master));
  }
  SECTION("in a terminal") {
    if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
    const auto answered = [&](const std::string& answer) {
      tmux window(all.mux_argv("sweep"), all.place().options());
      window.wait_for("Go on? [y/N]");
      window.type(answer);
      window.press("Enter");
      return window.wait_exit();
    };
    CHECK(answered("n") == exited(1));
    CHECK(all.running(master));
    CHECK(answered("y") == exited(0));
    CHECK(!all.running(master));
  }
}

TEST_CASE("mux sweep ends a master whose socket was deleted, if nobody is in it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t alone = all.start("alone");
  const pid_t used = all.start("used");
  const auto client = all.passenger("used");
  for (const auto* host : {"alone", "used"}) ::unlink(all.socket(host).c_str());
  const auto end = all.mux("sweep");
  CHECK(end == finished{exited(0), "alone: ended\n", ""});
  CHECK(!all.running(alone));
  CHECK(all.running(used));
  client->feed("still there\n");
  client->expect_out("still there\n");
}

TEST_CASE("mux sweep ends a master whose path another one has, and not that one") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t lost = all.start("web");
  ::unlink(all.socket("web").c_str());
  const pid_t master = all.start("web");
  CHECK(all.mux("sweep") == finished{exited(0), "web: ended\n", ""});
  CHECK(!all.running(lost));
  CHECK(all.running(master));
  CHECK(all.of("web").at("state") == "alive");
}

TEST_CASE("mux sweep leaves a master that forwards ports, without a socket, too") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t master = all.start_with({"-fNM", "-L", all.file("in") + ":/nowhere", "web"});
  ::unlink(all.socket("web").c_str());
  CHECK(all.mux("sweep", {"--yes"}) ==
        finished{exited(0), "", "ssh-shim: there is nothing to sweep\n"});
  CHECK(all.running(master));
}

TEST_CASE("mux sweep leaves a master that is just coming to be") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  const pid_t master = all.start("web");
  // It has bound its socket, and is about to give it its name.
  std::filesystem::rename(all.socket("web"), bind_name_of(all.socket("web")));
  CHECK(all.mux("sweep", {"--yes"}) ==
        finished{exited(0), "", "ssh-shim: there is nothing to sweep\n"});
  CHECK(all.running(master));
}

TEST_CASE("mux sweep of one configuration leaves what another one has") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  masters other(server);
  const pid_t master = other.start("web");
  ::unlink(other.socket("web").c_str());
  CHECK(all.mux("sweep", {"--yes"}) ==
        finished{exited(0), "", "ssh-shim: there is nothing to sweep\n"});
  CHECK(other.running(master));
  CHECK(other.mux("sweep") == finished{exited(0), "web: ended\n", ""});
}
