// What a held session keeps to itself, what it leaves alone, and what it gives to those it starts.
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>

#include <tests/support/file.hpp>
#include <tests/support/text.hpp>
#include <tests/system/endings.hpp>
#include <tests/system/held_sessions.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

using namespace test;

namespace {

namespace fs = std::filesystem;

std::string proc(pid_t pid, const std::string& what) {
  return "/proc/" + std::to_string(pid) + "/" + what;
}

std::vector<std::string> with(std::vector<std::string> first,
                              const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

// -- who is who --

struct cast {
  pid_t holder, screen, program;
};

cast cast_of(const told_session& told) {
  return {told.holder, screen_process_of(told.holder), told.pid};
}

// -- secrets --

bool holds(const std::string& path, const std::string& text) {
  return read_file(path).find(text) != std::string::npos;
}

std::vector<std::string> files_with(const std::string& directory, const std::string& text) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file() && holds(entry.path(), text)) found.push_back(entry.path());
  return found;
}

// What others may see of a process, and the memory it shares.
std::vector<std::string> shown_of(pid_t pid, const std::string& text) {
  std::vector<std::string> found;
  for (const char* what : {"cmdline", "environ", "comm"})
    if (holds(proc(pid, what), text)) found.push_back(proc(pid, what));
  for (const int fd : open_fds_of(pid)) {
    const auto path = proc(pid, "fd/" + std::to_string(fd));
    std::error_code gone;
    if (fs::read_symlink(path, gone).string().starts_with("/memfd:") && holds(path, text))
      found.push_back(path);
  }
  return found;
}

// -- strace --

const std::vector<std::string>& permission_calls() {
  static const std::vector<std::string> calls{"chmod", "fchmod", "fchmodat", "fchmodat2",
                                              "chown", "fchown", "lchown",   "fchownat"};
  return calls;
}

// Calls that a machine does not have are passed over.
std::vector<std::string> traced_into(const std::string& file, std::vector<std::string> words) {
  std::string calls = "execve";
  for (const auto& each : permission_calls()) calls += ",?" + each;
  return with({"strace", "-f", "-qq", "-e", "trace=" + calls, "-o", file}, words);
}

std::vector<std::string> changes_in(const std::string& trace) {
  std::vector<std::string> changes;
  for (auto& line : split(trace, '\n')) {
    const auto is_in_it = [&](const auto& call) {
      return line.find(" " + call + "(") != std::string::npos;
    };
    if (std::ranges::any_of(permission_calls(), is_in_it)) changes.push_back(std::move(line));
  }
  return changes;
}

// -- what is inherited --

using lines = std::vector<std::string>;

lines sorted_lines(const std::string& text, char end) {
  auto all = split(text, end);
  std::ranges::sort(all);
  return all;
}

// Of `more`, what is not in `fewer`: "name=value".
lines beyond(const lines& more, const lines& fewer) {
  lines beyond;
  std::ranges::set_difference(more, fewer, std::back_inserter(beyond));
  return beyond;
}

// As ls(1) lists its own; the last one is the directory that it reads.
constexpr const char* standard_streams_and_ls = "0\n1\n2\n3\n";

}  // namespace

TEST_CASE("nothing that is typed unseen gets into a file, a command line or shared memory") {
  SHIM_NEEDS_SSHD();
  const std::string here = "typed-at-a-local-prompt";
  const std::string far = "typed-at-the-far-end";
  const std::string seen = "seen-by-everybody";
  const temp_dir keys;
  run_well({"ssh-keygen", "-q", "-t", "ed25519", "-N", here, "-f", keys / "key"});
  const sshd server({.lines = {"AuthorizedKeysFile " + (keys / "key.pub")}});
  const temp_dir home;
  const held_place place;
  auto options = place.options({{"HOME", home.path()}, {"TMPDIR", home.path()}});
  const auto found = [&](const std::string& text, const std::vector<pid_t>& processes) {
    auto all = with(files_with(home.path(), text), files_with(place.path(), text));
    for (const pid_t each : processes) all = with(std::move(all), shown_of(each, text));
    return all;
  };
  held_terminal user(place);
  user->start(server.argv(SHIM_BINARY, {"-i", keys / "key", "-t", "far",
                                        "stty -echo; echo name?; read -r secret; "
                                        "echo '" +
                                            seen + "'; read -r end"}),
              options);
  user->expect("Enter passphrase for key");
  user->type(here + "\r");
  user->expect("name?\r\n");
  user->type(far + "\r");
  user->expect(seen);
  const auto told = place.wait_until_shown("far");
  const auto [holder, screen, ssh] = cast_of(told);
  const std::vector<pid_t> with_client{user->pid(), holder, screen, ssh};
  for (const auto& secret : {here, far}) CHECK(found(secret, with_client) == lines());
  CHECK_FALSE(found(seen, {user->pid()}).empty());  // in the ring
  user.detach("far");
  place.wait_until_detached("far");
  for (const auto& secret : {here, far}) CHECK(found(secret, {holder, screen, ssh}) == lines());
  held_terminal other(place);
  other->start({SHIM_BINARY, "attach", "far"}, options);
  other->expect(seen);
  for (const auto& secret : {here, far})
    CHECK(found(secret, {other->pid(), holder, screen, ssh}) == lines());
  other->type("\r");
  CHECK(other.end() == exited(0));
  place.wait_until_nothing_runs();
  for (const auto& secret : {here, far}) CHECK(found(secret, {}) == lines());
  // What would be found.
  write_file(home / "file", "before " + here + " behind");
  CHECK(found(here, {}) == lines{home / "file"});
}

TEST_CASE("no process of a session's changes the mode or the owner of anything") {
  SHIM_NEEDS_SSHD();
  SHIM_NEEDS("strace");
  const temp_dir dir;
  if (run(traced_into(dir / "trial", {"chmod", "600", dir / "trial"})).status != exited(0))
    SHIM_SKIP("nothing can be traced here");
  CHECK(changes_in(read_file(dir / "trial")).size() == 1);  // a change is seen
  const sshd server;
  const held_place place;
  const auto start = [&](held_terminal& user, const std::string& trace, const lines& words) {
    user->start(traced_into(dir / trace, words), place.options({no_search_for_leaks()}));
  };
  held_terminal first(place);
  start(first, "first", server.argv(SHIM_BINARY, far_echo()));
  first->expect("ready\r\n");
  first->type("~D");
  first->expect("[detached from far]\r\n");
  const auto told = place.wait_until_detached("far");
  held_terminal second(place);
  start(second, "second", {SHIM_BINARY, "attach", "far"});
  second->expect("ready");
  second->resize({30, 90});
  second->type("exit\r");
  CHECK(second.end() == exited(0));
  first.end();  // strace's, which waits for all that it traces
  place.wait_until_nothing_runs();
  const auto whole = read_file(dir / "first");
  CHECK(whole.find("execve(\"" + real_ssh()) != std::string::npos);
  CHECK(whole.find("ssh-shim: screen") != std::string::npos);
  CHECK(changes_in(whole) == lines());
  CHECK(changes_in(read_file(dir / "second")) == lines());
}

TEST_CASE(
    "no process of this user can look into a holder or a screen process, and no core is left") {
  const temp_dir dir;
  const held_place place;
  // Root may look at everybody, unless it gives up what lets it.
  const lines without_right{"setpriv", "--bounding-set", "-all", "--inh-caps", "-all"};
  const bool can_drop = run(with(without_right, {"true"})).status == exited(0);
  if (!can_drop && ::geteuid() == 0) SHIM_SKIP("no right can be given up here");
  const auto restricted = [&](const lines& words) {
    return can_drop ? with(without_right, words) : words;
  };
  auto options = place.options({uncaught_crashes()});
  options.cwd = dir.path();
  rlimit cores{};
  ::getrlimit(RLIMIT_CORE, &cores);
  cores.rlim_cur = cores.rlim_max;
  options.limits = {{RLIMIT_CORE, cores}};
  REQUIRE(
      run(restricted({SHIM_BINARY, "hold", "--detached", "--name", "one", "--", "cat"}), options)
          .status == exited(0));
  const auto told = place.wait_until_detached("one");
  const auto [holder, screen, program] = cast_of(told);
  const auto can_open = [&](pid_t pid, const char* what) {
    return run(restricted({"dd", "status=none", "count=0", "if=" + proc(pid, what)})).status ==
           exited(0);
  };
  for (const char* what : {"maps", "environ", "auxv"}) {
    CAPTURE(what);
    CHECK(can_open(program, what));
    CHECK_FALSE(can_open(holder, what));
    CHECK_FALSE(can_open(screen, what));
  }
  CHECK_FALSE(can_open(holder, "mem"));
  CHECK_FALSE(can_open(screen, "mem"));

  const auto core_limit = [](pid_t pid) {
    for (const auto& line : split(read_file(proc(pid, "limits")), '\n'))
      if (line.starts_with("Max core file size")) return line;
    return std::string();
  };
  const auto none = core_limit(holder);
  CHECK(none.find(" 0                    0 ") != std::string::npos);
  CHECK(core_limit(screen) == none);
  if (cores.rlim_max != 0) CHECK(core_limit(program) != none);  // the user's own

  send_signal(holder, SIGSEGV);
  int status = 0;
  const deadline end(patience);
  while (::waitpid(holder, &status, WNOHANG) != holder) {
    if (end.passed()) throw failure("the holder does not end");
    ::poll(nullptr, 0, 1);
  }
  CHECK(status_of(status) == killed_by(SIGSEGV));
  CHECK_FALSE(WCOREDUMP(status));
  place.wait_until_nothing_runs();
  CHECK(fs::is_empty(dir.path()));
}

TEST_CASE("ssh in a session has the user's environment, and one variable more") {
  SHIM_NEEDS_SSHD();
  const sshd server({.lines = {"AcceptEnv *"}});
  const held_place place;
  const temp_dir dir;
  const auto environment_of = [&](const std::string& program) {
    terminal user;
    // Into a file at the far end: a line of it may be wider than the terminal.
    const auto file = dir / "environment";
    user.start(server.argv(program, {"-o", "SendEnv=*", "-t", "far",
                                     "env >" + file + "; echo ready; read -r end"}),
               place.options({{"MINE", "as it is"}}));
    user.expect("ready");
    const pid_t ssh = program == SHIM_BINARY ? ssh_of(user) : user.pid();
    const auto own = sorted_lines(read_file(proc(ssh, "environ")), '\0');
    auto far = sorted_lines(read_file(file), '\n');
    // Each connection has a port, and a terminal, of its own.
    std::erase_if(far, [](const auto& line) {
      return line.starts_with("SSH_CLIENT=") || line.starts_with("SSH_CONNECTION=") ||
             line.starts_with("SSH_TTY=");
    });
    user.type("\r");
    CHECK(user.wait_exit() == exited(0));
    return std::pair(own, far);
  };
  const auto [own, far] = environment_of(real_ssh());
  const auto [own_in_session, far_in_session] = environment_of(SHIM_BINARY);
  CHECK(std::ranges::binary_search(own_in_session, std::string("MINE=as it is")));
  CHECK(beyond(own_in_session, own) == lines{"SSH_SHIM_DEPTH=1"});
  CHECK(beyond(own, own_in_session) == lines());
  CHECK(std::ranges::binary_search(far_in_session, std::string("MINE=as it is")));
  CHECK(beyond(far_in_session, far) == lines{"SSH_SHIM_DEPTH=1"});
  CHECK(beyond(far, far_in_session) == lines());
}

TEST_CASE("nothing of ours is in the environment at the far end unless it is sent") {
  SHIM_NEEDS_SSHD();
  const sshd server({.lines = {"AcceptEnv *"}});
  const held_place place;
  held_terminal user(place);
  user.open(server, {"-t", "far", "env; echo ready"});
  const auto shown = user->expect("ready\r\n");
  CHECK(shown.find("SSH_TTY=") != std::string::npos);
  for (const char* name : {"SSH_SHIM", "LD_PRELOAD"}) CHECK(shown.find(name) == std::string::npos);
  CHECK(user.end() == exited(0));
}

TEST_CASE("a program that is held has the user's environment") {
  const held_place place;
  const temp_dir dir;
  const auto options = place.options({{"MINE", "as it is"}});
  const auto into = [&](const std::string& file) {
    return lines{"sh", "-c", "env >" + file + "~; mv " + file + "~ " + file + "; exec cat"};
  };
  run_well(with({SHIM_BINARY, "hold", "--detached", "--name", "one", "--"}, into(dir / "held")),
           options);
  process plain(into(dir / "plain"), {.env = options.env, .in = stream::piped()});
  const auto read = [&](const std::string& file) {
    const file_watch watch(dir.path());
    const deadline end(patience);
    while (!fs::exists(file)) {
      if (end.passed()) throw failure("there is no " + file);
      pollfd watched{.fd = watch.fd(), .events = POLLIN, .revents = 0};
      ::poll(&watched, 1, end.left());
    }
    return sorted_lines(read_file(file), '\n');
  };
  CHECK(read(dir / "held") == read(dir / "plain"));
}

TEST_CASE("what ssh runs by the way, and what is held, has no descriptor of ours but 0, 1 and 2") {
  SHIM_NEEDS_SSHD();
  const sshd server;
  const held_place place;
  const temp_dir dir;
  const auto list_into = [&](const std::string& file) {
    return "ls /proc/self/fd >" + (dir / file);
  };
  // ssh ends what it is connected by once that has closed its stdout.
  const std::string list_by_pipe = "ls /proc/self/fd | cat >" + (dir / "proxy");
  // The user's own shell may have left something open.
  const lines untidy{"sh", "-c", "exec 7</dev/null 8</dev/null; exec \"$@\"", "sh"};
  {
    held_terminal user(place);
    user->start(with(untidy, server.argv(SHIM_BINARY, {"-o", "PermitLocalCommand=yes", "-o",
                                                       "LocalCommand=" + list_into("local"), "-t",
                                                       "far", "echo ready; read -r end"})),
                place.options());
    user->expect("ready");
    place.wait_until_shown("far");
    user->type("\r");
    CHECK(user.end() == exited(0));
  }
  CHECK(read_file(dir / "local") == standard_streams_and_ls);
  {
    held_terminal user(place);
    user->start(
        with(untidy, server.argv(SHIM_BINARY, {"-o", "ProxyCommand=" + list_by_pipe, "far"})),
        place.options());
    CHECK(user.end() == exited(255));
  }
  CHECK(read_file(dir / "proxy") == standard_streams_and_ls);
  {
    held_terminal user(place);
    user->start({SHIM_BINARY, "hold", "--", "sh", "-c", list_into("held")}, place.options());
    CHECK(user.end() == exited(0));
    terminal plain;
    plain.start({"sh", "-c", list_into("plain")}, place.options());
    CHECK(plain.wait_exit() == exited(0));
  }
  // What is held has what the user left open, as it would have without us.
  CHECK(read_file(dir / "held") == read_file(dir / "plain"));
}
