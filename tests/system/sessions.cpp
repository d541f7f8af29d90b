#include <tests/system/sessions.hpp>

#include <tests/support/process_tree.hpp>
#include <tests/system/same_as_ssh.hpp>

namespace test {

pid_t ssh_of(const terminal& user) {
  for (const pid_t child : children_of(user.pid()))
    if (executable_of(child) == real_ssh_file()) return child;
  throw failure("the shim has no ssh");
}

mux_master::mux_master(const sshd& server)
    : server_(server), master_(server.argv(real_ssh(), through({"-M", "-N", "far"}))) {
  for (const deadline soon(patience); !running();)
    if (soon.passed()) throw failure("the mux master does not answer");
}

std::vector<std::string> mux_master::through(std::vector<std::string> words) const {
  words.insert(words.begin(), {"-S", dir_ / "master"});
  return words;
}

bool mux_master::running() const {
  return run(server_.argv(real_ssh(), through({"-O", "check", "far"}))).status == exited(0);
}

}  // namespace test
