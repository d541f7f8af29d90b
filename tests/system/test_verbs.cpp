// The verbs that do something to sessions, as people and scripts call them.
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/tcp.hpp>
#include <tests/support/terminal.hpp>
#include <tests/support/text.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/session_place.hpp>

using namespace test;
using names = std::vector<std::string>;

namespace {

// What a verb says in which something is wrong: one line on stderr, nothing else.
finished said(int status, const std::string& line) {
  return {exited(status), "", "ssh-shim: " + line + "\n"};
}
const finished silence{exited(0), "", ""};

// A user who looks at a session of `cat`.
struct onlooker {
  terminal user;
  termios before = user.modes();

  onlooker(const session_place& place, const std::string& name) {
    user.start({SHIM_BINARY, "hold", "--name", name, "--", "sh", "-c", "echo ready; exec cat"},
               place.options());
    user.expect("ready");
  }
};

pid_t pid_of(const json& session) { return session.at("pid").get<pid_t>(); }

// Options of an ssh to a server that says nothing.
std::vector<std::string> to(const silent_listener& server, std::vector<std::string> words) {
  words.insert(words.begin(), {"-F", "/dev/null", "-p", std::to_string(server.port())});
  return words;
}

std::vector<std::string> with(std::vector<std::string> first,
                              const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

// -- hold --

TEST_CASE("hold --detached leaves a program running, and says what the session is called") {
  const session_place place;
  CHECK(place.shim({"hold", "--name", "one", "--detached", "--", "cat"}) ==
        finished{exited(0), "one\n", ""});
  const auto one = place.session("one");
  CHECK(one.at("state") == "detached");
  CHECK(one.at("command") == "cat");
  CHECK(executable_of(pid_of(one)).find("cat") != std::string::npos);
}

TEST_CASE("a session is called as its program, and with a number if that is taken") {
  const session_place place;
  CHECK(place.shim({"hold", "--detached", "cat"}).out == "cat\n");
  CHECK(place.shim({"hold", "--detached", "/bin/cat"}).out == "cat-2\n");
  CHECK(place.shim({"hold", "--detached", "sleep", "1000"}).out == "sleep\n");
  CHECK(place.names() == names{"cat", "cat-2", "sleep"});
}

TEST_CASE("a name that is asked for is had, or there is no session") {
  const session_place place;
  place.hold("one");
  CHECK(place.shim({"hold", "--detached", "--name", "one", "cat"}) ==
        said(1, "cannot name the session 'one': there is one of that name"));
  CHECK(place.shim({"hold", "--detached", "--name", "a/b", "cat"}) ==
        said(2, "cannot name the session 'a/b': a name has no '/'"));
  CHECK(place.names() == names{"one"});
}

TEST_CASE("nothing of a session keeps the pipe open that its name was read from") {
  const session_place place;
  const auto end =
      run({"sh", "-c", "name=$('" SHIM_BINARY "' hold --detached cat); echo \"<$name>\""},
          place.options());
  CHECK(end.out == "<cat>\n");
}

TEST_CASE("hold ends as its program ends") {
  const session_place place;
  terminal user;
  const termios before = user.modes();
  user.start({SHIM_BINARY, "hold", "sh", "-c", "exit 5"}, place.options());
  CHECK(user.wait_exit() == exited(5));
  CHECK(same_modes(user.modes(), before));
  terminal other;
  other.start({SHIM_BINARY, "hold", "sh", "-c", "kill -TERM $$"}, place.options());
  CHECK(other.wait_exit() == killed_by(SIGTERM));
  CHECK(place.names().empty());
}

TEST_CASE("hold takes the options of the program for the program's") {
  const session_place place;
  place.shim({"hold", "--detached", "sleep", "--help"});
  CHECK(place.wait_for("sleep", is_ended, "ended").at("command") == "sleep --help");
}

TEST_CASE("hold says what is wrong") {
  const session_place place;
  CHECK(place.shim({"hold", "--detached", "no-such-program"}) ==
        said(1, "cannot run no-such-program: No such file or directory"));
  CHECK(place.shim({"hold", "cat"}) ==
        said(2, "cannot show the session: this is no terminal; --detached needs none"));
  CHECK(place.shim({"hold"}).status == exited(2));
  CHECK(place.shim({"hold", "--no-such-option", "cat"}).status == exited(2));
  CHECK(place.names().empty());
}

TEST_CASE("a place that is not ours keeps hold from holding") {
  const session_place place;
  write_file(place.file("sessions"), "");
  const auto end = place.shim({"hold", "--detached", "cat"});
  CHECK(end.status == exited(1));
  CHECK(end.out.empty());
  CHECK(end.err.starts_with("ssh-shim: cannot "));
}

TEST_CASE("hold takes over a program that runs already, by reptyr") {
  SHIM_NEEDS("reptyr");
  if (::geteuid() != 0 && read_file("/proc/sys/kernel/yama/ptrace_scope") > "0\n")
    SHIM_SKIP("only root may trace a process that is not its own child here");
  const session_place place;
  terminal user;
  user.start({"sh", "-c", "echo ready; exec cat"});
  user.expect("ready");
  place.hold("taken", {"reptyr", std::to_string(user.pid())});
  const auto input = "/proc/" + std::to_string(user.pid()) + "/fd/0";
  const auto is_moved = [&](const auto&) {
    return std::filesystem::read_symlink(input) != user.name();
  };
  CHECK(place.wait_for("taken", is_moved, "on a terminal of its own").at("state") == "detached");
}

// -- sessions of ssh --

TEST_CASE("ssh-shim --detached starts ssh as a session, with no terminal") {
  const session_place place;
  silent_listener server;
  CHECK(place.shim(with({"--detached"}, to(server, {"me@127.0.0.1"}))) ==
        finished{exited(0), "127.0.0.1\n", ""});
  server.wait_for_connection();
  const auto one = place.session("127.0.0.1");
  CHECK(one.at("host") == "me@127.0.0.1");
  CHECK(one.at("state") == "detached");
  CHECK(executable_of(pid_of(one)) == real_ssh_file());
}

TEST_CASE("ssh-shim --detached holds whatever the configuration says and wherever stderr leads") {
  const session_place place;
  silent_listener server;
  write_file(place.file("config"), "hold = false\n");
  const names own{"--detached", "--config", place.file("config")};
  CHECK(place.shim(with(own, to(server, {"--name", "a", "127.0.0.1"}))).out == "a\n");
  terminal user;
  auto options = place.options();
  options.err = stream::nowhere();
  user.start(with({SHIM_BINARY}, with(own, to(server, {"--name", "b", "127.0.0.1"}))), options);
  CHECK(user.wait_exit() == exited(0));
  CHECK(place.names() == names{"a", "b"});
}

TEST_CASE("ssh-shim --detached cannot be had with what allows no session") {
  const session_place place;
  silent_listener server;
  CHECK(place.shim(with({"--detached", "--no-hold"}, to(server, {"127.0.0.1"}))) ==
        said(255, "cannot use --detached: with --no-hold nothing would keep the session"));
  CHECK(place.shim(with({"--detached"}, to(server, {"127.0.0.1"})), {{"SSH_SHIM", "off"}}) ==
        said(255, "cannot use --detached: SSH_SHIM=off in the environment allows no session"));
  CHECK(place.names().empty());
}

TEST_CASE("an ssh that is started with a name that is taken is not started") {
  const session_place place;
  silent_listener server;
  place.hold("web");
  const auto words = to(server, {"--name", "web", "127.0.0.1"});
  CHECK(place.shim(with({"--detached"}, words)) ==
        said(255, "cannot name the session 'web': there is one of that name"));
  terminal user;
  const termios before = user.modes();
  user.start(with({SHIM_BINARY}, words), place.options());
  CHECK(user.wait_exit() == exited(255));
  CHECK(same_modes(user.modes(), before));
  user.expect("ssh-shim: cannot name the session 'web': there is one of that name\r\n");
  CHECK(place.session("web").at("command") == "cat");
}

// -- kill --

TEST_CASE("kill ends the sessions that its words mean, and no others") {
  const session_place place;
  silent_listener server;
  const auto ssh = [&](const std::string& name, const std::string& destination) {
    CHECK(place.shim(with({"--detached", "--name", name}, to(server, {destination}))).out ==
          name + "\n");
  };
  ssh("a", "me@127.0.0.1");
  ssh("b", "you@127.0.0.1");
  ssh("c", "127.0.0.2");
  for (const char* name : {"web-1", "web-2", "web-3", "x"}) place.hold(name);
  CHECK(place.shim({"kill", "you@127.0.0.1"}) == silence);
  CHECK(place.names() == names{"a", "c", "web-1", "web-2", "web-3", "x"});
  CHECK(place.shim({"kill", "127.0.0.1"}) == silence);
  CHECK(place.shim({"kill", "web-2"}) == silence);
  CHECK(place.names() == names{"c", "web-1", "web-3", "x"});
  CHECK(place.shim({"kill", "w*", "c"}) == silence);
  CHECK(place.names() == names{"x"});
}

TEST_CASE("kill --detached spares what is shown, and kill --all spares nothing") {
  const session_place place;
  onlooker shown(place, "shown");
  place.hold("left");
  CHECK(place.shim({"kill", "--detached"}) == silence);
  CHECK(place.names() == names{"shown"});
  CHECK(place.shim({"kill", "--detached"}) == said(3, "cannot end a session: none is detached"));
  CHECK(place.shim({"kill", "--all"}) == silence);
  CHECK(shown.user.wait_exit() == killed_by(SIGHUP));
  CHECK(same_modes(shown.user.modes(), shown.before));
  CHECK(place.names().empty());
  CHECK(place.shim({"kill", "--all"}) == said(3, "cannot end a session: there is none"));
}

TEST_CASE("kill hangs up first, and kills after three seconds what ignores that") {
  const session_place place;
  place.hold_behind("stubborn", "trap '' HUP TERM");
  const pid_t pid = pid_of(place.session("stubborn"));
  for (const char* signal : {"HUP", "TERM"}) {
    CAPTURE(signal);
    if (place.names().empty()) place.hold_behind("stubborn", "trap '' HUP TERM");
    const auto start = std::chrono::steady_clock::now();
    CHECK(place.shim({"kill", "--signal", signal, "stubborn"}) == silence);
    CHECK(std::chrono::steady_clock::now() - start >= milliseconds(3000));
  }
  CHECK(executable_of(pid).empty());
  CHECK(place.names().empty());
}

TEST_CASE("kill sends the signal that it is told to send") {
  const session_place place;
  for (const char* signal : {"HUP", "TERM"}) {
    CAPTURE(signal);
    const auto heard = place.file(signal);
    write_file(heard, "");
    const auto trap = "trap 'echo " + std::string(signal) + " >" + quoted({heard}) + "; exit' ";
    const auto ready = place.file("ready");
    write_file(ready, "");
    place.hold("one", {"sh", "-c",
                       trap + signal + "\necho ready >" + quoted({ready}) +
                           "; while :; do read -r line; done"});
    wait_for_content(ready, [](auto text) { return text == "ready\n"; });
    CHECK(place.shim({"kill", "-s", signal, "one"}) == silence);
    CHECK(read_file(heard) == std::string(signal) + "\n");
  }
  place.hold_behind("one", "trap '' HUP TERM");
  CHECK(place.shim({"kill", "-s", "kill", "one"}) == silence);
  CHECK(place.names().empty());
}

TEST_CASE("kill takes away what is kept of a session that has ended") {
  const session_place place;
  place.hold("over", {"sh", "-c", "exit 3"});
  place.wait_for("over", is_ended, "ended");
  CHECK(place.shim({"kill", "over"}) == silence);
  CHECK(place.names().empty());
}

TEST_CASE("kill says which word means nothing, or too much, and then ends nothing") {
  const session_place place;
  place.hold("web-1");
  place.hold("web-2");
  CHECK(place.shim({"kill", "web-1", "nobody"}) ==
        said(3, "cannot find the session 'nobody': there is none"));
  CHECK(place.shim({"kill", "n*"}) == said(3, "cannot find a session 'n*': none matches"));
  CHECK(place.shim({"kill", "web"}) ==
        said(3, "cannot find the session 'web': it may be web-1, web-2"));
  CHECK(place.shim({"kill"}) ==
        said(2, "cannot run 'kill': it needs a session, --detached or --all"));
  CHECK(place.shim({"kill", "-s", "USR1", "web-1"}).status == exited(2));
  CHECK(place.shim({"kill", "--all", "web-1"}).status == exited(2));
  CHECK(place.names() == names{"web-1", "web-2"});
}

// -- detach --

TEST_CASE("detach takes a session off its terminal, which is told why") {
  const session_place place;
  onlooker shown(place, "web");
  CHECK(place.shim({"detach", "web"}) == silence);
  shown.user.expect("[detached from web: by ssh-shim detach]\r\n");
  CHECK(shown.user.wait_exit() == exited(0));
  CHECK(same_modes(shown.user.modes(), shown.before));
  CHECK(place.session("web").at("state") == "detached");
}

TEST_CASE("detach needs no name where but one session is shown") {
  const session_place place;
  place.hold("left");
  CHECK(place.shim({"detach"}) == said(3, "cannot detach a session: none is attached"));
  onlooker one(place, "one");
  CHECK(place.shim({"detach"}) == silence);
  CHECK(one.user.wait_exit() == exited(0));
  onlooker two(place, "two");
  onlooker three(place, "three");
  CHECK(place.shim({"detach"}) ==
        said(2, "cannot run 'detach': several sessions are attached: name them, or use --all"));
  CHECK(place.shim({"detach", "--all"}) == silence);
  CHECK(two.user.wait_exit() == exited(0));
  CHECK(three.user.wait_exit() == exited(0));
  CHECK(place.shim({"detach", "nobody"}) ==
        said(3, "cannot find the session 'nobody': there is none"));
}

// -- rename --

TEST_CASE("rename gives a session another name, by which it is found") {
  const session_place place;
  place.hold("one");
  CHECK(place.shim({"rename", "one", "a new name"}) == silence);
  CHECK(place.names() == names{"a new name"});
  CHECK(place.shim({"kill", "a new name"}) == silence);
}

TEST_CASE("rename refuses a name that is taken, or is none") {
  const session_place place;
  place.hold("one");
  place.hold("two");
  CHECK(place.shim({"rename", "one", "two"}) ==
        said(1, "cannot rename the session 'one': there is one of that name"));
  CHECK(place.shim({"rename", "one", "*"}) ==
        said(2, "cannot name the session '*': a name has neither '*' nor '?'"));
  CHECK(place.shim({"rename", "one", "-x"}).status == exited(2));
  CHECK(place.shim({"rename", "nobody", "x"}) ==
        said(3, "cannot find the session 'nobody': there is none"));
  CHECK(place.shim({"rename", "one"}).status == exited(2));
  CHECK(place.names() == names{"one", "two"});
}

// -- attach --

TEST_CASE("attach says what is wrong before it touches the terminal") {
  const session_place place;
  CHECK(place.shim({"attach"}) == said(3, "cannot attach: there is no session"));
  CHECK(place.shim({"attach", "nobody"}) ==
        said(3, "cannot find the session 'nobody': there is none"));
  CHECK(place.shim({"attach", "--history", "some", "nobody"}).status == exited(2));
  place.hold("one");
  const auto end = place.shim({"attach", "one"});
  CHECK(end.status != exited(0));
  CHECK(end.out.empty());
  CHECK(place.session("one").at("state") == "detached");
}

// -- all of them --

TEST_CASE("each verb has a help of its own, and refuses what it does not know") {
  const session_place place;
  const auto summary = place.shim({"help"}).out;
  for (const char* verb : {"attach", "detach", "hold", "kill", "ls", "rename"}) {
    CAPTURE(verb);
    CHECK(summary.find("\n  " + std::string(verb) + " ") != std::string::npos);
    const auto help = place.shim({verb, "--help"});
    CHECK(help.status == exited(0));
    CHECK(help.out.find(std::string("ssh-shim ") + verb) != std::string::npos);
    CHECK(help.err.empty());
    const auto refused = place.shim({verb, "--nonsense"});
    CHECK(refused.status == exited(2));
    CHECK(refused.out.empty());
    CHECK(refused.err.starts_with("ssh-shim: cannot run '" + std::string(verb) + "': "));
    CHECK(split(refused.err, '\n').size() == 2);
  }
}
