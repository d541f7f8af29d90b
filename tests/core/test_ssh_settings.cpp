#include <shim/core/ssh_settings.hpp>

#include <string>

#include <tests/catch.hpp>

namespace {

// As OpenSSH 9.2 prints it, what nobody reads left out.
const std::string dump =
    "host box\n"
    "user me\n"
    "hostname box.example\n"
    "port 2222\n"
    "addressfamily any\n"
    "controlmaster auto\n"
    "forwardx11 no\n"
    "requesttty auto\n"
    "sessiontype default\n"
    "stdinnull no\n"
    "forkafterauthentication no\n"
    "controlpath /run/user/1000/ssh/my box:22\n"
    "loglevel INFO\n"
    "identityfile ~/.ssh/id_rsa\n"
    "identityfile ~/.ssh/id_ed25519\n"
    "controlpersist 600\n"
    "escapechar \\^]\n"
    "ipqos lowdelay throughput\n";

shim::ssh_settings with(const std::string& line) {
  const auto settings = shim::parse_ssh_settings("hostname h\n" + line + "\n");
  REQUIRE(settings);
  return *settings;
}

}  // namespace

TEST_CASE("settings are read from what ssh -G prints") {
  const auto settings = shim::parse_ssh_settings(dump);
  REQUIRE(settings);
  CHECK(settings->host == "box");
  CHECK(settings->hostname == "box.example");
  CHECK(settings->user == "me");
  CHECK(settings->port == "2222");
  CHECK(settings->control_master == "auto");
  CHECK(settings->escape == shim::escape_char(0x1d));
  CHECK(settings->tty == shim::request_tty::automatic);
  CHECK(settings->shell_or_command);
  CHECK_FALSE(settings->stdin_null);
  CHECK_FALSE(settings->fork_after_authentication);
  CHECK_FALSE(settings->remote_command);
  CHECK_FALSE(settings->quiet);
}

TEST_CASE("a control path may hold blanks, at its ends too") {
  CHECK(shim::parse_ssh_settings(dump)->control_path == "/run/user/1000/ssh/my box:22");
  CHECK(with("controlpath  /tmp/x ").control_path == " /tmp/x ");
}

TEST_CASE("a control path of none is none") {
  CHECK(with("controlpath none").control_path.empty());
  CHECK(with("").control_path.empty());
}

TEST_CASE("a tty request is read in ssh's words and in the config file's") {
  using enum shim::request_tty;
  CHECK(with("requesttty auto").tty == automatic);
  CHECK(with("requesttty false").tty == no);
  CHECK(with("requesttty no").tty == no);
  CHECK(with("requesttty true").tty == yes);
  CHECK(with("requesttty yes").tty == yes);
  CHECK(with("requesttty force").tty == force);
}

TEST_CASE("a session without a shell or command is told from one with") {
  CHECK(with("sessiontype default").shell_or_command);
  CHECK_FALSE(with("sessiontype none").shell_or_command);
  CHECK_FALSE(with("sessiontype subsystem").shell_or_command);
}

TEST_CASE("what keeps ssh from the terminal is read") {
  CHECK(with("stdinnull yes").stdin_null);
  CHECK(with("forkafterauthentication yes").fork_after_authentication);
  CHECK(with("escapechar none").escape.none());
  CHECK(with("remotecommand tmux attach || tmux").remote_command);
  CHECK_FALSE(with("remotecommand none").remote_command);
}

TEST_CASE("whether a session ends without its forwards is told") {
  CHECK(with("exitonforwardfailure yes").exit_on_forward_failure);
  CHECK_FALSE(with("exitonforwardfailure no").exit_on_forward_failure);
  CHECK_FALSE(with("port 22").exit_on_forward_failure);
}

TEST_CASE("a quiet log level is known by both of its names") {
  CHECK(with("loglevel QUIET").quiet);
  CHECK(with("loglevel SILENT").quiet);
  CHECK_FALSE(with("loglevel FATAL").quiet);
  CHECK_FALSE(with("loglevel INFO").quiet);
}

TEST_CASE("an older ssh that prints fewer lines means the defaults") {
  const auto settings = with("");
  CHECK(settings.escape == shim::escape_char('~'));
  CHECK(settings.tty == shim::request_tty::automatic);
  CHECK(settings.shell_or_command);
  CHECK(settings.user.empty());
  CHECK(settings.control_master.empty());
}

TEST_CASE("a keyword is a whole word, and the first line of it counts") {
  CHECK(with("userknownhostsfile /x\nuser me").user == "me");
  CHECK(with("remotecommand a\nrequesttty auto\nrequesttty force").tty ==
        shim::request_tty::automatic);
  CHECK(with("port").port.empty());
}

TEST_CASE("a last line without its end is a line") {
  CHECK(shim::parse_ssh_settings("port 22\nhostname h")->hostname == "h");
}

TEST_CASE("what is not ssh's output is refused") {
  for (const std::string text : {"", "\n", "hostname", "hostnames h\n", "ssh: no such thing",
                                 "user me\nport 22\n", " hostname h\n", "HostName h\n"}) {
    CAPTURE(text);
    CHECK_FALSE(shim::parse_ssh_settings(text));
  }
}

TEST_CASE("the ports at which ssh would listen are those of -L and -D") {
  const auto settings = with(
      "dynamicforward 1080\n"
      "dynamicforward [*]:1081\n"
      "localforward 8080 [localhost]:80\n"
      "localforward [::1]:8082 [x]:3\n"
      "localforward /tmp/s [x]:3\n"
      "localforward 70000 [x]:3\n"
      "localforward\n"
      "remoteforward 99 [x]:1");
  CHECK(settings.local_ports == std::vector<std::uint16_t>{1080, 1081, 8080, 8082});
}
