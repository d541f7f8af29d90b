// Sessions that are held when something else goes wrong: processes killed or stopped, places that
// cannot be used, visitors that speak nonsense, and many sessions at once.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>

#include <tests/support/file.hpp>
#include <tests/support/text.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

namespace fs = std::filesystem;

// `~.` ends a session within half a second; so much later is a failure on any machine.
constexpr milliseconds at_once{3000};

struct open_session {
  explicit open_session(const sshd& server, const held_place& place,
                        const std::vector<std::string>& words = far_echo())
      : user(place) {
    user.open(server, words);
    user->expect("ready\r\n");
    told = place.wait_until_shown("far");
  }

  held_terminal user;
  told_session told;
};

void check_it_answers(held_terminal& user, const std::string& word) {
  user->type(word + "\r");
  user->expect("<" + word + ">\r\n");
}

// -- a visitor of the test's --

owned_fd visit(const held_place& place, const std::string& name) {
  owned_fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  const auto path = place.path() + "/" + name + "/socket";
  if (path.size() >= sizeof where.sun_path) throw failure("too long: " + path);
  path.copy(where.sun_path, path.size());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
    throw failure(cannot("connect to " + path));
  return fd;
}

// What it takes; the holder may close it at any byte.
void say(const owned_fd& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

// Until all is taken, or nothing is for a while: whoever is not read from may be read no more.
void say_if_taken(const owned_fd& to, std::string_view bytes) {
  constexpr int a_while = 1000;
  ::fcntl(to.get(), F_SETFL, O_NONBLOCK);
  pollfd watched{.fd = to.get(), .events = POLLOUT, .revents = 0};
  while (!bytes.empty() && ::poll(&watched, 1, a_while) > 0) {
    const auto put = ::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) return;
    bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(put, 0)));
  }
}

std::string u32(std::size_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>((number >> shift) & 0xff);
  return bytes;
}
std::string framed(const std::string& message) { return u32(message.size()) + message; }
std::string hello() { return framed(u32(1) + u32(1) + u32(0) + u32(0)); }
std::string attach_message() {
  return framed(u32(10) + u32(0) + u32(24) + u32(80) + u32(0) + u32(0) + u32(0) + u32(0) + u32(0));
}

// All that comes until the other side closes.
std::string heard_until_closed(const owned_fd& from) {
  std::string all;
  const deadline end(patience);
  while (true) {
    pollfd watched{.fd = from.get(), .events = POLLIN, .revents = 0};
    if (::poll(&watched, 1, end.left()) <= 0) throw failure("the holder does not close");
    char buffer[4096];
    const auto got = ::recv(from.get(), buffer, sizeof buffer, 0);
    if (got <= 0) return all;
    all.append(buffer, static_cast<std::size_t>(got));
  }
}

long resident_kib(pid_t pid) { return std::stol(status_line(pid, "VmRSS")); }

// A session that is not held for that reason, and works.
void runs_unheld(const sshd& server, const held_place& place, const std::string& why) {
  CAPTURE(why);
  held_terminal user(place);
  user.open(server, far_echo());
  const auto before = user->expect("ready\r\n");
  CHECK(before.find("ssh-shim: this session is not held: cannot ") != std::string::npos);
  CHECK(before.find(why) != std::string::npos);
  check_it_answers(user, "works");
  user->type("~D");
  user->expect("cannot detach: this session is not held");
  user->type("\rexit 3\r");
  CHECK(user.end() == exited(3));
}

}  // namespace

// -- processes --

TEST_CASE("a client whose holder is killed goes on, says so, and ends as the session ends") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  for (const bool attached_again : {false, true}) {
    CAPTURE(attached_again);
    open_session session(server, place);
    std::unique_ptr<held_terminal> second;
    auto* user = &session.user;
    if (attached_again) {
      session.user.detach("far");
      second = std::make_unique<held_terminal>(place);
      second->attach({"far"});
      (*second)->expect("ready");
      place.wait_until_shown("far");
      user = second.get();
    }
    send_signal(session.told.holder, SIGKILL);
    (*user)->expect("ssh-shim: the session's holder is gone: it cannot be detached any more\r\n");
    check_it_answers(*user, "still here");
    (*user)->type("~D");
    (*user)->expect("cannot detach: this session is not held");
    (*user)->type("\rexit 4\r");
    reap_orphan(session.told.pid);  // before which nobody knows its status
    const auto end = user->end();
    const bool known =
        (*user)->output().find("how the session ended is not known") == std::string::npos;
    CHECK(end == exited(known ? 4 : 255));
    CHECK(place.sessions().empty());
  }
}

TEST_CASE("of two clients whose holder is killed each goes on to show the session") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_session session(server, place);
  held_terminal second(place);
  second.attach({"far"});
  second->expect("ready");
  place.wait_until_shown("far", 2);
  send_signal(session.told.holder, SIGKILL);
  session.user->expect("holder is gone");
  second->expect("holder is gone");
  for (const std::string word : {"one", "two", "three"}) {
    session.user->type(word + "\r");
    for (auto* each : {&session.user, &second}) (*each)->expect("<" + word + ">\r\n");
  }
  session.user->type("exit 4\r");
  reap_orphan(session.told.pid);
  for (auto* each : {&session.user, &second}) CHECK(each->end().signalled == 0);
}

TEST_CASE("of two clients whose holder is killed one reads on when the other one is killed") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const bool first_dies : {false, true}) {
    CAPTURE(first_dies);
    const held_place place;
    open_session session(server, place);
    held_terminal second(place);
    second.attach({"far"});
    second->expect("ready");
    place.wait_until_shown("far", 2);
    send_signal(session.told.holder, SIGKILL);
    session.user->expect("holder is gone");
    second->expect("holder is gone");
    auto& stays = first_dies ? second : session.user;
    auto& dies = first_dies ? session.user : second;
    send_signal(dies->pid(), SIGKILL);
    CHECK(dies->wait_exit() == killed_by(SIGKILL));
    check_it_answers(stays, "still here");
    stays->type("exit\r");
    reap_orphan(session.told.pid);
    CHECK(stays.end().signalled == 0);
  }
}

TEST_CASE(
    "of two clients whose holder is killed one that falls behind goes on with what comes then") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_session session(server, place,
                       {"-t", "far",
                        "stty -echo; echo ready; read -r l; seq 1 600000; read -r l; echo later; "
                        "read -r l"});
  held_terminal slow(place);
  slow.attach({"far"});
  slow->expect("ready");
  place.wait_until_shown("far", 2);
  send_signal(session.told.holder, SIGKILL);
  session.user->expect("holder is gone");
  slow->expect("holder is gone");
  slow->stop_reading();
  session.user->type("go\r");
  session.user->expect("\r\n600000\r\n", milliseconds(60'000));
  slow->read_on();
  session.user->type("\r");
  session.user->expect("later\r\n");
  slow->expect("later\r\n");
  session.user->type("\r");
  reap_orphan(session.told.pid);
  for (auto* each : {&session.user, &slow}) CHECK(each->end().signalled == 0);
}

TEST_CASE("the escape ~. under a holder that was killed ends the session") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_session session(server, place);
  send_signal(session.told.holder, SIGKILL);
  session.user->expect("holder is gone");
  session.user->type("\r~.");
  CHECK(session.user.end(at_once) == exited(255));
  reap_orphan(session.told.pid);
  place.wait_until_nothing_runs();
}

TEST_CASE("a detached session whose holder is killed is over, and its name free again") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  {
    open_session session(server, place);
    session.user.detach("far");
    place.wait_until_detached("far");
    send_signal(session.told.holder, SIGKILL);
    place.wait_until_nothing_runs();
  }
  CHECK(place.verb({"attach", "far"}).status == exited(3));
  CHECK(place.files().empty());
  open_session again(server, place);
  check_it_answers(again.user, "anew");
}

TEST_CASE("the escape ~. under a holder that is stopped ends the session, and says so") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_session session(server, place);
  check_it_answers(session.user, "before");
  send_signal(session.told.holder, SIGSTOP);
  wait_until_stopped(session.told.holder, true);
  check_it_answers(session.user, "meanwhile");
  session.user->type("~.");
  CHECK(session.user.end(at_once) == exited(255));
  CHECK(session.user->output().find("Connection to ") != std::string::npos);
  send_signal(session.told.holder, SIGCONT);
  place.wait_until_gone("far");
  place.wait_until_nothing_runs();
}

TEST_CASE("verbs do not wait for a holder that is stopped") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_session session(server, place);
  session.user.detach("far");
  place.wait_until_detached("far");
  send_signal(session.told.holder, SIGSTOP);
  wait_until_stopped(session.told.holder, true);
  CHECK(place.find("far")->state == "not answering");
  held_terminal other(place);
  other.attach({"far"});
  other->expect("cannot attach to the session: the session's holder does not answer");
  CHECK(other.end() != exited(0));
  send_signal(session.told.holder, SIGCONT);
  held_terminal third(place);
  third.attach({"far"});
  third->expect("ready");
  check_it_answers(third, "again");
}

TEST_CASE("a screen process that is killed costs nothing that was on the screen") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_session session(server, place);
  check_it_answers(session.user, "word");
  session.user.detach("far");
  place.wait_until_detached("far");
  const auto holder = session.told.holder;
  const auto screen = screen_process_of(holder);
  SECTION("by a signal") { send_signal(screen, SIGKILL); }
  SECTION("as it hangs") { send_signal(screen, SIGSTOP); }
  held_terminal other(place);
  other.attach({"far"});
  other->expect("ready\r\n<word>\r\n");
  CHECK(screen_process_of(holder) != screen);
  check_it_answers(other, "again");
}

TEST_CASE("a screen process that is killed is started again, and the program redraws") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal user(place);
  user.open(server, {"-t", "far", FAR_END + std::string(" --winsize")});
  user->expect("size 24 80");
  const auto told = place.wait_until_shown("far");
  const auto screen = screen_process_of(told.holder);
  send_signal(screen, SIGKILL);
  user->expect("size 23 80");
  user->expect("size 24 80");
  CHECK(screen_process_of(told.holder) != screen);
  user.detach("far");

  const auto second = screen_process_of(told.holder);
  place.wait_until_detached("far");
  send_signal(second, SIGKILL);
  held_terminal other(place);
  other.attach({"far"});
  other->expect("size 24 80");
  CHECK(screen_process_of(told.holder) != second);
  other->type("q");
  CHECK(other.end() == exited(0));
}

TEST_CASE("an ssh that is killed in a detached session is told by its kept end") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_session session(server, place);
  session.user.detach("far");
  place.wait_until_detached("far");
  send_signal(session.told.pid, SIGKILL);
  place.wait_for(
      "far", [](const auto& now) { return now.state == "ended"; }, "ended");
  held_terminal other(place);
  other.attach({"far"});
  other->expect("ready");
  CHECK(other.end() == killed_by(SIGKILL));
  place.wait_until_gone("far");
}

// -- places --

TEST_CASE("a session that cannot be held says why, and runs") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  {
    const held_place place;
    write_file(place.path(), "a file");
    runs_unheld(server, place, "Not a directory");
  }
  {
    const held_place place;
    fs::create_directory(place.path());
    fs::permissions(place.path(), fs::perms{0755});
    runs_unheld(server, place, "others have access to it");
  }
  {
    const held_place place;
    const temp_dir elsewhere;
    fs::create_directory_symlink(elsewhere.path(), place.path());
    runs_unheld(server, place, "it is a symbolic link");
  }
  if (::geteuid() == 0) {
    const held_place place;
    fs::create_directory(place.path());
    REQUIRE(::chown(place.path().c_str(), 65534, 65534) == 0);
    runs_unheld(server, place, "it belongs to another user");
  } else {
    const held_place place;
    fs::create_directory(place.path());
    fs::permissions(place.path(), fs::perms{0500});
    runs_unheld(server, place, "Permission denied");
  }
}

TEST_CASE("a session for which the file system has no room says why, and runs") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  fs::create_directory(place.path());
  const std::vector<std::string> with_full_place{
      "unshare",
      "-rm",
      "sh",
      "-c",
      "mount -t tmpfs -o mode=700,nr_inodes=1 none \"$0\" && exec \"$@\"",
      place.path()};
  auto trial = with_full_place;
  trial.emplace_back("true");
  if (run(trial).status != exited(0)) SHIM_SKIP("no file systems can be mounted here");
  terminal user;
  auto words = with_full_place;
  const auto session = server.argv(SHIM_BINARY, far_echo());
  words.insert(words.end(), session.begin(), session.end());
  user.start(words, place.options());
  const auto before = user.expect("ready\r\n");
  CHECK(before.find("this session is not held: cannot keep a session in ") != std::string::npos);
  CHECK(before.find("No space left on device") != std::string::npos);
  user.type("exit 3\r");
  CHECK(user.wait_exit() == exited(3));
}

TEST_CASE("a session whose name is blocked by a file has another name, and works") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  fs::create_directory(place.path());
  fs::permissions(place.path(), fs::perms::owner_all);
  write_file(place.path() + "/far", "a file");
  held_terminal user(place);
  user.open(server, far_echo());
  user->expect("ready\r\n");
  const auto all = place.sessions();
  REQUIRE(all.size() == 1);
  CHECK(all.front().name != "far");
  user.detach(all.front().name);
  held_terminal other(place);
  other.attach({"far"});  // its host
  other->expect("ready");
  check_it_answers(other, "works");
  CHECK(read_file(place.path() + "/far") == "a file");
}

TEST_CASE("a name that was asked for and is blocked is refused") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  fs::create_directory(place.path());
  fs::permissions(place.path(), fs::perms::owner_all);
  write_file(place.path() + "/mine", "a file");
  held_terminal user(place);
  auto words = far_echo();
  words.insert(words.begin(), {"--name", "mine"});
  user.open(server, words);
  user->expect("ssh-shim: cannot name the session 'mine': a file is in its way\r\n");
  CHECK(user.end() == exited(255));
}

TEST_CASE("a session whose socket is gone is made whole by its holder") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const bool replaced : {false, true}) {
    CAPTURE(replaced);
    const held_place place;
    open_session session(server, place);
    session.user.detach("far");
    place.wait_until_detached("far");
    const auto path = place.path() + "/far/socket";
    fs::remove(path);
    if (replaced) write_file(path, "not a socket");
    held_terminal other(place);
    other.attach({"far"});
    other->expect("ssh-shim: cannot ");
    CHECK(other.end() != exited(0));
    send_signal(session.told.holder, SIGUSR1);  // it looks after its socket
    // What somebody put there stays, and blocks the name.
    const auto name = replaced ? "far-2" : "far";
    place.wait_until_detached(name);
    held_terminal third(place);
    third.attach({name});
    third->expect("ready");
    check_it_answers(third, "whole");
    if (replaced) CHECK(read_file(path) == "not a socket");
    third->type("exit\r");
    CHECK(third.end() == exited(0));
  }
}

// -- visitors --

TEST_CASE("nonsense said to a session is refused, and harms nobody") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_session session(server, place);
  const std::vector<std::pair<const char*, std::string>> all{
      {"another protocol", "GET / HTTP/1.1\r\n\r\n"},
      {"a frame that is too long", u32(0xffffffff)},
      {"a frame without a type", framed("")},
      {"attach before hello", attach_message()},
      {"a hello of another version", framed(u32(1) + u32(99) + u32(0) + u32(0))},
      {"a hello that ends early", framed(u32(1) + u32(1))},
      {"attach twice", hello() + attach_message() + attach_message()},
      {"a text that is longer than its message", hello() + framed(u32(17) + u32(1000) + "x")},
      {"a report of a holder's", hello() + framed(u32(108) + u32(1)) + framed(u32(10))},
  };
  for (const auto& [what, bytes] : all) {
    CAPTURE(what);
    const auto visitor = visit(place, "far");
    say(visitor, bytes);
    heard_until_closed(visitor);
  }
  std::mt19937 random(29);
  for (int round = 0; round < 200; ++round) {
    const auto visitor = visit(place, "far");
    std::string bytes = round % 2 == 0 ? hello() : "";
    for (auto more = random() % 8; more > 0; --more) {
      std::string message = u32(10 + random() % 12);
      // Ends, renames and evictions are what anybody may ask for.
      if (const auto type = message.back(); type >= 16 && type <= 18) message.back() = 30;
      for (auto left = random() % 60; left > 0; --left) message += static_cast<char>(random());
      bytes += framed(message);
    }
    bytes.resize(bytes.size() - std::min<std::size_t>(bytes.size(), random() % 3));
    say(visitor, bytes);
    if (random() % 2 == 0) ::shutdown(visitor.get(), SHUT_WR);
  }
  session.user->resize({24, 80});
  check_it_answers(session.user, "unharmed");
  CHECK(place.wait_until_shown("far").pid == session.told.pid);
  session.user.detach("far");
  place.wait_until_detached("far");
  held_terminal other(place);
  other.attach({"far"});
  other->expect("<unharmed>");
  check_it_answers(other, "again");
}

// In KiB; all the answers would be 48 MB. AddressSanitizer keeps what was freed for a while.
#ifdef __SANITIZE_ADDRESS__
constexpr auto most_for_a_visitor = 40 * 1024;
#else
constexpr auto most_for_a_visitor = 24 * 1024;
#endif

TEST_CASE("a visitor that never reads keeps nobody waiting, and costs little") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  open_session session(server, place,
                       {"-t", "far", "stty -echo; echo ready; read -r l; seq 1 300000; read -r l"});
  const auto visitor = visit(place, "far");
  say(visitor, hello() + attach_message());
  place.wait_until_shown("far", 2);
  const auto before = resident_kib(session.told.holder);
  session.user->type("go\r");
  session.user->expect("\r\n300000\r\n", milliseconds(60'000));
  // It asks, too, and takes no answer.
  std::string many;
  for (int i = 0; i < 400'000; ++i) many += framed(u32(15));
  say_if_taken(visitor, many);
  place.wait_until_shown("far", 2);
  CHECK(resident_kib(session.told.holder) - before < most_for_a_visitor);
  session.user->type("\r");
  CHECK(session.user.end() == exited(0));
}

// -- many --

TEST_CASE("many sessions at once are kept apart, and leave nothing") {
  SHIM_NEEDS_SSHD();
  const char* wanted = std::getenv("SHIM_TEST_SESSIONS");
  const int count = wanted && *wanted ? std::stoi(wanted) : 20;
  const sshd server;
  const held_place place;
  const auto name = [](int n) { return "session-" + std::to_string(1000 + n); };
  for (int n = 0; n < count; ++n) {
    auto words = far_echo("echo this is " + name(n) + ";");
    words.insert(words.begin(), {"--name", name(n)});
    held_terminal user(place);
    user.open(server, words);
    user->expect("ready\r\n");
    user.detach(name(n));
  }
  const auto all = place.sessions();
  REQUIRE(all.size() == static_cast<std::size_t>(count));
  for (int n = 0; n < count; ++n) CHECK(all[static_cast<std::size_t>(n)].name == name(n));
  {
    std::vector<std::unique_ptr<held_terminal>> users;
    for (int n = 0; n < count; ++n) {
      users.push_back(std::make_unique<held_terminal>(place));
      users.back()->attach({name(n)});
    }
    for (int n = 0; n < count; ++n) {
      auto& user = *users[static_cast<std::size_t>(n)];
      user->expect("this is " + name(n));
      user->expect("ready");
      check_it_answers(user, "I am " + name(n));
    }
    CHECK(place.verb({"detach", "--all"}).status == exited(0));
    for (auto& user : users) CHECK(user->end() == exited(0));
  }
  CHECK(place.verb({"kill", "--all"}).status == exited(0));
  place.wait_until_nothing_runs();
  CHECK(place.sessions().empty());
  CHECK(place.files().empty());
}
