#include <tests/system/sessions.hpp>

#include <tests/support/process_tree.hpp>
#include <tests/system/same_as_ssh.hpp>

namespace test {

pid_t ssh_below(pid_t shim) {
  for (const pid_t each : descendants_of(shim))
    if (executable_of(each) == real_ssh_file()) return each;
  throw failure("the shim has no ssh");
}

pid_t ssh_of(const terminal& user) { return ssh_below(user.pid()); }

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
