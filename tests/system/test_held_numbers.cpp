// Numbers of processes that are another process's by now, or mean another one to who reads them:
// nobody who has nothing to do with a session is signalled on its behalf.
#include <algorithm>
#include <csignal>

#include <tests/support/numbered_process.hpp>
#include <tests/support/text.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

constexpr const char* only_root = "only root may give a process its number";

void hold(const held_place& place, const std::string& name, std::vector<std::string> command) {
  command.insert(command.begin(), {"hold", "--detached", "--name", name, "--"});
  REQUIRE(place.verb(std::move(command)).status == exited(0));
}

// All that one may do to a session, and to what is left of one.
void try_everything(const held_place& place, const std::string& name) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"ls"},
                                                {"detach", name},
                                                {"detach", "--all"},
                                                {"rename", name, "other"},
                                                {"kill", "--signal", "TERM", name},
                                                {"kill", name},
                                                {"kill", "--all"}})
    place.verb(words);
}

}  // namespace

TEST_CASE("who has the number of a dead holder, or of what it held, is signalled by nobody") {
  if (!numbered_process::can_be_had()) SHIM_SKIP(only_root);
  const held_place place;
  hold(place, "one", {"cat"});
  const auto told = place.wait_until_detached("one");
  const auto screen = screen_process_of(told.holder);
  send_signal(told.holder, SIGKILL);
  place.wait_until_nothing_runs();
  const numbered_process holder(told.holder);
  const numbered_process program(told.pid);
  const numbered_process screen_process(screen);
  try_everything(place, "one");
  for (const auto* each : {&holder, &program, &screen_process}) CHECK(each->untouched());
  send_signal(told.pid, SIGHUP);
  CHECK_FALSE(program.untouched());  // a signal is seen
}

TEST_CASE("who has the number of a program whose end is kept is signalled by nobody") {
  if (!numbered_process::can_be_had()) SHIM_SKIP(only_root);
  const held_place place;
  hold(place, "one", {"sh", "-c", "exit 3"});
  const auto told = place.wait_for(
      "one", [](const auto& now) { return now.state == "ended"; }, "ended");
  const numbered_process other(told.pid);
  try_everything(place, "one");
  place.wait_until_gone("one");
  CHECK(other.untouched());
}

TEST_CASE("who has the number of an ssh that ended under a stopped client is not signalled by ~.") {
  if (!numbered_process::can_be_had()) SHIM_SKIP(only_root);
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  held_terminal user(place);
  user.open(server, far_echo());
  user->expect("ready\r\n");
  const auto told = place.wait_until_shown("far");
  send_signal(user->pid(), SIGSTOP);
  wait_until_stopped(user->pid(), true);
  user->type("\r~.");
  send_signal(told.holder, SIGKILL);  // its client's child, as yet
  send_signal(told.pid, SIGKILL);
  reap_orphan(told.pid);
  const numbered_process other(told.pid);
  send_signal(user->pid(), SIGCONT);
  user.end();
  CHECK(other.untouched());
}

// In a container, say, with the user's files.
TEST_CASE("the escape ~. in another pid namespace ends the session, and nobody of its number") {
  const std::vector<std::string> elsewhere{"unshare", "-rpf", "sh", "-c"};
  const auto last_number = [&](const std::string& line) {
    auto words = elsewhere;
    words.push_back(line);
    return words;
  };
  if (run(last_number("echo 4999 >/proc/sys/kernel/ns_last_pid")).status != exited(0))
    SHIM_SKIP("no pid namespace can be made here");
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  pid_t ssh = -1;
  {
    held_terminal user(place);
    user.open(server, far_echo());
    user->expect("ready\r\n");
    ssh = place.wait_until_shown("far").pid;
    user.detach("far");
    place.wait_until_detached("far");
  }
  // Somebody there has its number, and leads a group.
  const auto before = std::to_string(ssh - 1);
  terminal user;
  user.start(last_number("echo " + before +
                         " >/proc/sys/kernel/ns_last_pid\n"
                         "setsid sleep 1000 & other=$!\n"
                         "'" SHIM_BINARY "' attach far\n"
                         "echo \"status $?, number $other\"\n"
                         "kill -0 $other && echo alive; kill -KILL $other"),
             place.options());
  user.expect("ready");
  place.wait_until_shown("far");
  user.type("~.");
  user.expect("status 255, number " + std::to_string(ssh) + "\r\nalive\r\n");
  CHECK(user.wait_exit() == exited(0));
  place.wait_until_gone("far");
  place.wait_until_nothing_runs();
}
