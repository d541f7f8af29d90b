// A program runs ssh-shim in place of ssh and cannot tell the difference.
#include <csignal>

#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/tcp.hpp>
#include <tests/support/text.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

TEST_CASE("questions about ssh itself are answered by ssh itself") {
  CHECK(same_as_ssh({"-V"}).err.find("OpenSSH") == 0);  // VS Code refuses what does not say so
  CHECK(same_as_ssh({"-Q", "cipher"}).out.find("aes256-ctr") != std::string::npos);
  CHECK(same_as_ssh({"-F", "/dev/null", "-G", "far"}).out.find("hostname far\n") !=
        std::string::npos);
  CHECK(same_as_ssh({"-F", "/dev/null", "-G", "-p", "2222", "me@far"}).status == exited(0));
}

TEST_CASE("what ssh refuses is refused in ssh's words") {
  CHECK(same_as_ssh({"-@", "far"}).status == exited(255));
  CHECK(same_as_ssh({"-Q", "nothing"}).status == exited(255));
  CHECK(same_as_ssh({"-p"}).status == exited(255));
  CHECK(same_as_ssh({"-e", "too long", "far"}).status == exited(255));
  CHECK(same_as_ssh({"-F", "/nonexistent", "far"}).status == exited(255));
  CHECK(same_as_ssh({"-o", "NoSuchOption=1", "far"}).status == exited(255));
}

TEST_CASE("the status is ssh's, however the remote command ends") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const std::string far_end = FAR_END;
  struct row {
    std::string command;
    int status;
  };
  for (const row& each :
       {row{"exit 0", 0}, row{"exit 1", 1}, row{"exit 42", 42}, row{"no-such-command-here", 127},
        row{"exit 255", 255}, row{far_end + " --exit 7", 7}, row{far_end + " --die 15", 255},
        row{"kill -KILL $$", 255}})
    CHECK(same_as_ssh(server, {"far", each.command}).status == exited(each.status));
}

TEST_CASE("the status and the words are ssh's when there is no session") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const std::string nobody_there = std::to_string(free_port());
  CHECK(same_as_ssh(server, {"-p", nobody_there, "far", "true"}).status == exited(255));
  CHECK(same_as_ssh(server, {"-oUserKnownHostsFile=/dev/null", "far", "true"}).status ==
        exited(255));
  CHECK(same_as_ssh(server, {"-oPubkeyAuthentication=no", "far", "true"}).status == exited(255));
}

TEST_CASE("the status is ssh's when a signal ends ssh") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGKILL}) {
    const auto killed = [&](const std::string& program) {
      process running(server.argv(program, {"far", "echo ready; cat"}), {.in = stream::piped()});
      running.expect_out("ready\n");
      ::kill(running.pid(), signal);
      return running.wait();
    };
    INFO("signal " << signal);
    CHECK(killed(SHIM_BINARY) == killed(real_ssh()));
  }
}

TEST_CASE("stdin, stdout and stderr pass whole and apart") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  same_as_ssh(server, {"far", "printf out; printf err >&2; printf 'out\\r\\n'"});
  same_as_ssh(server, {"-T", "far", "tty; echo \"$TERM\""});
  same_as_ssh(server, {"-n", "far", "cat; echo end"}, {}, "unread");
  const std::string bytes = any_bytes(3UL * 1024 * 1024);
  const finished there_and_back = same_as_ssh(server, {"far", "cat; printf err >&2"}, {}, bytes);
  CHECK((there_and_back.out == bytes));  // not printed if not
  CHECK(same_as_ssh(server, {"far", std::string(FAR_END) + " --lines 1000000"}).out.size() ==
        1'000'000);
  const std::string escapes = "\n~.\n~?\n~~x\n";  // mean nothing without a terminal
  CHECK(same_as_ssh(server, {"far", "cat"}, {}, escapes).out == escapes);
}

TEST_CASE("a terminal asked for twice with a pipe as stdin keeps ssh's own escapes") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  CHECK(same_as_ssh(server, {"-tt", "far", "cat"}, {}, "x\n~.\n").status == exited(255));
  CHECK(same_as_ssh(server, {"-tt", "-e", "none", "far", "head -n 2"}, {}, "x\n~.\n").status ==
        exited(0));
  CHECK(same_as_ssh(server, {"-tt", "far", "stty size; exit 3"}).status == exited(3));
}

TEST_CASE("a connection is carried by -W") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const std::string there = "127.0.0.1:" + std::to_string(server.port());
  const finished end = same_as_ssh(server, {"-W", there, "far"}, {}, "not ssh\n");
  CHECK(end.out.find("SSH-2.0-OpenSSH") == 0);
}

TEST_CASE("a subsystem is asked for by -s") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const std::string hello("\0\0\0\5\1\0\0\0\3", 9);  // SSH_FXP_INIT, version 3
  const auto greeted = [&](const std::string& program) {
    process client(server.argv(program, {"-s", "far", "sftp"}), {.in = stream::piped()});
    client.feed(hello);
    client.expect_out("posix-rename@openssh.com");
    client.end_input();
    return client.wait();
  };
  CHECK(greeted(SHIM_BINARY) == greeted(real_ssh()));
}

TEST_CASE("ssh itself is left in the background by -N -f") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const orphanage orphans;
  same_as_ssh(server, {"-N", "-f", "far"});
  REQUIRE(orphans.orphans().size() == 2);  // plain ssh's and the shim's
  for (const pid_t pid : orphans.orphans()) CHECK(executable_of(pid) == real_ssh_file());
}

TEST_CASE("a master, or that there is none, is told of by -O") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  const std::string socket = dir / "master";
  const finished alone = same_as_ssh(server, {"-S", socket, "-O", "check", "far"});
  CHECK(alone.status == exited(255));
  CHECK(alone.err.find("Control socket connect") == 0);

  process master(server.argv(real_ssh(), {"-M", "-S", socket, "far", "echo ready; cat"}),
                 {.in = stream::piped()});
  master.expect_out("ready\n");  // the socket listens before the session is opened
  CHECK(same_as_ssh(server, {"-S", socket, "-O", "check", "far"}).err.find("Master running") == 0);
  CHECK(same_as_ssh(server, {"-S", socket, "far", "echo by way of it"}).status == exited(0));
  CHECK(run(server.argv(SHIM_BINARY, {"-S", socket, "-O", "exit", "far"})).status == exited(0));
  CHECK(master.wait().status == exited(255));
}

TEST_CASE("a program that starts ssh-shim has ssh itself as its child") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  process running(server.argv(SHIM_BINARY, {"far", "echo ready; cat"}), {.in = stream::piped()});
  running.expect_out("ready\n");
  CHECK(executable_of(running.pid()) == real_ssh_file());
  CHECK(command_line_of(running.pid()) == server.argv(real_ssh(), {"far", "echo ready; cat"}));
  CHECK(descendants_of(running.pid()).empty());
  running.end_input();
  CHECK(running.wait().status == exited(0));
}

TEST_CASE("ssh inherits what it would have inherited") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const rlimit few_files{.rlim_cur = 77, .rlim_max = 88};
  const run_options options{.cwd = "/",
                            .in = stream::piped(),
                            .ignored_signals = {SIGHUP, SIGUSR2},
                            .umask = 0027,
                            .limits = {{RLIMIT_NOFILE, few_files}}};
  const auto inherited = [&](const std::string& program) {
    process running(server.argv(program, {"far", "echo ready; cat"}), options);
    running.expect_out("ready\n");
    std::vector<std::string> seen{read_file("/proc/" + std::to_string(running.pid()) + "/limits")};
    for (const char* name : {"SigIgn", "SigBlk", "SigCgt", "Umask", "NoNewPrivs", "Seccomp"})
      seen.push_back(name + (": " + status_line(running.pid(), name)));
    return seen;
  };
  CHECK(inherited(SHIM_BINARY) == inherited(real_ssh()));
}
