// `ls`: what it tells of sessions, to people, to cut(1) and to programs.
#include <algorithm>
#include <csignal>

#include <tests/support/tcp.hpp>
#include <tests/support/terminal.hpp>
#include <tests/support/text.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/session_place.hpp>

using namespace test;

namespace {

using cells = std::vector<std::string>;

std::vector<std::string> lines_of(const std::string& text) {
  auto lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// What `ls --plain` tells of the only session.
cells plain_cells(const session_place& place) {
  const auto lines = lines_of(place.shim({"ls", "--plain"}).out);
  REQUIRE(lines.size() == 1);
  return split(lines.front(), '\t');
}

std::vector<std::string> members_of(const json& object) {
  std::vector<std::string> members;
  for (const auto& [name, value] : object.items()) members.push_back(name);
  return members;
}

}  // namespace

TEST_CASE("ls says that there is no session, on stderr, and that is no error") {
  const session_place place;
  CHECK(place.shim({"ls"}) == finished{exited(0), "", "ssh-shim: there is no session\n"});
  CHECK(place.shim({"ls", "--plain"}) == finished{exited(0), "", ""});
  const auto none = json::parse(place.shim({"ls", "--json"}).out);
  CHECK(none == json{{"schema", 1}, {"sessions", json::array()}});
}

TEST_CASE("ls is a table with a heading over aligned columns") {
  const session_place place;
  place.hold("a-long-name-for-one");
  place.hold("b");
  const auto lines = lines_of(place.shim({"ls"}).out);
  REQUIRE(lines.size() == 3);
  for (const char* heading : {"NAME", "HOST", "STATE", "PID", "SIZE", "SINCE", "IDLE"}) {
    CAPTURE(heading);
    const auto column = lines[0].find(heading);
    REQUIRE(column != std::string::npos);
    for (const auto& line : {lines[1], lines[2]}) {
      CHECK(line[column] != ' ');
      if (column != 0) CHECK(line[column - 1] == ' ');
    }
  }
  CHECK(lines[1].starts_with("a-long-name-for-one  cat"));
  CHECK(lines[2].find("  detached  ") != std::string::npos);
  CHECK(lines[2].find("  24x80  ") == std::string::npos);
  CHECK(lines[2].find("  80x24  ") != std::string::npos);
}

TEST_CASE("ls --plain is a line for each session with eleven cells") {
  const session_place place;
  place.hold("one", {"cat", "-u"});
  const auto one = place.session("one");
  const auto number = [&](const char* member) {
    return std::to_string(one.at(member).get<std::uint64_t>());
  };
  CHECK(plain_cells(place) == cells{"one", "cat -u", "detached", "0", number("pid"), "80x24",
                                    number("since"), number("active"), "-", "-", "-"});
}

TEST_CASE("ls --json has every member, and the schema's number") {
  const session_place place;
  place.hold("one");
  const auto end = place.shim({"ls", "--json"});
  CHECK(end.err.empty());
  const auto all = json::parse(end.out);
  CHECK(all.at("schema") == 1);
  const auto& one = all.at("sessions").at(0);
  CHECK(members_of(one) ==
        std::vector<std::string>{"active", "agent", "clients", "columns", "command", "detached",
                                 "directory", "ends", "exit_status", "holder", "host", "name",
                                 "pid", "place", "rows", "signal", "since", "state", "title"});
  CHECK(one.at("place") == place.file("sessions"));
  CHECK(one.at("host") == nullptr);
  CHECK(one.at("clients") == 0);
  CHECK(one.at("rows") == 24);
  CHECK(one.at("columns") == 80);
  CHECK(one.at("agent") == false);
  CHECK(one.at("detached") >= one.at("since"));
  CHECK(one.at("exit_status") == nullptr);
  CHECK(place.shim({"ls", "--json", "--plain"}).status == exited(2));
}

TEST_CASE("ls tells how many terminals show a session, and its size") {
  const session_place place;
  terminal user({30, 100});
  user.start({SHIM_BINARY, "hold", "--name", "one", "--", "sh", "-c", "echo ready; exec cat"},
             place.options());
  user.expect("ready");
  const auto one = place.session("one");
  CHECK(one.at("state") == "attached");
  CHECK(one.at("clients") == 1);
  CHECK(one.at("rows") == 30);
  CHECK(one.at("columns") == 100);
  CHECK(one.at("detached") == nullptr);
  terminal other({30, 100});
  other.start({SHIM_BINARY, "attach", "one"}, place.options());
  other.expect("ready");
  place.wait_for(
      "one", [](const auto& now) { return now.at("clients") == 2; }, "shown twice");
  CHECK(place.shim({"ls"}).out.find("attached 2x") != std::string::npos);
  CHECK(plain_cells(place)[3] == "2");
}

TEST_CASE("ls tells how a session has ended that nobody has seen the end of") {
  const session_place place;
  place.hold("one", {"sh", "-c", "exit 3"});
  auto one = place.wait_for("one", is_ended, "ended");
  CHECK(one.at("exit_status") == 3);
  CHECK(one.at("signal") == nullptr);
  CHECK(one.at("ends").is_number());
  CHECK(place.shim({"ls"}).out.find("exited 3, kept for ") != std::string::npos);
  CHECK(plain_cells(place)[2] == "ended");
  CHECK(place.shim({"kill", "one"}).status == exited(0));
  place.hold("one", {"sh", "-c", "kill -KILL $$"});
  one = place.wait_for("one", is_ended, "ended");
  CHECK(one.at("exit_status") == nullptr);
  CHECK(one.at("signal") == 9);
  CHECK(place.shim({"ls"}).out.find("SIGKILL, kept for ") != std::string::npos);
}

TEST_CASE("ls tells title and directory as the program told them") {
  const session_place place;
  place.hold("one", {"sh", "-c",
                     "printf '\\033]2;a title\\007\\033]7;file://far/srv/www\\007'; "
                     "exec cat"});
  const auto one = place.wait_for(
      "one", [](const auto& now) { return !now.at("directory").is_null(); }, "somewhere");
  CHECK(one.at("directory") == "file://far/srv/www");
  const auto table = place.shim({"ls"}).out;
  CHECK(table.find("TITLE") != std::string::npos);
  CHECK(table.find("DIRECTORY") != std::string::npos);
  CHECK(table.find("  a title  ") != std::string::npos);
  CHECK(table.find("  /srv/www\n") != std::string::npos);
}

TEST_CASE("ls asks no screen again for what it has told, before there is more output") {
  const session_place place;
  place.hold("one", {"sh", "-c",
                     "printf '\\033]2;a title\\007'; read line; printf '\\033]2;another\\007'; "
                     "exec cat"});
  const auto one = place.wait_for(
      "one", [](const auto& now) { return now.at("title") == "a title"; }, "called so");
  const auto screen = screen_process_of(one.at("holder").get<pid_t>());
  send_signal(screen, SIGSTOP);
  CHECK(place.session("one").at("title") == "a title");
  send_signal(screen, SIGCONT);
  terminal user;
  user.start({SHIM_BINARY, "attach", "one"}, place.options());
  user.type("\r");
  place.wait_for(
      "one", [](const auto& now) { return now.at("title") == "another"; }, "called otherwise");
}

TEST_CASE("ls marks a session in which the agent is forwarded") {
  const session_place place;
  silent_listener server;
  CHECK(place
            .shim({"--detached", "--name", "one", "-F", "/dev/null", "-A", "-p",
                   std::to_string(server.port()), "127.0.0.1"})
            .status == exited(0));
  CHECK(place.session("one").at("agent") == true);
  CHECK(plain_cells(place)[8] == "forwarded");
  CHECK(place.shim({"ls"}).out.find("AGENT") != std::string::npos);
}

TEST_CASE("ls has colours on a terminal, unless NO_COLOR or TERM is against it") {
  const session_place place;
  place.hold("one");
  struct row {
    environment more;
    std::vector<std::string> words;
    bool coloured;
  };
  for (const auto& each : {row{{}, {}, true}, row{{{"NO_COLOR", "1"}}, {}, false},
                           row{{{"TERM", "dumb"}}, {}, false}, row{{}, {"--plain"}, false}}) {
    CAPTURE(each.words, each.more.size());
    terminal user({24, 200});
    std::vector<std::string> argv{SHIM_BINARY, "ls"};
    argv.insert(argv.end(), each.words.begin(), each.words.end());
    user.start(argv, place.options(each.more));
    CHECK(user.wait_exit() == exited(0));
    user.expect("\r\n");
    CHECK((user.output().find("\x1b[33mdetached\x1b[m") != std::string::npos) == each.coloured);
    CHECK((user.output().find('\x1b') != std::string::npos) == each.coloured);
  }
}

TEST_CASE("ls keeps to the width of a terminal, and cuts nothing for a pipe") {
  const session_place place;
  place.hold("one", {"sleep", "1000000000000000", "1000000000000000", "1000000000000000"});
  terminal user({24, 80});
  user.start({SHIM_BINARY, "ls"}, place.options({{"NO_COLOR", "1"}}));
  CHECK(user.wait_exit() == exited(0));
  user.expect("\r\n");
  for (const auto& line : split(user.output(), '\n')) CHECK(line.size() <= 80 + 1);  // and its CR
  CHECK(user.output().find("sleep 100") != std::string::npos);
  CHECK(user.output().find("...  detached") != std::string::npos);
  CHECK(place.shim({"ls"}).out.find(" 1000000000000000  detached") != std::string::npos);
}

TEST_CASE("ls --all shows the ssh clients too that are no sessions, and no others") {
  const session_place place;
  silent_listener server;
  const auto port = std::to_string(server.port());
  terminal user;
  user.start({real_ssh(), "-F", "/dev/null", "-p", port, "me@127.0.0.1"});
  server.wait_for_connection();
  CHECK(place.shim({"--detached", "--name", "one", "-F", "/dev/null", "-p", port, "127.0.0.1"})
            .status == exited(0));
  const auto held = place.session("one").at("pid");
  const auto clients = json::parse(place.shim({"ls", "--all", "--json"}).out).at("clients");
  const auto is_plain = [&](const json& each) { return each.at("pid") == user.pid(); };
  const auto plain = std::ranges::find_if(clients, is_plain);
  REQUIRE(plain != clients.end());
  CHECK(plain->at("host") == "me@127.0.0.1");
  CHECK(plain->at("terminal") == user.name());
  const auto is_held = [&](const json& each) { return each.at("pid") == held; };
  CHECK(std::ranges::none_of(clients, is_held));
  const auto table = place.shim({"ls", "--all"}).out;
  CHECK(table.find("PLAIN SSH") != std::string::npos);
  const auto row = table.find("me@127.0.0.1  " + user.name() + "  ");
  CHECK(row != std::string::npos);
  CHECK_FALSE(json::parse(place.shim({"ls", "--json"}).out).contains("clients"));
}

TEST_CASE("ls says which place it cannot look into") {
  const session_place place;
  const auto end = place.shim({"ls"}, {{"SSH_SHIM_DIR", "not/absolute"}});
  CHECK(end.status == exited(0));
  CHECK(end.err.find("it is not an absolute path") != std::string::npos);
}
