// `mux channels`: what goes through a master, told by it or in a session of a moment.
#include <fcntl.h>

#include <algorithm>
#include <csignal>

#include <shim/core/mux_protocol.hpp>
#include <tests/support/scripted_master.hpp>
#include <tests/support/text.hpp>
#include <tests/system/masters.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

namespace m = shim::mux_message;
using namespace std::string_view_literals;

constexpr auto channels_heading = "The following connections are open:\n"sv;

strings channel_lines(std::string_view out) {
  strings lines;
  for (const auto& each : split(std::string(out), '\n'))
    if (each.starts_with("  #")) lines.push_back(each);
  return lines;
}

int times_in(std::string_view what, std::string_view text) {
  int count = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

bool has_session(const std::string& line) { return line.find("client-session") != line.npos; }

// A master of OpenSSH 10.3, whose channels are those. It opens no session.
class newer_master {
 public:
  newer_master(const masters& at, const std::string& host, std::string channels)
      : directory_(::open(at.file("").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
        master_(directory_.get(), host, answer(std::move(channels)),
                shim::encode(m::hello{.extensions = {info}})) {}

 private:
  static constexpr auto info =
      "\0\0\0\4info\0\0\0\1"
      "0"sv;

  static scripted_master::script answer(std::string channels) {
    return [channels = std::move(channels)](const shim::mux_request& asked) {
      if (const auto* about = std::get_if<m::ask_info>(&asked))
        return shim::encode(m::info{about->request, 1, channels});
      return scripted_master::usual(asked);
    };
  }

  owned_fd directory_;
  scripted_master master_;
};

}  // namespace

TEST_CASE("the sessions of a master are listed, and neither the question's own nor a login more") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.start("web");
  const auto alone = all.mux("channels", {"web"});
  CHECK(alone == finished{exited(0), std::string(channels_heading), ""});

  const auto first = all.passenger("web");
  const auto second = all.passenger("web");
  for (const int round : {0, 1, 2}) {
    CAPTURE(round);
    const auto end = all.mux("channels", {"web"});
    CHECK(end.status == exited(0));
    CHECK(end.err.empty());
    CHECK(end.out.starts_with(channels_heading));
    const auto lines = channel_lines(end.out);
    CHECK(lines.size() == 4);  // with the control channel of each
    CHECK(std::ranges::count_if(lines, has_session) == 2);
  }
  CHECK(logins(server) == 1);
  all.wait_for(
      "web", [](const json& one) { return one.at("passengers") == 2; },
      "used by as many as before");
}

TEST_CASE("a master whose sessions are all in use says that it takes one to list them") {
  SHIM_NEEDS_SSHD();
  if (masters_tell_channels()) SHIM_SKIP("it does not, of this ssh");
  const sshd server({.lines = {"MaxSessions 1"}});
  masters all(server);
  all.start("web");
  const auto client = all.passenger("web");
  CHECK(all.mux("channels", {"web"}) ==
        finished{exited(1), "",
                 "ssh-shim: cannot list the connections of web: it takes a session for a moment: "
                 "Session open refused by peer\n"});
  CHECK(logins(server) == 1);
}

TEST_CASE("a master that tells of its channels does so with no session to spare") {
  SHIM_NEEDS_SSHD();
  if (!masters_tell_channels()) SHIM_SKIP("none does, of this ssh");
  sshd server({.lines = {"MaxSessions 1"}});
  masters all(server);
  all.start("web");
  const auto client = all.passenger("web");
  server.stop();
  const auto end = all.mux("channels", {"web"});
  server.resume();
  CHECK(end.status == exited(0));
  CHECK(end.err.empty());
  CHECK(std::ranges::count_if(channel_lines(end.out), has_session) == 1);
}

TEST_CASE("a newer master is asked, which takes no session") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  const newer_master one(
      all, "web",
      "The following connections are open:\r\n"
      "  #0 mux-control (t16 [mux-control] nr0 cc -1 nc0 io 0x01/0x03)\r\n"
      "  #1 client-session (t4 [session:shell] r0 cc 0 nc0 io 0x01/0x00)\r\n"
      "  #2 mux-control (t16 [mux-control] nr0 cc -1 nc0 io 0x01/0x03)\r\n"
      "  #3 direct-tcpip: \x1b]0;title\a (t4 [direct-tcpip] r1 cc -1 nc0 io 0x01/0x00)\r\n");
  const auto end = all.mux("channels", {"web"});
  CHECK(end ==
        finished{exited(0),
                 std::string(channels_heading) +
                     "  #0 mux-control (t16 [mux-control] nr0 cc -1 nc0 io 0x01/0x03)\n"
                     "  #1 client-session (t4 [session:shell] r0 cc 0 nc0 io 0x01/0x00)\n"
                     "  #3 direct-tcpip: \\x1b]0;title\\x07 (t4 [direct-tcpip] r1 cc -1 nc0 io "
                     "0x01/0x00)\n",
                 ""});
}

TEST_CASE("a newer master that tells something else is said to") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  const newer_master one(all, "web", "no list\r\n");
  CHECK(
      all.mux("channels", {"web"}) ==
      finished{exited(1), "",
               "ssh-shim: cannot list the connections of web: the master tells something else\n"});
}

TEST_CASE("a master that never opens the session is waited for no longer than two seconds") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const masters all(server);
  const owned_fd directory(::open(all.file("").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const auto mute_about_sessions = [](const shim::mux_request& asked) {
    if (std::holds_alternative<m::new_session>(asked)) return std::string();
    return scripted_master::usual(asked);
  };
  const scripted_master one(directory.get(), "web", mute_about_sessions);
  const auto began = std::chrono::steady_clock::now();
  CHECK(all.mux("channels", {"web"}) ==
        finished{exited(1), "",
                 "ssh-shim: cannot list the connections of web: its server does not answer\n"});
  CHECK(std::chrono::steady_clock::now() - began < patience);
}

TEST_CASE("the connections of several masters are listed below their names, and the worst counts") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  masters all(server);
  all.start("web");
  all.start("db");
  const auto both = all.mux("channels");
  CHECK(both.status == exited(0));
  CHECK(times_in(channels_heading, both.out) == 2);
  CHECK(both.out.find("db:\n" + std::string(channels_heading)) != std::string::npos);
  CHECK(both.out.find("web:\n" + std::string(channels_heading)) != std::string::npos);
  const auto more = all.mux("channels", {"web", "lost"});
  CHECK(more.status == exited(3));
  CHECK(more.err == "ssh-shim: cannot list the connections of lost: none: there is no master\n");
  CHECK(all.mux("channels", {"lost"}).status == exited(3));
  const pid_t wedged = all.start_wedged("slow");
  const auto end = all.mux("channels", {"slow"});
  CHECK(end.status == exited(1));
  CHECK(end.err == "ssh-shim: cannot list the connections of slow: wedged, pid " +
                       std::to_string(wedged) + ": the master does not answer\n");
}
