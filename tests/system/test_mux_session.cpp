// Sessions whose configuration wants a mux master: they join one that is there, and where there is
// none they start one in the background, so that no session is the master.
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

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

// Masters at one control socket; what is left of them is killed.
class mux_place {
 public:
  explicit mux_place(const sshd& server) : server_(server) {}
  mux_place(const mux_place&) = delete;
  mux_place& operator=(const mux_place&) = delete;
  ~mux_place() = default;

  std::string socket() const { return dir_ / "socket"; }
  const temp_dir& dir() const { return dir_; }

  // The words of a session that has the options of a configuration with a master.
  std::vector<std::string> words(std::vector<std::string> more = {},
                                 const std::string& first = "") const {
    std::vector<std::string> all{"-o", "ControlMaster=auto", "-o", "ControlPath=" + socket()};
    for (auto& each : more) all.push_back(std::move(each));
    for (auto& each : far_echo(first)) all.push_back(std::move(each));
    return all;
  }

  // Those in the background: they have lost their parent.
  std::vector<pid_t> masters() const {
    std::vector<pid_t> all;
    for (const pid_t pid : orphanage_.orphans()) {
      const auto words = command_line_of(pid);
      const auto names_socket = [this](const auto& word) {
        return word.find(socket()) != std::string::npos;
      };
      if (::getsid(pid) == pid && std::ranges::any_of(words, names_socket) &&
          executable_of(pid) == real_ssh_file())
        all.push_back(pid);
    }
    return all;
  }

  std::size_t logins() const {
    std::size_t count = 0;
    const auto log = server_.log();
    for (auto at = log.find("Accepted publickey"); at != log.npos;
         at = log.find("Accepted publickey", at + 1))
      ++count;
    return count;
  }

  finished ssh(const std::string& what) const {
    return run(server_.argv(real_ssh(), {"-S", socket(), "-O", what, "far"}));
  }

 private:
  const sshd& server_;
  temp_dir dir_;
  orphanage orphanage_;
};

// ssh-shim tells in its version whether it was built to know.
bool names_are_seen() {
  return run({SHIM_BINARY, "version"}).out.find("mux masters: named") != std::string::npos;
}

// The end of a line, whose beginning was typed before.
void say(held_terminal& user, const std::string& before, const std::string& rest) {
  user->type(rest + "\r");
  user->expect("<" + before + rest + ">\r\n");
}

void say(held_terminal& user, const std::string& word) { say(user, "", word); }

int count_of(std::string_view what, std::string_view text) {
  int count = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a session whose configuration wants a master starts one, says so, and joins it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  held_terminal first(place);
  first.open(server, mux.words());
  CHECK(first->expect("ready\r\n").find("for a new master") != std::string::npos);
  say(first, "one");
  CHECK(mux.ssh("check").status == exited(0));

  held_terminal second(place);
  second.open(server, mux.words());
  CHECK(second->expect("ready\r\n").find("master") == std::string::npos);
  say(second, "two");
  CHECK(mux.logins() == 1);

  // The end of the first one neither hangs nor ends the other.
  first->type("exit 3\r");
  CHECK(first.end() == exited(3));
  say(second, "three");
  second->type("exit 4\r");
  CHECK(second.end() == exited(4));
}

TEST_CASE("a master that nobody asked to stay goes soon after its last session") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  held_terminal user(place);
  user.open(server, mux.words({"-o", "ControlPersist=no"}));
  user->expect("ready\r\n");
  user->type("exit 0\r");
  CHECK(user.end() == exited(0));
  const deadline end(patience);
  while (std::filesystem::exists(mux.socket()) && !end.passed()) ::poll(nullptr, 0, 10);
  CHECK_FALSE(std::filesystem::exists(mux.socket()));
}

TEST_CASE("two first sessions at the same moment make one master") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  held_terminal one(place);
  held_terminal other(place);
  one.open(server, mux.words());
  other.open(server, mux.words());
  one->expect("ready\r\n");
  other->expect("ready\r\n");
  CHECK(mux.logins() == 1);
  say(one, "one");
  say(other, "other");
  one->type("~.");
  one.end();
  say(other, "still there");
}

TEST_CASE("each session of a master is as if it were alone") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  held_terminal a(place);
  held_terminal b(place);
  a.open(server, mux.words());
  a->expect("ready\r\n");
  b.open(server, mux.words());
  b->expect("ready\r\n");
  // ssh has one newline flag for all: after this it would take a's `~.` for its end.
  a->type("abc");
  say(b, "enter");
  a->type("~.\r");
  a->expect("<abc~.>\r\n");
  // And the reverse: it would not take this one.
  say(a, "line");
  b->type("x");
  a->type("~.");
  CHECK(a.end() == exited(255));
  b->type("y\r");
  b->expect("<xy>\r\n");
}

TEST_CASE("a login for a master can be left, and is seen where the session is") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  held_terminal user(place);
  user.open(server, mux.words({"-o", "UserKnownHostsFile=" + (mux.dir() / "known"), "-o",
                               "StrictHostKeyChecking=ask"}));
  user->expect("Are you sure you want to continue connecting");
  SECTION("answered, it goes on") {
    user->type("yes\r");
    user->expect("ready\r\n");
    CHECK(mux.logins() == 1);
  }
  SECTION("left") {
    user->type("\r~.");
    CHECK(user.end() == exited(255));
    CHECK(mux.logins() == 0);
  }
}

TEST_CASE("a login for a master that fails ends as ssh's does") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  held_terminal user(place);
  user.open(server, mux.words({"-o", "PreferredAuthentications=none"}));
  user->expect("Permission denied");
  CHECK(user.end() == exited(255));
}

TEST_CASE("what is at the place of a control socket and is none stays, and no master is used") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  write_file(mux.socket(), "kept");
  held_terminal user(place);
  user.open(server, mux.words());
  CHECK(user->expect("ready\r\n").find("is no socket") != std::string::npos);
  say(user, "one");
  CHECK(read_file(mux.socket()) == "kept");
}

TEST_CASE("where others may put sockets, too, the session that begins a master says so") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  const auto shared = dir / "sticky";
  REQUIRE(::mkdir(shared.c_str(), 0700) == 0);
  REQUIRE(::chmod(shared.c_str(), 01777) == 0);
  const masters all(server, shared + "/%n");
  const auto started = [&] {
    terminal user;
    user.start({SHIM_BINARY, "--no-hold", "-F", all.config(), "-o", "ControlMaster=auto", "-o",
                "ControlPersist=yes", "-t", "web", "echo ready"},
               all.place().options());
    const auto said = user.expect("ready\r\n");
    CHECK(user.wait_exit() == exited(0));
    return said;
  };
  const std::string warning = "ssh-shim: others may put sockets into " + shared +
                              ": better a ControlPath in a directory of yours\r\n";
  CHECK(started() == warning + "ssh-shim: logging in to 127.0.0.1, for a new master\r\nready\r\n");
  CHECK(started() == "ready\r\n");
}

TEST_CASE("a path that is too long for a master is told before the login, which goes without") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  const auto path = mux.dir().path() + "/" + std::string(90 - mux.dir().path().size(), 'x');
  held_terminal user(place);
  auto words = mux.words();
  words.insert(words.begin(), {"-o", "ControlPath=" + path});
  user.open(server, words);
  CHECK(user->expect("ready\r\n").find("90") != std::string::npos);
  say(user, "one");
}

TEST_CASE("a session goes without a master that hangs, and says so") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  held_terminal first(place);
  first.open(server, mux.words({"-o", "ControlPersist=yes"}));
  first->expect("ready\r\n");
  const auto masters = mux.masters();
  REQUIRE(masters.size() == 1);
  send_signal(masters.front(), SIGSTOP);
  held_terminal second(place);
  second.open(server, mux.words());
  CHECK(second->expect("ready\r\n").find("does not answer") != std::string::npos);
  say(second, "two");
  send_signal(masters.front(), SIGCONT);
  say(first, "one");
  CHECK(mux.ssh("exit").status == exited(0));
}

TEST_CASE("a stale control socket is replaced by a master's") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  for (const int round : {0, 1}) {
    CAPTURE(round);
    held_terminal user(place);
    user.open(server, mux.words({"-M", "-o", "ControlPersist=yes"}));
    user->expect("ready\r\n");
    const auto masters = mux.masters();
    REQUIRE(masters.size() == 1);
    send_signal(masters.front(), SIGKILL);
    reap_orphan(masters.front());
    CHECK(user.end() == exited(255));
    CHECK(std::filesystem::exists(mux.socket()));
  }
}

TEST_CASE("what is forwarded for a session is asked of its master") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  held_terminal user(place);
  const auto socket = mux.dir() / "forward";
  user.open(server, mux.words({"-L", socket + ":localhost:" + std::to_string(server.port())}));
  user->expect("ready\r\n");
  CHECK(std::filesystem::is_socket(socket));
  user->type("exit 0\r");
  CHECK(user.end() == exited(0));
}

TEST_CASE("the escape ~M tells of the master that a session goes through") {
  SHIM_NEEDS_SSHD();
  if (!names_are_seen()) SHIM_SKIP("built without libmnl");
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  held_terminal user(place);
  user.open(server, mux.words({"-o", "ControlPersist=yes"}));
  user->expect("ready\r\n");
  user->type("\r~M");
  user->expect("alive, pid ");
  user->expect("1 connection, its server answers within ");
  send_signal(mux.masters().at(0), SIGSTOP);
  user->type("\r~M");
  // Keys act while it waits for the master.
  user->type("\r~?");
  user->expect("Supported escape sequences");
  user->expect("wedged, pid ");
  user->type("\r~.");
  CHECK(user.end() == exited(255));
  CHECK(place.verb({"mux", "exit", "--pid", "1"}).err.find("goes through none") !=
        std::string::npos);
}

TEST_CASE("the escape ~# lists what goes through a session's master, and types into no session") {
  SHIM_NEEDS_SSHD();
  if (!names_are_seen()) SHIM_SKIP("built without libmnl");
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  const auto target = listen_on_loopback();
  const auto port = free_port();
  held_terminal one(place, {24, 250});
  held_terminal other(place);
  one.open(server, mux.words({"-L", std::to_string(port) +
                                        ":127.0.0.1:" + std::to_string(port_of(target))}));
  one->expect("ready\r\n");
  other.open(server, mux.words({"--name", "other"}));
  other->expect("ready\r\n");
  // One of plain ssh's, which moves the line start of them all: no line begins there now.
  terminal plain;
  plain.start(server.argv(real_ssh(), {"-S", mux.socket(), "-t", "far", "echo ready; exec cat"}));
  plain.expect("ready\r\n");
  // The last channel that is opened, so that it is told last.
  const auto near = connect_to_loopback(port);
  pollfd arrival{target.get(), POLLIN, 0};
  REQUIRE(::poll(&arrival, 1, deadline(patience).left()) == 1);
  const owned_fd far(::accept4(target.get(), nullptr, nullptr, SOCK_CLOEXEC));

  for (const int round : {0, 1}) {
    CAPTURE(round);
    plain.type("abc");
    plain.expect("abc");
    other->type("abc");
    one->type("~#");
    one->expect("~#\r\nThe following connections are open:\r\n");
    const auto told = one->expect("direct-tcpip: listening port " + std::to_string(port));
    CHECK(count_of("client-session", told) == 3);
    CHECK(count_of(" mux-control (", told) == 3);
    one->expect("\r\n");
    one->type("still\r");
    CHECK(one->expect("<still>\r\n") == "<still>\r\n");
    say(other, "abc", "enter");
  }
  CHECK(mux.logins() == 1);
}

TEST_CASE("the escape ~# says in a line why a master's connections cannot be listed") {
  SHIM_NEEDS_SSHD();
  if (!names_are_seen()) SHIM_SKIP("built without libmnl");
  sshd server({.lines = {"MaxSessions 1"}});
  const held_place place;
  const mux_place mux(server);
  held_terminal user(place, {24, 250});
  SECTION("the server opens no other session") {
    if (masters_tell_channels()) SHIM_SKIP("it does not take one, of this ssh");
    user.open(server, mux.words());
    user->expect("ready\r\n");
    user->type("~#");
    user->expect(
        "cannot list the connections of far: it takes a session for a moment: Session "
        "open refused by peer\r\n");
    CHECK(mux.logins() == 1);
    say(user, "still");
  }
  SECTION("the server hangs") {
    if (masters_tell_channels()) SHIM_SKIP("it is not asked, of this ssh");
    user.open(server, mux.words());
    user->expect("ready\r\n");
    server.stop();
    user->type("~#");
    user->expect("cannot list the connections of far: its server does not answer\r\n");
    server.resume();
    say(user, "still");
  }
  SECTION("the master hangs") {
    user.open(server, mux.words({"-o", "ControlPersist=yes"}));
    user->expect("ready\r\n");
    const pid_t master = mux.masters().at(0);
    send_signal(master, SIGSTOP);
    user->type("~#");
    user->expect("cannot list the connections of far: wedged");
    user->expect("does not answer\r\n");
    send_signal(master, SIGCONT);
    say(user, "still");
    CHECK(mux.ssh("exit").status == exited(0));
  }
  SECTION("there is none") {
    auto words = mux.words();
    words.at(1) = "ControlMaster=no";
    user.open(server, words);
    user->expect("ready\r\n");
    user->type("~#");
    user->expect("it goes through none\r\n");
    say(user, "still");
  }
}

TEST_CASE("the escape ~X names who would be cut off, and asks") {
  SHIM_NEEDS_SSHD();
  if (!names_are_seen()) SHIM_SKIP("built without libmnl");
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  held_terminal one(place);
  held_terminal other(place);
  one.open(server, mux.words());
  one->expect("ready\r\n");
  other.open(server, mux.words({"--name", "other"}));
  other->expect("ready\r\n");
  one->type("\r~X");
  const auto told = one->expect("End it? [y/N] ");
  CHECK(told.find("session far\r\n") != std::string::npos);
  CHECK(told.find("session other\r\n") != std::string::npos);
  one->type("n");
  say(one, "still");
  one->type("~X");
  one->expect("End it? [y/N] ");
  one->type("y");
  CHECK(one.end() == exited(255));
  CHECK(other.end() == exited(255));
  CHECK_FALSE(std::filesystem::exists(mux.socket()));
}

TEST_CASE("a session without a master says so when asked for it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal user(place);
  user.open(server, far_echo());
  user->expect("ready\r\n");
  for (const auto* key : {"\r~M", "\r~X"}) {
    user->type(key);
    user->expect("it goes through none");
  }
  say(user, "one");
}

TEST_CASE("mux open leaves a master that sessions join, and opens none twice") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const mux_place mux(server);
  const auto config = server.config_with({"ControlPath " + mux.socket()});
  const std::vector<std::string> words{"mux", "open", "-F", config, "far"};
  const auto opened = place.verb(words);
  CHECK(opened.status == exited(0));
  CHECK(opened.out.find("far: alive, pid ") == 0);
  CHECK(place.verb(words).out.find("far: open already") == 0);
  held_terminal user(place);
  user.open(server, mux.words());
  user->expect("ready\r\n");
  CHECK(mux.logins() == 1);
  CHECK(place.verb({"mux", "exit", "-F", config, "--yes", "far"}).status == exited(0));
  CHECK(user.end() == exited(255));

  const auto none = place.verb({"mux", "open", "-F", server.config(), "far"});
  CHECK(none.status == exited(1));
  CHECK(none.err.find("has no ControlPath") != std::string::npos);
}
