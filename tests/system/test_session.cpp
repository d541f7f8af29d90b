// A session as its user and its ssh see it: modes, sizes, signals, statuses, what ssh inherits.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include <csignal>

#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/tcp.hpp>
#include <tests/support/terminal.hpp>
#include <tests/support/text.hpp>
#include <tests/support/tmux.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

bool blocks(const terminal& user) { return (::fcntl(user.slave(), F_GETFL) & O_NONBLOCK) == 0; }

// How a session on a terminal ends, by plain ssh and by the shim.
end_status status_of_session(const std::string& program, const sshd& server,
                             const std::vector<std::string>& words,
                             const std::function<void(terminal&)>& then = {}) {
  terminal user;
  const termios before = user.modes();
  user.start(server.argv(program, words));
  if (then) then(user);
  const auto status = user.wait_exit();
  if (status.signalled != SIGKILL) CHECK(same_modes(user.modes(), before));
  CHECK(blocks(user));
  return status;
}

// What ssh has of its surroundings, while it waits for a server's first word.
struct inheritance {
  std::string umask, blocked, ignored, cwd, limits;
  std::vector<int> fds;
  std::string err;

  bool operator==(const inheritance&) const = default;
};

std::ostream& operator<<(std::ostream& out, const inheritance& i) {
  return out << "umask " << i.umask << " blocked " << i.blocked << " ignored " << i.ignored
             << " cwd " << i.cwd << " err " << i.err << "\n"
             << i.limits;
}

std::string link_target(const std::string& path) {
  char target[4096];
  const auto size = ::readlink(path.c_str(), target, sizeof target);
  return size < 0 ? "" : std::string(target, static_cast<std::size_t>(size));
}

inheritance inherited_by(const std::string& program, const run_options& options) {
  silent_listener server;
  terminal user;
  user.start({program, "-F", "/dev/null", "-p", std::to_string(server.port()), "127.0.0.1"},
             options);
  server.wait_for_connection();
  const pid_t ssh = program == SHIM_BINARY ? ssh_of(user) : user.pid();
  const auto proc = "/proc/" + std::to_string(ssh);
  auto fds = open_fds_of(ssh);
  std::ranges::sort(fds);
  return {status_line(ssh, "Umask"),
          status_line(ssh, "SigBlk"),
          status_line(ssh, "SigIgn"),
          link_target(proc + "/cwd"),
          read_file(proc + "/limits"),
          fds,
          options.err.where == stream::to::standard ? "" : link_target(proc + "/fd/2")};
}

}  // namespace

TEST_CASE("a session ends with the status that plain ssh gives") {
  SHIM_NEEDS_SSHD();
  sshd server;
  struct row {
    const char* what;
    std::vector<std::string> words;
    end_status expected;
    std::function<void(terminal&)> then = {};
  };
  const row rows[] = {
      {"exit 0", {"-t", "far", "exit 0"}, exited(0)},
      {"exit 3", {"-t", "far", "exit 3"}, exited(3)},
      {"exit 255", {"-t", "far", "exit 255"}, exited(255)},
      {"remote killed", {"-t", "far", "kill -9 $$"}, exited(255)},
      {"nobody listens", {"-p", std::to_string(free_port()), "far"}, exited(255)},
      {"no such option", {"-o", "NoSuchOption=1", "far"}, exited(255)},
      {"a login shell's exit", {"far"}, exited(7), [](terminal& user) { user.type("exit 7\r"); }},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(status_of_session(real_ssh(), server, row.words, row.then) == row.expected);
    CHECK(status_of_session(SHIM_BINARY, server, row.words, row.then) == row.expected);
  }
}

TEST_CASE("^C while ssh connects kills it, and us in the same way") {
  for (const std::string program : {real_ssh().c_str(), SHIM_BINARY}) {
    silent_listener server;
    terminal user;
    const termios before = user.modes();
    user.start({program, "-F", "/dev/null", "-p", std::to_string(server.port()), "127.0.0.1"});
    server.wait_for_connection();
    user.type("\x03");
    CHECK(user.wait_exit() == killed_by(SIGINT));
    CHECK(same_modes(user.modes(), before));
  }
}

TEST_CASE("signals that end ssh end us, with ssh's status") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) {
    CAPTURE(signal);
    const auto sends = [&](terminal& user) {
      user.expect("ready");
      send_signal(user.pid(), signal);
    };
    const std::vector<std::string> words{"-t", "far", "echo ready; cat"};
    CHECK(status_of_session(real_ssh(), server, words, sends) == exited(255));
    CHECK(status_of_session(SHIM_BINARY, server, words, sends) == exited(255));
  }
}

TEST_CASE("an ssh killed by somebody else kills us by the same signal, the terminal restored") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  terminal user;
  const termios before = user.modes();
  user.start(server.argv(SHIM_BINARY, {"-t", "far", "echo ready; cat"}));
  user.expect("ready");
  send_signal(ssh_of(user), SIGKILL);
  CHECK(user.wait_exit() == killed_by(SIGKILL));
  CHECK(same_modes(user.modes(), before));
}

TEST_CASE("no O_NONBLOCK is left to the shell, even by a shim that is killed") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  CHECK(status_of_session(SHIM_BINARY, server, {"-t", "far", "echo ready; cat"}, [](auto& user) {
          user.expect("ready");
          CHECK(blocks(user));
          send_signal(user.pid(), SIGKILL);
        }) == killed_by(SIGKILL));
}

TEST_CASE("all output of a session arrives, in order") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  terminal user;
  user.start(server.argv(SHIM_BINARY, {"-t", "far", "seq 1 100000"}));
  CHECK(user.wait_exit() == exited(0));
  std::string expected;
  for (int i = 1; i <= 100000; ++i) expected += std::to_string(i) + "\r\n";
  CHECK(user.output().substr(0, expected.size()) == expected);
}

TEST_CASE("ssh has what it would have had without us") {
  const temp_dir dir;
  const rlimit few{128, 256};
  const run_options plain;
  const run_options strange{.env = {},
                            .cwd = dir.path(),
                            .in = {},
                            .out = {},
                            .err = stream::into(dir / "err"),
                            .ignored_signals = {SIGUSR1, SIGTERM, SIGHUP},
                            .umask = 0027,
                            .limits = {{RLIMIT_NOFILE, few}, {RLIMIT_CORE, {0, 0}}}};
  for (const auto* options : {&plain, &strange})
    CHECK(inherited_by(SHIM_BINARY, *options) == inherited_by(real_ssh(), *options));
}

TEST_CASE("a stderr that is not the terminal stays ssh's") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  terminal user;
  user.start(server.argv(SHIM_BINARY, {"-v", "-t", "far", "echo ready"}),
             {.err = stream::into(dir / "err")});
  CHECK(user.wait_exit() == exited(0));
  CHECK(user.output() == "ready\r\n");
  CHECK(read_file(dir / "err").find("debug1: ") != std::string::npos);
}

TEST_CASE("a password prompt takes what begins with ~. as it is") {
  SHIM_NEEDS_SSHD();
  const temp_dir dir;
  run_well({"ssh-keygen", "-q", "-t", "ed25519", "-N", "~.secret", "-f", dir / "key"});
  const sshd server({.lines = {"AuthorizedKeysFile " + (dir / "key.pub")}});
  terminal user;
  user.start(server.argv(SHIM_BINARY, {"-i", dir / "key", "-t", "far", "echo ready; cat"}));
  user.expect("Enter passphrase for key");
  user.type("~.secret\r");
  user.expect("ready");
  user.type("~.");
  CHECK(user.wait_exit() == exited(255));
}

TEST_CASE("a PIN asked for on the same terminal while ssh connects arrives whole") {
  SHIM_NEEDS("pinentry-curses");
  silent_listener server;
  terminal user;
  user.start({SHIM_BINARY, "-F", "/dev/null", "-p", std::to_string(server.port()), "127.0.0.1"});
  server.wait_for_connection();
  process pinentry({"pinentry-curses", "--ttyname", user.name(), "--ttytype", "xterm"},
                   {.in = stream::piped()});
  pinentry.feed("SETPROMPT PIN:\nGETPIN\n");
  pinentry.expect_out("\nOK\n");
  user.expect("PIN:");
  for (const char digit : std::string_view("~.123456")) user.type({&digit, 1});
  user.type("\r");
  pinentry.expect_out("D ~.123456\nOK");
  pinentry.end_input();
  pinentry.wait();
  // The terminal is ours again.
  user.expect_modes(is_raw, "raw again");
  user.type("~.");
  CHECK(user.wait_exit() == exited(255));
}

TEST_CASE("the far end learns the window's size, in pixels too, and every change of it") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  terminal user({.rows = 30, .columns = 100, .x_pixels = 800, .y_pixels = 600});
  user.start(server.argv(SHIM_BINARY, {"-t", "far", FAR_END + std::string(" --winsize")}));
  user.expect("size 30 100 800 600\r\n");
  user.resize({.rows = 50, .columns = 132, .x_pixels = 1320, .y_pixels = 1000});
  user.expect("size 50 132 1320 1000\r\n");
  user.type("q");
  CHECK(user.wait_exit() == exited(0));
}

TEST_CASE("the escape ~^Z gives the terminal to the shell, and fg takes the session up again") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  terminal user({.rows = 24, .columns = 80});
  user.start_shell();
  const termios before = user.modes();
  user.type(quoted(server.argv(SHIM_BINARY, {"-t", "far", FAR_END + std::string(" --winsize")})) +
            "\r");
  user.expect("size 24 80");
  user.type("~\x1a");
  user.expect("~^Z [suspend ssh-shim]\r\n");
  user.expect(terminal::prompt);
  CHECK(same_modes(user.modes(), before));
  CHECK(user.run_line("echo of the shell") == "of the shell\r\n");
  user.resize({.rows = 30, .columns = 90});
  user.type("fg\r");
  user.expect("size 30 90");
  user.type("q");
  user.expect(terminal::prompt);
  CHECK(user.run_line("echo $?") == "0\r\n");
  CHECK(same_modes(user.modes(), before));
}

TEST_CASE("a stop signal from outside gives the terminal back, and SIGCONT takes it again") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const int stop : {SIGTSTP, SIGSTOP}) {
    CAPTURE(stop);
    terminal user;
    user.start_shell();
    user.type(quoted(server.argv(SHIM_BINARY, {"-t", "far", "echo ready; cat"})) + "\r");
    user.expect("ready\r\n");
    const pid_t shim = children_of(user.pid()).at(0);
    send_signal(shim, stop);
    user.expect(terminal::prompt);
    CHECK(user.run_line("echo of the shell") == "of the shell\r\n");
    user.type("fg\r");
    user.expect_modes(is_raw, "raw again");
    user.type("hello\r");
    user.expect("hello\r\nhello\r\n");
    user.type("~.");
    user.expect(terminal::prompt);
    CHECK(user.run_line("echo $?") == "255\r\n");
  }
}

TEST_CASE("started in the background we stop until we have the terminal, as ssh does") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  terminal user;
  user.start_shell();
  const auto words = quoted(server.argv(SHIM_BINARY, {"-t", "far", "echo ready; cat"}));
  user.run_line(words + " &");
  const pid_t shim = children_of(user.pid()).at(0);
  wait_until_stopped(shim, true);
  user.type("fg\r");
  user.expect("ready");
  user.type("~.");
  user.expect(terminal::prompt);
}

TEST_CASE("a time limit ends a session with timeout(1)'s status, on a terminal and without") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  terminal user;
  const termios before = user.modes();
  user.start(server.argv(SHIM_BINARY, {"--timeout", "0.4", "-t", "far", "cat"}));
  CHECK(user.wait_exit() == exited(124));
  user.expect("ssh-shim: time is up: ended the session\r\n");
  CHECK(same_modes(user.modes(), before));

  const auto argv = server.argv(SHIM_BINARY, {"--timeout=0.4s", "far", "cat"});
  process program(argv, {.in = stream::piped()});
  CHECK(program.wait().status == exited(124));
  CHECK(program.err().empty());
}

TEST_CASE("a session that is idle for too long is ended") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  terminal user;
  user.start(server.argv(SHIM_BINARY, {"--idle-timeout", "0.5", "-t", "far", "cat"}));
  CHECK(user.wait_exit() == exited(124));
}

TEST_CASE("a time limit without a terminal passes on ssh's own end") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const auto limited = [&](const std::string& command) {
    return run(server.argv(SHIM_BINARY, {"--timeout", "1m", "far", command})).status;
  };
  CHECK(limited("exit 6") == exited(6));
  process program(server.argv(SHIM_BINARY, {"--timeout", "1m", "far", "echo ready; cat"}),
                  {.in = stream::piped()});
  program.expect_out("ready");
  send_signal(program.pid(), SIGTERM);
  CHECK(program.wait().status == exited(255));
}

TEST_CASE("bad input is told in one line, with the terminal untouched") {
  const temp_dir dir;
  struct row {
    std::vector<std::string> words;
    environment env;
    std::string expected;
  };
  const row rows[] = {
      {{"--no-such-word", "far"}, {}, "cannot use --no-such-word: there is no such option; "},
      {{"--timeout", "soon", "far"}, {}, "cannot use --timeout: 'soon' is no duration"},
      {{"--timeout"}, {}, "cannot use --timeout: it needs a value"},
      {{"--plain=yes", "far"}, {}, "cannot use --plain: it takes no value"},
      {{"--config", dir / "no", "far"}, {}, "cannot read " + (dir / "no") + ": No such file"},
      {{"far"}, {{"SSH_SHIM_SSH", dir / "ssh"}}, "cannot run " + (dir / "ssh") + ": No such file"},
      {{"far"}, {{"PATH", dir.path()}}, "cannot run ssh: No such file or directory"},
  };
  for (const auto& row : rows) {
    terminal user;
    const termios before = user.modes();
    std::vector<std::string> argv{SHIM_BINARY};
    argv.insert(argv.end(), row.words.begin(), row.words.end());
    user.start(argv, {.env = row.env});
    CAPTURE(quoted(argv));
    CHECK(user.wait_exit() == exited(255));
    CHECK(user.output().starts_with("ssh-shim: " + row.expected));
    CHECK(std::ranges::count(user.output(), '\n') == 1);
    CHECK(same_modes(user.modes(), before));
  }
}

TEST_CASE("a terminal that cannot be opened anew is told, and left alone") {
  SHIM_NEEDS("setpriv");
  terminal user;
  const termios before = user.modes();
  REQUIRE(::ioctl(user.slave(), TIOCEXCL) == 0);
  // Root may open an exclusive terminal, as long as it may all else (tty_ioctl(4)).
  std::vector<std::string> argv{SHIM_BINARY, "-F", "/dev/null", "far"};
  if (::geteuid() == 0)
    argv.insert(argv.begin(), {"setpriv", "--bounding-set=-all", "--inh-caps=-all"});
  user.start(argv);
  CHECK(user.wait_exit() == exited(255));
  CHECK(user.output() == "ssh-shim: cannot open the terminal: Device or resource busy\r\n");
  CHECK(same_modes(user.modes(), before));
}

TEST_CASE("a strange config is a warning with its line, and the session starts") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  write_file(dir / "config.toml", "plain = true\ntiemout = \"20\"\n");
  terminal user;
  user.start(
      server.argv(SHIM_BINARY, {"--config", dir / "config.toml", "-t", "far", "echo ready"}));
  user.expect("ssh-shim: " + (dir / "config.toml") + ":2: unknown key 'tiemout'");
  user.expect("ready");
  CHECK(user.wait_exit() == exited(0));
}

TEST_CASE("settings that take too long to ask for do not keep a session from starting") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  terminal user;
  const temp_dir dir;
  write_file(dir / "times", "");
  // Slow the first time, when `ssh -G` asks; quick the second, when ssh connects.
  const auto slow = "Match exec \"test -s " + (dir / "times") + " || { echo asked > " +
                    (dir / "times") + "; exec tail -f /dev/null; }\"";
  user.start({SHIM_BINARY, "-F", server.config_with({slow}), "-e", "^]", "far"});
  user.type("echo rea''dy\r");
  user.expect("ready");
  user.type(
      "\x1d"
      "B");
  user.expect("^]B [not now: ssh did not tell its settings in time]");
  user.type("\x1d.");
  CHECK(user.wait_exit() == exited(255));
}

TEST_CASE("in a terminal with a screen a session looks as it does through plain ssh") {
  SHIM_NEEDS_SSHD();
  if (const auto why = tmux::why_not()) SHIM_SKIP(why->c_str());
  const sshd server;
  const auto picture = [&](const std::string& program) {
    tmux screen(server.argv(program, {"-t", "far", "PS1='far> ' exec bash --norc --noprofile -i"}));
    screen.wait_for("far>");
    for (const std::string line :
         {"seq 1 30", "printf '\\033[31mred \\303\\251\\033[m\\n'", "tput cup 3 40; echo here"}) {
      screen.type(line + "; echo done $((6*7))");
      screen.press("Enter");
      screen.wait_for("done 42");
    }
    screen.type("exit 3");
    screen.press("Enter");
    CHECK(screen.wait_exit() == exited(3));
    const auto shown = screen.screen({"-e"});
    return shown.substr(0, shown.find("Pane is dead"));  // tmux's own line has the time in it
  };
  CHECK(picture(SHIM_BINARY) == picture(real_ssh()));
}
