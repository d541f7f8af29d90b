// ssh-shim as `ssh` in PATH: ssh starts ssh for a jump host (ssh.c builds that command from
// argv[0]), and none of them may be us.
#include <unistd.h>

#include <filesystem>

#include <tests/support/process_tree.hpp>
#include <tests/support/terminal.hpp>
#include <tests/support/text.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

namespace fs = std::filesystem;

// A directory early in PATH in which `ssh` is us.
class ssh_in_path {
 public:
  static ssh_in_path symlink() {
    return ssh_in_path([](const std::string& to) { fs::create_symlink(SHIM_BINARY, to); });
  }
  static ssh_in_path copy() {
    return ssh_in_path([](const std::string& to) { fs::copy_file(SHIM_BINARY, to); });
  }

  const std::string& dir() const { return dir_.path(); }
  std::string ssh() const { return dir_ / "ssh"; }
  run_options options() const {
    return {.env = {{"PATH", dir_.path() + ":" + *base_environment().at("PATH")}}};
  }

 private:
  template <typename Make>
  explicit ssh_in_path(const Make& make) {
    make(ssh());
  }

  temp_dir dir_;
};

// Every ssh that the test has started, at whatever remove, below no other ssh than a real one.
void check_no_shim_below_ssh() {
  std::vector<pid_t> running = descendants_of(::getpid());
  std::erase_if(running, [](pid_t pid) { return executable_of(pid) != real_ssh_file(); });
  REQUIRE_FALSE(running.empty());
  for (const pid_t pid : running) {
    for (const pid_t below : descendants_of(pid)) CHECK(executable_of(below) == real_ssh_file());
  }
}

// By its path, as a program that looked it up would run it, and by its name.
void check_jump(const ssh_in_path& us) {
  const sshd server;
  const std::vector<std::string> words{"-J", "one,two", "far", "echo out; echo err >&2; exit 5"};
  const finished plain = run(server.argv(real_ssh(), words));
  CHECK(plain.status == exited(5));
  CHECK(run(server.argv(us.ssh(), words), us.options()) == plain);
  CHECK(run(server.argv("ssh", words), us.options()) == plain);

  process running(server.argv("ssh", {"-J", "one", "far", "echo ready; cat"}),
                  {.env = us.options().env, .in = stream::piped()});
  running.expect_out("ready\n");
  CHECK(executable_of(running.pid()) == real_ssh_file());
  const std::vector<pid_t> jump = children_of(running.pid());
  REQUIRE(jump.size() == 1);
  CHECK(command_line_of(jump.front()).front() == real_ssh());
  check_no_shim_below_ssh();
}

void check_jump_on_a_terminal(const ssh_in_path& us) {
  const orphanage all_of_it;
  const sshd server;
  terminal user;
  user.start(server.argv("ssh", {"-t", "-J", "one", "far", "echo ready; cat"}), us.options());
  user.expect("ready");
  check_no_shim_below_ssh();
  user.type("\x04");
  CHECK(user.wait_exit() == exited(0));
}

}  // namespace

TEST_CASE("a jump through a symlink named ssh is ssh's alone") {
  SHIM_NEEDS_SSHD();
  check_jump(ssh_in_path::symlink());
}

TEST_CASE("a jump through a copy named ssh is ssh's alone") {
  SHIM_NEEDS_SSHD();
  check_jump(ssh_in_path::copy());
}

TEST_CASE("a symlink named ssh does not run itself on a terminal") {
  SHIM_NEEDS_SSHD();
  check_jump_on_a_terminal(ssh_in_path::symlink());
}

TEST_CASE("a copy named ssh does not run itself on a terminal") {
  SHIM_NEEDS_SSHD();
  check_jump_on_a_terminal(ssh_in_path::copy());
}

TEST_CASE("two copies named ssh in PATH do not run each other") {
  SHIM_NEEDS_SSHD();
  const ssh_in_path one = ssh_in_path::copy();
  const ssh_in_path two = ssh_in_path::copy();
  const sshd server;
  const std::string path = one.dir() + ":" + two.dir() + ":" + *base_environment().at("PATH");
  for (const std::string& program : {one.ssh(), two.ssh(), std::string(SHIM_BINARY)}) {
    CHECK(run(server.argv(program, {"far", "echo there"}), {.env = {{"PATH", path}}}) ==
          finished{.status = exited(0), .out = "there\n"});
  }
}

TEST_CASE("a copy named ssh is not the ssh that a session runs on a terminal") {
  SHIM_NEEDS_SSHD();
  const ssh_in_path us = ssh_in_path::copy();
  const orphanage all_of_it;
  const sshd server;
  terminal user;
  user.start(server.argv(SHIM_BINARY, {"-t", "far", "echo ready; cat"}), us.options());
  user.expect("ready");
  for (const pid_t pid : descendants_of(::getpid())) CHECK(executable_of(pid) != us.ssh());
  user.type("\x04");
  CHECK(user.wait_exit() == exited(0));
}

TEST_CASE("a ProxyCommand that says ssh gets by with us in PATH") {
  SHIM_NEEDS_SSHD();
  const ssh_in_path us = ssh_in_path::copy();
  const sshd server;
  const std::string hop = "ProxyCommand=ssh -F " + server.config() + " -W %h:%p one";
  const std::vector<std::string> words{"-o", hop, "far", "echo through"};
  const finished plain = run(server.argv(real_ssh(), words));
  CHECK(plain.out == "through\n");
  CHECK(run(server.argv("ssh", words), us.options()) == plain);
}
