// The life of a session that is held: left and taken up again, ended, and what is left of it then.
#include <poll.h>

#include <csignal>
#include <ctime>

#include <tests/support/text.hpp>
#include <tests/support/tmux.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

bool runs(pid_t pid) { return executable_of(pid) == real_ssh_file(); }

// A session `name` at a terminal, once what runs there has said so.
void open_named(held_terminal& user, const sshd& server, const std::string& name,
                const std::vector<std::string>& words = far_echo()) {
  auto all = words;
  all.insert(all.begin(), {"--name", name});
  user.open(server, all);
  user->expect("ready\r\n");
}

// The clock by which sessions are told apart has whole seconds.
void wait_for_next_second(long after) {
  const deadline end(patience);
  while (std::time(nullptr) <= after && !end.passed()) ::poll(nullptr, 0, 1);
}

}  // namespace

TEST_CASE("a session that is left goes on, and another terminal takes it up") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const std::string key : {"~D", "~&"}) {
    CAPTURE(key);
    const held_place place;
    held_terminal first(place);
    first.open(server, far_echo("echo a first line;"));
    first->expect("ready\r\n");
    const auto shown = place.wait_until_shown("far");
    CHECK(shown.host == "far");
    first->type("one\r");
    first->expect("<one>\r\n");
    first->type(key);
    CHECK(first->expect("[detached from far]\r\n").find("\x1b") == std::string::npos);
    CHECK(first.end() == exited(0));

    const auto left = place.wait_until_detached("far");
    CHECK(left.state == "detached");
    CHECK(left.clients == 0);
    CHECK(left.pid == shown.pid);
    CHECK(runs(left.pid));

    held_terminal second(place);
    second.attach({"far"});
    second->expect("a first line");
    second->expect("ready");
    second->expect("<one>");
    CHECK(place.wait_until_shown("far").pid == shown.pid);
    second->type("two\r");
    second->expect("<two>\r\n");
    second->type("exit\r");
    CHECK(second.end() == exited(0));
    place.wait_until_gone("far");
    place.wait_until_nothing_runs();
    CHECK(place.files().empty());
  }
}

TEST_CASE("a client leaves a session by the name that it was given meanwhile") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal user(place);
  user.open(server, far_echo());
  user->expect("ready\r\n");
  CHECK(run({SHIM_BINARY, "rename", "far", "near"}, place.options()).status == exited(0));
  place.wait_until_shown("near");
  user->type("~D");
  user->expect("[detached from near]\r\n");
  CHECK(user.end() == exited(0));
}

TEST_CASE("what was typed right before a session is left arrives") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal user(place);
  user.open(server, far_echo());
  user->expect("ready\r\n");
  user->type("typed before\r~D");
  CHECK(user.end() == exited(0));
  held_terminal other(place);
  other.attach({});
  other->expect("<typed before>");
}

TEST_CASE("whoever is attached ends as the session ends") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  for (const int status : {0, 7, 255}) {
    CAPTURE(status);
    held_terminal first(place);
    first.open(server, far_echo());
    first->expect("ready\r\n");
    first.detach("far");
    held_terminal second(place);
    second.attach({"far"});
    second->expect("ready");
    second->type("exit " + std::to_string(status) + "\r");
    CHECK(second.end() == exited(status));
    place.wait_until_gone("far");
  }
  held_terminal first(place);
  first.open(server, far_echo());
  first->expect("ready\r\n");
  first.detach("far");
  held_terminal second(place);
  second.attach({"far"});
  second->expect("ready");
  send_signal(place.wait_until_shown("far").pid, SIGKILL);
  CHECK(second.end() == killed_by(SIGKILL));
  place.wait_until_gone("far");
}

TEST_CASE("the escape ~. ends a session that was taken up") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal first(place);
  first.open(server, far_echo());
  first->expect("ready\r\n");
  first.detach("far");
  held_terminal second(place);
  second.attach({"far"});
  second->expect("ready");
  second->type("~.");
  second->expect("Connection to ");
  CHECK(second.end() == exited(255));
  place.wait_until_gone("far");
  place.wait_until_nothing_runs();
}

TEST_CASE("attach finds a session by its name, its host or a beginning") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal user(place);
  auto words = far_echo();
  words.at(1) = base_environment().at("USER").value() + "@there.example";
  open_named(user, server, "database", words);
  user.detach("database");
  const auto pid = place.wait_until_detached("database").pid;
  for (const std::string word : {"database", "there.example", "data"}) {
    CAPTURE(word);
    held_terminal other(place);
    other.attach({word});
    other->expect("ready");
    CHECK(place.wait_until_shown("database").pid == pid);
    other.detach("database");
    place.wait_until_detached("database");
  }
}

TEST_CASE("attach without a name takes the session that was left last") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal a(place);
  held_terminal b(place);
  open_named(a, server, "a", far_echo("echo this is a;"));
  open_named(b, server, "b", far_echo("echo this is b;"));
  b.detach("b");
  wait_for_next_second(place.wait_until_detached("b").detached);
  a.detach("a");
  place.wait_until_detached("a");
  held_terminal user(place);
  user.attach({});
  user->expect("this is a");
}

TEST_CASE("of sessions that were left in the same second attach takes the last one") {
  const held_place place;
  for (const std::string name : {"a", "b", "c"})
    CHECK(place
              .verb({"hold", "--detached", "--name", name, "--", "sh", "-c",
                     "echo this is " + name + "; exec cat"})
              .status == exited(0));
  held_terminal user(place);
  user.attach({});
  user->expect("this is c");
}

TEST_CASE("of two sessions of one host the second has a name of its own") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal first(place);
  held_terminal second(place);
  first.open(server, far_echo());
  first->expect("ready\r\n");
  second.open(server, far_echo());
  second->expect("ready\r\n");
  const auto all = place.sessions();
  REQUIRE(all.size() == 2);
  CHECK(all[0].name != all[1].name);
  CHECK(all[0].host == all[1].host);
}

TEST_CASE("a session that is not there is status 3, in words on stderr alone") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const std::vector<std::vector<std::string>> all{
      {"attach"}, {"attach", "nobody"}, {"kill", "nobody"}, {"detach", "nobody"}};
  for (const auto& words : all) {
    CAPTURE(quoted(words));
    const auto end = place.verb(words);
    CHECK(end.status == exited(3));
    CHECK(end.out.empty());
    CHECK(end.err.starts_with("ssh-shim: cannot "));
  }
  held_terminal one(place);
  held_terminal two(place);
  open_named(one, server, "web-1");
  open_named(two, server, "web-2");
  const auto end = place.verb({"attach", "web"});
  CHECK(end.status == exited(3));
  CHECK(end.err.find("web-1") != std::string::npos);
  CHECK(end.err.find("web-2") != std::string::npos);
  CHECK(place.sessions().size() == 2);
}

TEST_CASE("a window that is closed leaves its session running") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  {
    held_terminal user(place);
    user.open(server, far_echo("echo a first line;"));
    user->expect("ready\r\n");
    const auto shown = place.wait_until_shown("far");
    user->hang_up();
    user->wait_exit();
    const auto left = place.wait_until_detached("far");
    CHECK(left.state == "left behind");
    CHECK(left.pid == shown.pid);
  }
  held_terminal other(place);
  other.attach({"far"});
  other->expect("a first line");
  other->type("more\r");
  other->expect("<more>\r\n");
  other.detach("far");
}

TEST_CASE("a pane of tmux that is killed leaves its session running") {
  SHIM_NEEDS_SSHD();
  if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
  const sshd server;
  const held_place place;
  {
    tmux window(server.argv(SHIM_BINARY, far_echo("echo a first line;")), place.options());
    window.wait_for("ready");
    place.wait_until_shown("far");
    window.command({"new-window", "-d", "cat"});  // a server without a pane ends
    window.command({"kill-pane", "-t", "0.0"});
    CHECK(place.wait_until_detached("far").state == "left behind");
  }
  tmux window({SHIM_BINARY, "attach"}, place.options());
  window.wait_for("a first line\nready");
  window.type("more\n");
  window.wait_for("<more>");
  window.type("exit 4\n");
  CHECK(window.wait_exit() == exited(4));
}

TEST_CASE("a client that is killed leaves its session running, and another one takes it up") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal user(place);
  user.open(server, far_echo("echo a first line;"));
  user->expect("ready\r\n");
  const auto shown = place.wait_until_shown("far");
  send_signal(user->pid(), SIGKILL);
  CHECK(user->wait_exit() == killed_by(SIGKILL));
  CHECK(place.wait_until_detached("far").pid == shown.pid);
  held_terminal other(place);
  other.attach({"far"});
  other->expect("a first line");
  other->type("more\r");
  other->expect("<more>\r\n");
  other->type("exit 5\r");
  CHECK(other.end() == exited(5));
}

TEST_CASE("a signal to a client at a terminal that lives ends the session as it would end ssh") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  for (const int number : {SIGHUP, SIGTERM, SIGINT, SIGQUIT}) {
    CAPTURE(number);
    held_terminal first(place);
    first.open(server, far_echo());
    first->expect("ready\r\n");
    send_signal(first->pid(), number);
    CHECK(first.end() == exited(255));
    place.wait_until_gone("far");

    held_terminal second(place);
    second.open(server, far_echo());
    second->expect("ready\r\n");
    second.detach("far");
    held_terminal third(place);
    third.attach({"far"});
    third->expect("ready");
    send_signal(third->pid(), number);
    CHECK(third.end() == exited(255));
    place.wait_until_gone("far");
  }
  place.wait_until_nothing_runs();
}

TEST_CASE("a session whose ssh still asks for a password ends with its window") {
  SHIM_NEEDS_SSHD();
  const temp_dir dir;
  run_well({"ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", dir / "key"});
  const sshd server({.lines = {"AuthorizedKeysFile " + (dir / "key.pub")}});
  const held_place place;
  held_terminal user(place);
  user.open(server, {"-i", dir / "key", "-t", "far", "cat"});
  user->expect("Enter passphrase for key");
  place.wait_until_shown("far");
  user->hang_up();
  user->wait_exit();
  place.wait_until_gone("far");
  place.wait_until_nothing_runs();
  CHECK(place.files().empty());
}

TEST_CASE("a session that ended while nobody saw it is shown once, with its status") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal user(place);
  user.open(server, far_echo("echo a first line;"));
  user->expect("ready\r\n");
  user->type("last words\r");
  user->expect("<last words>\r\n");
  user->type("exit 9\r~D");
  CHECK(user.end() == exited(0));
  const auto ended = place.wait_for(
      "far", [](const auto& now) { return now.state == "ended"; }, "ended");
  CHECK(ended.exit_status == 9);

  held_terminal other(place);
  other.attach({"far"});
  other->expect("a first line");
  other->expect("<last words>");
  CHECK(other.end() == exited(9));
  place.wait_until_gone("far");
  place.wait_until_nothing_runs();
  CHECK(place.verb({"attach", "far"}).status == exited(3));
}

TEST_CASE(
    "a session that ended on its alternate screen is shown once, and the terminal left as it was") {
  SHIM_NEEDS_SSHD();
  if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
  const sshd server;
  const held_place place;
  held_terminal user(place);
  user.open(
      server,
      far_echo("printf '\\033[?1049h\\033[?1000h\\033[?2004h\\033[?25l'; echo on the other;"));
  user->expect("ready\r\n");
  user->type("exit 3\r~D");
  CHECK(user.end() == exited(0));
  place.wait_for(
      "far", [](const auto& now) { return now.state == "ended"; }, "ended");
  tmux window({"sh", "-c", "\"$0\" attach; echo \"status $?\"; exec cat", SHIM_BINARY},
              place.options());
  window.wait_for("status 3");
  CHECK(window.screen().find("on the other") == std::string::npos);
  CHECK(window.format("#{alternate_on} #{mouse_any_flag} #{cursor_flag}") == "0 0 1");
  place.wait_until_gone("far");
}

TEST_CASE("two terminals show one session, and both may type") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal first(place);
  first.open(server, far_echo());
  first->expect("ready\r\n");
  held_terminal second(place);
  second.attach({"far"});
  second->expect("ready");
  place.wait_until_shown("far", 2);
  first->type("from the first\r");
  first->expect("<from the first>\r\n");
  second->expect("<from the first>\r\n");
  second->type("from the second\r");
  first->expect("<from the second>\r\n");
  second->expect("<from the second>\r\n");
  first.detach("far");
  second->type("alone\r");
  second->expect("<alone>\r\n");
  second->type("exit 6\r");
  CHECK(second.end() == exited(6));
}

TEST_CASE("whoever takes a session has it alone, and the others are told") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal first(place);
  first.open(server, far_echo());
  first->expect("ready\r\n");
  held_terminal second(place);
  second.attach({"--take", "far"});
  second->expect("ready");
  first->expect("[detached from far: taken by another terminal]\r\n");
  CHECK(first.end() == exited(0));
  CHECK(place.wait_until_shown("far").clients == 1);
  second->type("mine\r");
  second->expect("<mine>\r\n");
}

TEST_CASE("a session is taken from a client that is stopped") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal first(place);
  first.open(server, far_echo());
  first->expect("ready\r\n");
  send_signal(first->pid(), SIGSTOP);
  wait_until_stopped(first->pid(), true);
  held_terminal second(place);
  second.attach({"--take", "far"});
  second->expect("ready");
  second->type("mine\r");
  second->expect("<mine>\r\n");
  send_signal(first->pid(), SIGCONT);
  first->expect("[detached from far: taken by another terminal]\r\n");
  CHECK(first.end() == exited(0));
}

TEST_CASE("a client that is suspended and continued shows the session again") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  terminal user;
  user.start_shell(place.options());
  user.type(quoted(server.argv(SHIM_BINARY, far_echo())) + "\r");
  user.expect("ready\r\n");
  user.type("before\r");
  user.expect("<before>\r\n");
  user.type("~\x1a");
  user.expect(terminal::prompt);
  CHECK(place.wait_until_shown("far").state == "attached");  // it comes back
  user.type("fg\r");
  user.expect("<before>");
  user.type("after\r");
  user.expect("<after>\r\n");
  user.type("exit\r");
  user.expect(terminal::prompt);
}

// More than the ring holds.
constexpr const char* flood = "stty -echo; echo ready; read -r l; seq 1 600000; read -r l; exit 8";

TEST_CASE("a terminal that falls behind by more than is kept goes on from a picture") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal quick(place);
  quick.open(server, {"-t", "far", flood});
  quick->expect("ready\r\n");
  held_terminal slow(place);
  slow.attach({"far"});
  slow->expect("ready");
  place.wait_until_shown("far", 2);
  slow->stop_reading();
  quick->type("go\r");
  quick->expect("\r\n600000\r\n", milliseconds(60'000));
  slow->read_on();
  slow->expect("599999");
  slow->expect("600000");
  CHECK(slow->output().size() < quick->output().size() / 2);
  slow->type("end\r");
  CHECK(slow.end() == exited(8));
  CHECK(quick.end() == exited(8));
}

TEST_CASE("a flood goes on when its window is closed, and its end is shown") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  {
    held_terminal user(place);
    user.open(server, {"-t", "far", flood});
    user->expect("ready\r\n");
    user->type("go\r");
    user->expect("\r\n1000\r\n");
    user->hang_up();
    user->wait_exit();
  }
  place.wait_until_detached("far");
  held_terminal other(place);
  other.attach({"far"});
  other->expect("600000", milliseconds(60'000));
  other->type("end\r");
  CHECK(other.end() == exited(8));
}

TEST_CASE("a terminal that does not know its size leaves that of the session as it is") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal user(place);
  user.open(server, {"-t", "far", FAR_END + std::string(" --winsize")});
  user->expect("size 24 80");
  user->resize({.rows = 0, .columns = 0});
  user->resize({.rows = 30, .columns = 90});
  user->expect("size 30 90");
  user.detach("far");
  place.wait_until_detached("far");
  {
    held_terminal sizeless(place, {.rows = 0, .columns = 0});
    sizeless.attach({"far"});
    sizeless->expect("size 30 90");
    sizeless.detach("far");
  }
  place.wait_until_detached("far");
  held_terminal last(place, {.rows = 40, .columns = 100});
  last.attach({"far"});
  last->expect("size 40 100");
  CHECK(last->output().find("size 0 ") == std::string::npos);
  last->type("q");
  CHECK(last.end() == exited(0));
}
