// On a terminal too there is who wants ssh and nothing else: by its options, its streams, its
// environment.
#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/tcp.hpp>
#include <tests/support/terminal.hpp>
#include <tests/support/text.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

// What runs under the pid that was started, once it speaks with a server. One that says nothing
// will do: who runs has been decided by then.
std::string runs_on_a_terminal(const std::vector<std::string>& words,
                               const run_options& options = {}) {
  silent_listener server;
  terminal user;
  std::vector<std::string> argv{SHIM_BINARY, "-F", "/dev/null", "-p",
                                std::to_string(server.port())};
  argv.insert(argv.end(), words.begin(), words.end());
  user.start(argv, options);
  try {
    server.wait_for_connection();
  } catch (const failure& why) {
    throw failure(why.what() + ("; the terminal shows \"" + escaped_tail(user.output()) + "\""));
  }
  return executable_of(user.pid());
}

// stdout, stderr and status of a program whose stdin is the terminal and whose stdout is not, as
// ansible may run ssh.
finished run_from_terminal(const std::vector<std::string>& argv) {
  const temp_dir dir;
  terminal user;
  user.start(argv, {.out = stream::into(dir / "out"), .err = stream::into(dir / "err")});
  const end_status status = user.wait_exit();
  CHECK(escaped(user.output()).empty());
  return {.status = status, .out = read_file(dir / "out"), .err = read_file(dir / "err")};
}

}  // namespace

TEST_CASE("a person at a terminal gets the shim") {
  CHECK(runs_on_a_terminal({"127.0.0.1"}) == SHIM_BINARY);
  CHECK(runs_on_a_terminal({"-t", "127.0.0.1", "top"}) == SHIM_BINARY);
  CHECK(runs_on_a_terminal({"-4vqC", "127.0.0.1"}) == SHIM_BINARY);
}

TEST_CASE("options that leave the terminal alone give ssh itself") {
  using words = std::vector<std::string>;
  for (const words& each :
       {words{"-T", "127.0.0.1"}, words{"-N", "127.0.0.1"}, words{"-n", "127.0.0.1"},
        words{"-f", "127.0.0.1", "true"}, words{"-s", "127.0.0.1", "sftp"},
        words{"-W", "127.0.0.1:1", "127.0.0.1"}, words{"127.0.0.1", "true"},
        words{"-e", "none", "127.0.0.1"}, words{"-oEscapeChar=none", "127.0.0.1"},
        words{"-vTA", "127.0.0.1"}, words{"-o", "RequestTTY=no", "127.0.0.1"}}) {
    INFO(quoted(each));
    CHECK(runs_on_a_terminal(each) == real_ssh_file());
  }
}

TEST_CASE("a config file that wants no terminal gives ssh itself") {
  const temp_dir dir;
  const std::string config = dir / "config";
  write_file(config, "Host 127.0.0.1\nRequestTTY no\n");
  CHECK(runs_on_a_terminal({"-F", config, "127.0.0.1"}) == real_ssh_file());
  write_file(config, "Host 127.0.0.1\nEscapeChar none\n");
  CHECK(runs_on_a_terminal({"-F", config, "127.0.0.1"}) == real_ssh_file());
}

TEST_CASE("an environment that wants no shim, or no terminal, gives ssh itself") {
  CHECK(runs_on_a_terminal({"127.0.0.1"}, {.env = {{"SSH_SHIM", "off"}}}) == real_ssh_file());
  CHECK(runs_on_a_terminal({"127.0.0.1"}, {.env = {{"TERM", "dumb"}}}) == real_ssh_file());
  CHECK(runs_on_a_terminal({"127.0.0.1"}, {.env = {{"TERM", ""}}}) == real_ssh_file());
  CHECK(runs_on_a_terminal({"127.0.0.1"}, {.env = {{"TERM", std::nullopt}}}) == real_ssh_file());
}

TEST_CASE("a stream that is not the terminal gives ssh itself") {
  CHECK(runs_on_a_terminal({"127.0.0.1"}, {.in = stream::nowhere()}) == real_ssh_file());
  CHECK(runs_on_a_terminal({"127.0.0.1"}, {.out = stream::nowhere()}) == real_ssh_file());
  CHECK(runs_on_a_terminal({"-tt", "127.0.0.1"}, {.in = stream::nowhere()}) == real_ssh_file());
}

TEST_CASE("a terminal as stdin and a file as stdout give the same bytes as ssh") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const std::string command : {"printf out; printf err >&2; exit 4", "tty | tr -d 0-9"}) {
    const std::vector<std::string> words{"far", command};
    CHECK(run_from_terminal(server.argv(SHIM_BINARY, words)) ==
          run_from_terminal(server.argv(real_ssh(), words)));
    const std::vector<std::string> with_pty{"-tt", "far", command};
    CHECK(run_from_terminal(server.argv(SHIM_BINARY, with_pty)) ==
          run_from_terminal(server.argv(real_ssh(), with_pty)));
  }
}

TEST_CASE("the pid a shell knows is that of ssh itself") {
  silent_listener server;
  terminal user;
  user.start_shell();
  user.run_line(quoted({SHIM_BINARY, "-F", "/dev/null", "-N", "-p", std::to_string(server.port()),
                        "127.0.0.1"}) +
                " &");
  server.wait_for_connection();
  const std::string answer = user.run_line("echo pid=$!=");
  const std::size_t at = answer.find("pid=");
  REQUIRE(at != std::string::npos);
  CHECK(executable_of(std::stoi(answer.substr(at + 4))) == real_ssh_file());
  user.run_line("kill %1; wait");
}

TEST_CASE("switched off on a terminal, a session is plain ssh's, escapes and all") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const auto session = [&](const std::string& program) {
    terminal user;
    user.start(server.argv(program, {"-t", "far", "echo ready; cat"}),
               {.env = {{"SSH_SHIM", "off"}}});
    user.expect("ready");
    user.type("hello\r");
    user.expect("hello\r\nhello\r\n");
    user.type("~.");
    const end_status status = user.wait_exit();
    return std::pair{status, escaped(user.output())};
  };
  CHECK(session(SHIM_BINARY) == session(real_ssh()));
}
