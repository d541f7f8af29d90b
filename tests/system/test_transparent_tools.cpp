// The programs that people give ssh-shim to in place of ssh.
#include <pwd.h>
#include <unistd.h>

#include <filesystem>

#include <tests/support/file.hpp>
#include <tests/support/text.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

namespace fs = std::filesystem;

// Names and sizes that a careless transport would spoil.
void make_tree(const std::string& root) {
  fs::create_directories(root + "/a dir/deep");
  write_file(root + "/bytes", any_bytes(300'000));
  write_file(root + "/empty", "");
  write_file(root + "/a dir/escapes", "\n~.\r~?\n~~\n");
  write_file(root + "/a dir/deep/it's", "quoted\n");
}

void check_same_tree(const std::string& a, const std::string& b) {
  CHECK(run({"diff", "-r", a, b}) == finished{.status = exited(0)});
}

// git without the developer's settings, with commits that have the same names every time.
environment git_environment() {
  const passwd* me = ::getpwuid(::getuid());
  const std::string name = me ? me->pw_name : "root";
  environment env{{"GIT_CONFIG_GLOBAL", "/dev/null"},
                  {"GIT_CONFIG_NOSYSTEM", "1"},
                  {"GIT_TERMINAL_PROMPT", "0"}};
  for (const char* who : {"GIT_AUTHOR_", "GIT_COMMITTER_"}) {
    env[who + std::string("NAME")] = name;
    env[who + std::string("EMAIL")] = name + "@localhost";
    env[who + std::string("DATE")] = "2020-01-01T00:00:00Z";
  }
  return env;
}

// Clone, push and fetch with `ssh_variables` (GIT_SSH...), all in `area`, made anew; what each of
// the three said, and the refs that came of it.
std::vector<finished> git_round(const sshd& server, const std::string& area,
                                const environment& ssh_variables) {
  fs::remove_all(area);
  fs::create_directories(area + "/first");
  environment env = git_environment();
  env.insert(ssh_variables.begin(), ssh_variables.end());
  const auto git = [&](const std::string& where, std::vector<std::string> words) {
    words.insert(words.begin(), "git");
    return run(std::move(words), {.env = env, .cwd = area + where});
  };
  make_tree(area + "/first");
  git("/first", {"init", "-q", "-b", "main"});
  git("/first", {"add", "-A"});
  git("/first", {"commit", "-q", "-m", "one"});
  git("", {"clone", "-q", "--bare", "first", "far.git"});
  // A port is what git gives to a real ssh only: it asks ssh-shim -G whether it is one.
  const std::string url = "ssh://far:" + std::to_string(server.port()) + area + "/far.git";
  std::vector<finished> ends{git("", {"clone", url, "second"})};
  write_file(area + "/second/bytes", any_bytes(200'000));
  git("/second", {"commit", "-q", "-a", "-m", "two"});
  ends.push_back(git("/second", {"push", "origin", "main:topic"}));
  ends.push_back(git("/first", {"fetch", url, "topic:topic"}));
  ends.push_back(git("/first", {"log", "--format=%H %s", "topic"}));
  return ends;
}

void check_git(const sshd& server, const environment& plain_ssh, const environment& shim) {
  const temp_dir dir;
  const std::vector<finished> expected = git_round(server, dir / "area", plain_ssh);
  for (const finished& each : expected) {
    CAPTURE(each);
    CHECK(each.status == exited(0));
  }
  CHECK(git_round(server, dir / "area", shim) == expected);
}

}  // namespace

TEST_CASE("git clones, pushes and fetches with GIT_SSH_COMMAND") {
  SHIM_NEEDS_SSHD();
  SHIM_NEEDS("git");
  const sshd server;
  check_git(server, {{"GIT_SSH_COMMAND", quoted(server.argv(real_ssh(), {}))}},
            {{"GIT_SSH_COMMAND", quoted(server.argv(SHIM_BINARY, {}))}});
}

TEST_CASE("git clones, pushes and fetches with GIT_SSH") {
  SHIM_NEEDS_SSHD();
  SHIM_NEEDS("git");
  const sshd server;
  const temp_dir bin;
  // GIT_SSH takes no options: the ssh that is found in PATH knows the server.
  write_file(bin / "ssh", "#!/bin/sh\nexec " + quoted(server.argv(real_ssh(), {})) + " \"$@\"\n",
             0700);
  fs::create_symlink(SHIM_BINARY, bin / "ssh-shim");
  const std::string path = bin.path() + ":" + *base_environment().at("PATH");
  check_git(server, {{"PATH", path}, {"GIT_SSH", "ssh"}},
            {{"PATH", path}, {"GIT_SSH", "ssh-shim"}});
}

TEST_CASE("rsync copies there and back") {
  SHIM_NEEDS_SSHD();
  SHIM_NEEDS("rsync");
  const sshd server;
  const temp_dir dir;
  make_tree(dir / "tree");
  const auto copies = [&](const std::string& program) {
    fs::remove_all(dir / "there");
    fs::remove_all(dir / "back");
    const auto rsync = [&](const std::string& from, const std::string& to) {
      return run({"rsync", "-a", "-i", "-e", quoted(server.argv(program, {})), from, to});
    };
    const finished there = rsync(dir / "tree/", "far:" + (dir / "there"));
    const finished back = rsync("far:" + (dir / "there/"), dir / "back");
    check_same_tree(dir / "tree", dir / "back");
    return std::pair{there, back};
  };
  const auto plain = copies(real_ssh());
  CHECK(plain.first.status == exited(0));
  const auto shim = copies(SHIM_BINARY);
  CHECK(shim.first == plain.first);
  CHECK(shim.second == plain.second);
}

TEST_CASE("scp copies there and back, by either of its protocols") {
  SHIM_NEEDS_SSHD();
  SHIM_NEEDS("scp");
  const sshd server;
  const std::string protocol = GENERATE("-s", "-O");
  const temp_dir dir;
  make_tree(dir / "tree");
  const auto copies = [&](const std::string& program) {
    fs::remove_all(dir / "there");
    fs::remove_all(dir / "back");
    const auto scp = [&](const std::string& from, const std::string& to) {
      return run({"scp", protocol, "-r", "-S", program, "-F", server.config(), from, to});
    };
    const finished there = scp(dir / "tree", "far:" + (dir / "there"));
    const finished back = scp("far:" + (dir / "there"), dir / "back");
    check_same_tree(dir / "tree", dir / "back");
    return std::pair{there, back};
  };
  const auto plain = copies(real_ssh());
  CHECK(plain.first.status == exited(0));
  const auto shim = copies(SHIM_BINARY);
  CHECK(shim.first == plain.first);
  CHECK(shim.second == plain.second);
}

TEST_CASE("sftp works through a batch") {
  SHIM_NEEDS_SSHD();
  SHIM_NEEDS("sftp");
  const sshd server;
  const temp_dir dir;
  make_tree(dir / "tree");
  write_file(dir / "batch", "put -R tree there\nls -1 there\nget -R there back\nrm there/empty\n");
  const auto batch = [&](const std::string& program) {
    fs::remove_all(dir / "there");
    fs::remove_all(dir / "back");
    finished end = run({"sftp", "-q", "-S", program, "-F", server.config(), "-b", dir / "batch",
                        "far:" + dir.path()},
                       {.cwd = dir.path()});
    check_same_tree(dir / "tree", dir / "back");
    CHECK_FALSE(fs::exists(dir / "there/empty"));
    return end;
  };
  const finished plain = batch(real_ssh());
  CHECK(plain.status == exited(0));
  CHECK(batch(SHIM_BINARY) == plain);
}

TEST_CASE("a pipeline through tar comes out whole") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  make_tree(dir / "tree");
  fs::create_directories(dir / "there");
  fs::create_directories(dir / "back");
  const std::string shim = quoted(server.argv(SHIM_BINARY, {"far"}));
  // pipefail: a status lost anywhere in the line shows
  const auto line = [&](const std::string& words) {
    return run({"bash", "-o", "pipefail", "-c", words}, {.cwd = dir.path()});
  };
  CHECK(line("tar cf - tree | " + shim + " tar xf - -C " + dir / "there") ==
        finished{.status = exited(0)});
  check_same_tree(dir / "tree", dir / "there/tree");
  CHECK(line(shim + " tar cf - -C " + (dir / "there") + " tree | tar xf - -C back") ==
        finished{.status = exited(0)});
  check_same_tree(dir / "tree", dir / "back/tree");
}
