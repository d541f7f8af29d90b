#include <tests/support/sshd.hpp>

#include <grp.h>
#include <poll.h>
#include <pty.h>
#include <pwd.h>
#include <shadow.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/tcp.hpp>
#include <tests/support/text.hpp>

namespace test {
namespace {

// Where Debian's package lands when it is unpacked instead of installed, as installing it would
// start a service.
std::string unpacked() { return std::string(SHIM_SOURCE_DIR) + "/build/sshd"; }

std::string sshd_path() {
  const char* named = std::getenv("SHIM_TEST_SSHD");
  if (named && *named) return named;
  for (const std::string& path : {std::string("/usr/sbin/sshd"), unpacked() + "/usr/sbin/sshd"})
    if (::access(path.c_str(), X_OK) == 0) return path;
  return {};
}

// From OpenSSH 9.8 on sshd is three programs, and the paths of the others are built in.
std::vector<std::string> sshd_words() {
  std::vector<std::string> words;
  const char* more = std::getenv("SHIM_TEST_SSHD_OPTIONS");
  if (more) words = split(more, ' ');
  std::erase(words, "");
  if (more || !sshd_path().starts_with(unpacked())) return words;
  for (const auto& [option, program] :
       {std::pair{"SshdSessionPath", "sshd-session"}, std::pair{"SshdAuthPath", "sshd-auth"}}) {
    const std::string path = unpacked() + "/usr/lib/openssh/" + program;
    if (::access(path.c_str(), X_OK) == 0) words.push_back(std::string("-o") + option + "=" + path);
  }
  return words;
}

bool is_root() { return ::geteuid() == 0; }

// sshd.c pty_setowner() gives a session's terminal to the group `tty` and dies if it may not: an
// ordinary user's sshd can only where devpts is mounted with that group.
bool may_own_ptys() {
  const group* tty = ::getgrnam("tty");
  if (!tty) return true;
  int master = -1;
  int slave = -1;
  if (::openpty(&master, &slave, nullptr, nullptr, nullptr) < 0) return false;
  const owned_fd master_end(master);
  const owned_fd slave_end(slave);
  struct stat what {};
  return ::fstat(slave, &what) == 0 && what.st_gid == tty->gr_gid;
}

bool sudo_works() {
  try {
    return run({"sudo", "-n", "true"}).status == exited(0);
  } catch (const failure&) {
    return false;
  }
}

bool runs_under_sudo() {
  static const bool needed = !is_root() && !may_own_ptys();
  return needed;
}

std::string user_name() {
  const passwd* me = ::getpwuid(::getuid());
  return me ? me->pw_name : std::to_string(::getuid());
}

// sshd without PAM refuses an account whose password is locked (auth.c allowed_user()), as accounts
// that only have keys are; what it reads of /etc/shadow under sudo we cannot see.
bool needs_pam() {
  if (!is_root()) return runs_under_sudo();
  const spwd* mine = ::getspnam(user_name().c_str());
  return mine && mine->sp_pwdp && *mine->sp_pwdp == '!';
}

// One pair of keys for all servers of this run: what a key is worth is not under test.
struct keys {
  keys() {
    for (const std::string& path : {host(), user()})
      run_well({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path});
    write_file(dir / "known_hosts", "* " + read_file(host() + ".pub"));
  }
  std::string host() const { return dir / "host"; }
  std::string user() const { return dir / "user"; }

  temp_dir dir;
};

const keys& shared_keys() {
  static const keys made;
  return made;
}

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// With sudo we may not signal what it runs, so its stdin, which we hold, is its leash.
constexpr const char* leash = R"("$@" & pid=$!; read -r _; kill "$pid")";

}  // namespace

std::optional<std::string> sshd::why_not() {
  if (sshd_path().empty()) return "no sshd: set SHIM_TEST_SSHD, or unpack one into build/sshd";
  if (runs_under_sudo() && !sudo_works())
    return "an ordinary user's sshd cannot give ptys on this machine, and sudo -n does not work";
  return std::nullopt;
}

sshd::sshd(const sshd_options& options) : unwinding_(std::uncaught_exceptions()) {
  if (const auto reason = why_not()) throw failure(*reason);
  if (is_root() || runs_under_sudo()) {
    if (!::getpwnam("sshd")) {
      throw failure(
          "sshd needs an account to drop to: "
          "useradd -r -d /run/sshd -s /usr/sbin/nologin sshd");
    }
    if (is_root()) {
      ::mkdir("/run/sshd", 0755);
    } else {
      run_well({"sudo", "-n", "mkdir", "-p", "/run/sshd"});
    }
  }
  for (int attempt = 0; attempt < 10; ++attempt)  // another may take the port before sshd does
    if (try_start(options)) return;
  throw failure("sshd does not start: " + escaped_tail(log()));
}

sshd::~sshd() {
  if (std::uncaught_exceptions() > unwinding_) show_log();
  if (pid_ <= 0) return;
  // Collected before anything ends: they lose their parent with the server.
  const std::vector<pid_t> family = descendants();
  end_sessions();
  send_signal(pid_, SIGKILL);
  for (const pid_t pid : family) send_signal(pid, SIGKILL);
}

void sshd::show_log() const {
  std::cerr << "-- sshd's log --\n";
  for (const std::string& line : split(log(), '\n')) std::cerr << escaped(line) << "\n";
}

// SIGTERM first, as only then sshd takes the session out of utmp(5).
void sshd::end_sessions() const {
  const deadline end(milliseconds(1000));
  for (const pid_t pid : sessions()) {
    send_signal(pid, SIGCONT);
    send_signal(pid, SIGTERM);
  }
  while (!sessions().empty() && !end.passed()) ::poll(nullptr, 0, 2);
}

bool sshd::try_start(const sshd_options& options) {
  port_ = free_port();
  write_config(options);
  config_ = config_with({});
  write_file(dir_ / "log", "");
  run_options run{.in = stream::piped(), .err = stream::into(dir_ / "log")};
  run.out = run.err;
  server_.emplace(command(), run);
  if (!wait_until_listening()) return false;
  find_pid();
  return true;
}

void sshd::write_config(const sshd_options& options) const {
  const keys& mine = shared_keys();
  std::string set_env = "SetEnv \"HOME=" + *base_environment().at("HOME") + "\"";
  for (const std::string& variable : options.set_env) set_env += " \"" + variable + "\"";
  // Of this one sshd takes the last line (servconf.c).
  const auto sets_startups = [](const std::string& line) {
    return line.starts_with("MaxStartups");
  };
  const std::string startups =
      std::ranges::any_of(options.lines, sets_startups) ? "" : "MaxStartups 100";
  write_file(
      dir_ / "sshd_config",
      lines_of(options.lines) +
          lines_of({"ListenAddress 127.0.0.1", "Port " + std::to_string(port_),
                    "HostKey " + mine.host(), "AuthorizedKeysFile " + mine.user() + ".pub",
                    "PidFile " + dir_ / "pid", "LogLevel VERBOSE",
                    needs_pam() ? "UsePAM yes" : "UsePAM no", "StrictModes no",
                    "PermitRootLogin prohibit-password", "PasswordAuthentication no",
                    "KbdInteractiveAuthentication no", "PrintMotd no", "PrintLastLog no", startups,
                    "AcceptEnv LANG LC_*", "Subsystem sftp internal-sftp", set_env}));
}

// argv[0] must be absolute, as sshd runs itself again for each connection.
std::vector<std::string> sshd::command() const {
  std::vector<std::string> words{sshd_path(), "-D", "-e", "-f", dir_ / "sshd_config"};
  const std::vector<std::string> more = sshd_words();
  words.insert(words.end(), more.begin(), more.end());
  if (!runs_under_sudo()) return words;
  std::vector<std::string> under_sudo{"sudo", "-n", "sh", "-c", leash, "sh"};
  under_sudo.insert(under_sudo.end(), words.begin(), words.end());
  return under_sudo;
}

// False if somebody has taken the port.
bool sshd::wait_until_listening() {
  const deadline end(patience);
  file_watch watch(dir_.path());
  const owned_fd ended = open_pidfd(server_->pid());
  while (!end.passed()) {
    watch.drain();
    const std::string said = log();
    if (said.find("Server listening on") != std::string::npos) return true;
    std::array<pollfd, 2> events{{{.fd = watch.fd(), .events = POLLIN, .revents = 0},
                                  {.fd = ended.get(), .events = POLLIN, .revents = 0}}};
    ::poll(events.data(), events.size(), end.left());
    if (events[1].revents != 0 && log().find("Address already in use") != std::string::npos)
      return false;
    if (events[1].revents != 0) break;
  }
  throw failure("sshd does not start: " + escaped_tail(log()));
}

// Under sudo only sshd itself tells its pid, a moment after it listens.
void sshd::find_pid() {
  pid_ = server_->pid();
  if (!runs_under_sudo()) return;
  const deadline end(patience);
  file_watch watch(dir_.path());
  while (!read_file(dir_ / "pid").ends_with('\n')) {
    if (end.passed()) throw failure("sshd does not write its pid file");
    pollfd made{.fd = watch.fd(), .events = POLLIN, .revents = 0};
    ::poll(&made, 1, end.left());
    watch.drain();
  }
  pid_ = std::stoi(read_file(dir_ / "pid"));
}

std::string sshd::log() const { return read_file(dir_ / "log"); }

std::string sshd::config_with(const std::vector<std::string>& lines) const {
  return config_for(port_, lines);
}

std::string sshd::config_for(std::uint16_t port, const std::vector<std::string>& lines) const {
  const keys& mine = shared_keys();
  static int number = 0;
  std::string path = dir_ / ("ssh_config." + std::to_string(number++));
  write_file(path, lines_of(lines) +
                       lines_of({"Host *", "HostName 127.0.0.1", "Port " + std::to_string(port),
                                 "User " + user_name(), "IdentityFile " + mine.user(),
                                 "IdentitiesOnly yes", "IdentityAgent none",
                                 "UserKnownHostsFile " + (mine.dir / "known_hosts"),
                                 "GlobalKnownHostsFile /dev/null", "StrictHostKeyChecking yes",
                                 "UpdateHostKeys no", "ControlPath none",
                                 // a fifth of the time of 9.2's default
                                 "KexAlgorithms curve25519-sha256"}));
  return path;
}

std::vector<std::string> sshd::argv(std::string program,
                                    const std::vector<std::string>& words) const {
  std::vector<std::string> all{std::move(program), "-F", config_};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

void sshd::stop() {
  send_signal(pid_, SIGSTOP);
  for (const pid_t pid : sessions()) send_signal(pid, SIGSTOP);
  for (const pid_t pid : sessions()) wait_until_stopped(pid, true);
  wait_until_stopped(pid_, true);
}

void sshd::resume() {
  for (const pid_t pid : sessions()) send_signal(pid, SIGCONT);
  send_signal(pid_, SIGCONT);
  wait_until_stopped(pid_, false);
}

std::vector<pid_t> sshd::sessions() const {
  std::vector<pid_t> found = descendants();
  std::erase_if(found, [](pid_t pid) { return !status_line(pid, "Name").starts_with("sshd"); });
  return found;
}

std::vector<pid_t> sshd::descendants() const { return descendants_of(pid_); }

}  // namespace test
