// Several hosts of ssh's configuration that are one pool of mux masters.
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include <tests/support/fd.hpp>
#include <tests/support/file.hpp>
#include <tests/support/text.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/masters.hpp>
#include <tests/system/same_as_ssh.hpp>

using namespace test;

namespace {

constexpr milliseconds many_hosts{120'000};

const std::string three_hosts = "pool = [\"a\", \"b\", \"c\"]\n";

sshd_options limited_to(int count) { return {.lines = {"MaxSessions " + std::to_string(count)}}; }

// The three hosts, each with a ControlPath of its own; what is left of their masters is killed.
class host_pool {
 public:
  // Lines for ssh's configuration, before those that are for all hosts.
  host_pool(const sshd& server, const std::string& toml, strings lines = {})
      : server_(server), toml_(dir_ / "config.toml") {
    write_file(toml_, toml);
    std::filesystem::create_directory(sockets_);
    for (const auto& each : {std::string("Host *"), "ControlPath " + sockets_ + "/%n",
                             std::string("ControlPersist yes")})
      lines.push_back(each);
    config_ = server.config_with(lines);
  }
  host_pool(const host_pool&) = delete;
  host_pool& operator=(const host_pool&) = delete;
  ~host_pool() = default;

  std::unique_ptr<held_terminal> open(const std::string& host, const strings& options = {},
                                      const environment& more = {}) const {
    strings words{SHIM_BINARY, "--config", toml_, "-F", config_};
    words.insert(words.end(), options.begin(), options.end());
    auto far = far_echo();
    *std::ranges::find(far, "far") = host;
    words.insert(words.end(), far.begin(), far.end());
    auto user = std::make_unique<held_terminal>(place_);
    (*user)->start(words, place_.options(more));
    return user;
  }

  // One that is there; what it showed until then.
  std::unique_ptr<held_terminal> open_ready(const std::string& host, const strings& options = {},
                                            const environment& more = {}) const {
    auto user = open(host, options, more);
    (*user)->expect("ready\r\n");
    return user;
  }

  void plain_ssh(strings words) const {
    words.insert(words.begin(), {real_ssh(), "-F", config_});
    run_well(words);
  }

  // Without those that are just being made.
  strings sockets() const {
    strings all;
    for (const auto& each : std::filesystem::directory_iterator(sockets_))
      if (!each.path().has_extension()) all.push_back(each.path().filename());
    std::ranges::sort(all);
    return all;
  }

  void end_masters() const {
    for (const auto& each : sockets())
      run({real_ssh(), "-F", config_, "-S", sockets_ + "/" + each, "-O", "exit", "a"});
  }

  std::string file(const std::string& name) const { return dir_ / name; }
  std::size_t logged_in() const { return logins(server_); }

 private:
  const sshd& server_;
  temp_dir dir_;
  std::string toml_;
  std::string sockets_ = dir_ / "s";
  std::string config_;
  orphanage orphanage_;
  held_place place_;
};

std::string this_user() { return ::getpwuid(::getuid())->pw_name; }

std::string shown_at(const std::unique_ptr<held_terminal>& user) { return (*user)->output(); }

bool was_told(const std::unique_ptr<held_terminal>& user, std::string_view text) {
  return shown_at(user).find(text) != std::string::npos;
}

// An ssh that tells what it was called with where it is to be a master, or does more before it.
std::string telling_ssh(const host_pool& pool, const std::string& more = "") {
  const auto path = pool.file("ssh");
  write_file(path,
             "#!/bin/sh\n"
             "case \"$*\" in *ControlMaster=yes*)\n"
             "  for last; do :; done; echo \"$last\" >> " +
                 pool.file("log") + ";;\nesac\n" + more + "exec " + real_ssh() + " \"$@\"\n",
             0700);
  return path;
}

// At which logins in the background wait.
class login_gate {
 public:
  explicit login_gate(const host_pool& pool) : path_(pool.file("gate")) {
    if (::mkfifo(path_.c_str(), 0600) != 0) throw failure("no FIFO can be made");
    fd_ = owned_fd(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
  }

  std::string script() const {
    return "case \"$*\" in *BatchMode=yes*) read -r _ < " + path_ + ";; esac\n";
  }
  void let_one_pass() const {
    if (::write(fd_.get(), "\n", 1) != 1) throw failure("nothing can be written to a FIFO");
  }

 private:
  std::string path_;
  owned_fd fd_;
};

void wait_for_socket(const host_pool& pool, const std::string& name) {
  wait_until([&] { return std::ranges::count(pool.sockets(), name) == 1; }, "the master " + name);
}

}  // namespace

TEST_CASE("30 sessions at once to three hosts that are one pool make no more logins than to one") {
  SHIM_NEEDS_SSHD();
  const auto toml = GENERATE(as<std::string>(), "max_sessions = 3\n", "");
  const sshd server(limited_to(3));
  const host_pool pool(server, toml + three_hosts);
  std::vector<std::unique_ptr<held_terminal>> users;
  for (int each = 0; each < 10; ++each)
    for (const auto* host : {"a", "b", "c"}) users.push_back(pool.open(host));
  for (auto& user : users) (*user)->expect("ready\r\n", many_hosts);
  CHECK(pool.logged_in() == 10);
  const auto sockets = pool.sockets();
  CHECK(sockets.size() == 10);
  for (const auto* host : {"a", "b", "c", "a-2", "a-8"})
    CHECK(std::ranges::find(sockets, host) != sockets.end());
  for (auto& user : users) {
    (*user)->type("word\r");
    (*user)->expect("<word>\r\n");
    CHECK_FALSE(was_told(user, "refused by peer"));
    (*user)->type("exit 3\r");
    CHECK(user->end() == exited(3));
  }
  pool.end_masters();
}

TEST_CASE("the masters of a pool of hosts are begun in the order of the list, each as its host's") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const host_pool pool(server, "max_sessions = 1\n" + three_hosts);
  const environment ssh{{"SSH_SHIM_SSH", telling_ssh(pool)}};
  const auto one = pool.open_ready("c", {}, ssh);
  CHECK(pool.sockets() == strings{"a"});
  const auto two = pool.open_ready("a", {}, ssh);
  const auto three = pool.open_ready("b", {}, ssh);
  CHECK(pool.sockets() == strings{"a", "b", "c"});
  SECTION("and when all are full one more of the first host's") {
    const auto four = pool.open_ready("c", {}, ssh);
    CHECK(pool.sockets() == strings{"a", "a-2", "b", "c"});
    CHECK(read_file(pool.file("log")) == "a\nb\nc\na\n");
    CHECK(pool.logged_in() == 4);
  }
  SECTION("a place that was left is taken again, whichever host's it is") {
    (*two)->type("exit 0\r");
    CHECK(two->end() == exited(0));
    const auto next = pool.open_ready("c", {}, ssh);
    CHECK(pool.logged_in() == 3);
  }
  SECTION("a user who is given goes with each") {
    const auto four = pool.open_ready(this_user() + "@b", {}, ssh);
    CHECK(read_file(pool.file("log")) == "a\nb\nc\n" + this_user() + "@a\n");
  }
  pool.end_masters();
}

TEST_CASE("masters that plain ssh has opened at the hosts of a pool are used first") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const host_pool pool(server, "max_sessions = 1\n" + three_hosts);
  pool.plain_ssh({"-fNM", "b"});
  pool.plain_ssh({"-fNM", "c"});
  const auto one = pool.open_ready("a");
  const auto two = pool.open_ready("a");
  CHECK(pool.logged_in() == 2);
  CHECK(pool.sockets() == strings{"b", "c"});
  const auto three = pool.open_ready("a");
  CHECK(pool.logged_in() == 3);
  CHECK(pool.sockets() == strings{"a", "b", "c"});
  pool.end_masters();
}

TEST_CASE("a host that the list does not name may have it nevertheless") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const host_pool pool(server, "max_sessions = 1\n" + three_hosts);
  const auto one = pool.open_ready("other");
  const auto two = pool.open_ready("other");
  CHECK(pool.sockets() == strings{"a", "b"});
  pool.end_masters();
}

TEST_CASE("a host of the list that cannot be in the pool is left out, and a line says so") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  struct row {
    strings lines;
    std::string why;
  };
  const auto [lines, why] = GENERATE(values<row>({
      {{"Host b", "Compression yes"}, "it has other options of the connection than the session's"},
      {{"Host b", "HostName localhost"},
       "it has other options of the connection than the session's"},
      {{"Host b", "ControlPath none"}, "ssh's configuration has no ControlPath for it"},
      {{"Host b", "ControlPath /tmp/" + std::string(90, 'x')}, "has at most"},
  }));
  CAPTURE(why);
  const host_pool pool(server, "max_sessions = 1\n" + three_hosts, lines);
  const auto one = pool.open_ready("a");
  CHECK(was_told(one, "b is not in the pool: "));
  CHECK(was_told(one, why));
  const auto two = pool.open_ready("c");
  CHECK(pool.sockets() == strings{"a", "c"});
  const auto quiet = pool.open_ready("c", {"-q"});
  CHECK(shown_at(quiet) == "ready\r\n");
  pool.end_masters();
}

TEST_CASE("where all hosts of a pool have one ControlPath its masters are at that") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const temp_dir dir;
  const host_pool pool(server, "max_sessions = 1\n" + three_hosts);
  const auto one = pool.open_ready("b", {"-S", pool.file("s/one")});
  CHECK(was_told(one, "b is not in the pool: its ControlPath is that of another one"));
  CHECK(was_told(one, "c is not in the pool: its ControlPath is that of another one"));
  const auto two = pool.open_ready("c", {"-S", pool.file("s/one")});
  CHECK(pool.sockets() == strings{"one", "one-2"});
  CHECK(pool.logged_in() == 2);
  pool.end_masters();
}

TEST_CASE("where no host of the list can be in the pool the session's own ControlPath is one") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const host_pool pool(server, "max_sessions = 1\npool = [\"d\"]\n", {"Host d", "Compression yes"});
  const auto one = pool.open_ready("a");
  CHECK(was_told(one, "d is not in the pool: "));
  const auto two = pool.open_ready("a");
  CHECK(pool.sockets() == strings{"a", "a-2"});
  pool.end_masters();
}

TEST_CASE("a session with other connection options has masters of its own in a pool of hosts") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const host_pool pool(server, three_hosts);
  const auto one = pool.open_ready("a");
  const auto other = pool.open_ready("b", {"-o", "Compression=yes"});
  CHECK(pool.logged_in() == 2);
  const auto same = pool.open_ready("c", {"-o", "Compression=yes"});
  CHECK(pool.logged_in() == 2);
  CHECK(pool.sockets() == strings{"a", "b"});
  pool.end_masters();
}

TEST_CASE(
    "a pool of hosts may be opened as a whole by its first session, which waits for its own") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const host_pool pool(server, "pool_open = \"all\"\n" + three_hosts);
  const login_gate gate(pool);
  const environment ssh{{"SSH_SHIM_SSH", telling_ssh(pool, gate.script())}};
  const auto one = pool.open_ready("b", {}, ssh);
  CHECK(pool.sockets() == strings{"a"});
  for (const auto* host : {"b", "c"}) {
    gate.let_one_pass();
    wait_for_socket(pool, host);
  }
  CHECK(pool.logged_in() == 3);
  CHECK(read_file(pool.file("log")) == "a\nb\nc\n");
  const auto two = pool.open_ready("b", {}, ssh);
  const auto three = pool.open_ready("b", {}, ssh);
  CHECK(pool.logged_in() == 3);
  CHECK(shown_at(one).find("logging in") == shown_at(one).rfind("logging in"));
  pool.end_masters();
}

TEST_CASE("a host of a pool that cannot be opened as one of all is opened when it is needed") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const host_pool pool(server, "max_sessions = 1\npool_open = \"all\"\n" + three_hosts);
  const auto fails = "case \"$*\" in *BatchMode=yes*) [ \"$last\" = b ] && exit 255;; esac\n";
  const environment ssh{{"SSH_SHIM_SSH", telling_ssh(pool, fails)}};
  const auto one = pool.open_ready("a", {}, ssh);
  wait_for_socket(pool, "c");
  CHECK(pool.sockets() == strings{"a", "c"});
  const auto two = pool.open_ready("a", {}, ssh);
  CHECK(pool.logged_in() == 2);
  const auto three = pool.open_ready("a", {}, ssh);
  CHECK(pool.logged_in() == 3);
  CHECK(pool.sockets() == strings{"a", "b", "c"});
  pool.end_masters();
}

TEST_CASE("what opens a pool's other masters goes on when its session has ended") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const host_pool pool(server, "pool_open = \"all\"\n" + three_hosts);
  const login_gate gate(pool);
  const auto one = pool.open_ready("a", {}, {{"SSH_SHIM_SSH", telling_ssh(pool, gate.script())}});
  (*one)->type("\r~.");
  CHECK(one->end() == exited(255));
  gate.let_one_pass();
  wait_for_socket(pool, "b");
  gate.let_one_pass();
  wait_for_socket(pool, "c");
  pool.end_masters();
}
