#include <tests/support/spawn.hpp>

#include <fcntl.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ostream>
#include <string_view>

#include <tests/support/deadline.hpp>
#include <tests/support/temp_dir.hpp>
#include <tests/support/text.hpp>

namespace test {
namespace {

void inherit(environment& env, std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value) env[std::string(name)] = value;
}

environment make_base_environment() {
  static const temp_dir home;
  environment env;
  for (const char* name : {"PATH", "TMPDIR", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                           "TSAN_OPTIONS", "LSAN_OPTIONS", "SHIM_TEST_SSHD"})
    inherit(env, name);
  if (const passwd* me = ::getpwuid(::getuid())) env["USER"] = env["LOGNAME"] = me->pw_name;
  env["HOME"] = env["XDG_RUNTIME_DIR"] = home.path();
  env["SHELL"] = "/bin/sh";
  env["TERM"] = "xterm-256color";
  env["LANG"] = "C.UTF-8";
  return env;
}

environment merged(const environment& changes) {
  environment env = base_environment();
  for (const auto& [name, value] : changes) env[name] = value;
  return env;
}

// For exec: pointers into strings that live until the fork is over.
std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  list.reserve(words.size() + 1);
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

// What the child does between fork and exec: async-signal-safe calls only.
class child_side {
 public:
  child_side(const spawn_request& request, int error_pipe) : request_(request), error_(error_pipe) {
    const environment env = merged(request.options.env);
    path_ = request.argv.front();
    if (path_.find('/') == std::string::npos) path_ = found_in_path(path_, env);
    words_ = request.argv;
    for (const auto& [name, value] : env)
      if (value) variables_.push_back(name + "=" + *value);
    argv_ = pointers(words_);
    envp_ = pointers(variables_);
  }

  [[noreturn]] void run(pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(255);
    restore_signals();
    take_session();
    take_streams();
    take_limits();
    ::execve(path_.c_str(), argv_.data(), envp_.data());
    fail();
  }

 private:
  // Catch2 has handlers, and a test runner may ignore SIGPIPE: the program shall see the defaults.
  void restore_signals() {
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    for (const int signal : request_.options.ignored_signals) ::signal(signal, SIG_IGN);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
  }

  void take_session() {
    ::setsid();
    if (request_.terminal >= 0 && ::ioctl(request_.terminal, TIOCSCTTY, 0) < 0) fail();
  }

  // By way of numbers above 2, as one of the three may be another's place.
  void take_streams() {
    std::array<int, 3> from{request_.in, request_.out, request_.err};
    for (int& fd : from)
      if ((fd = ::fcntl(fd, F_DUPFD_CLOEXEC, 10)) < 0) fail();
    for (int to = 0; to < 3; ++to)
      if (::dup2(from[static_cast<std::size_t>(to)], to) < 0) fail();
  }

  void take_limits() {
    const run_options& options = request_.options;
    if (options.umask) ::umask(*options.umask);
    if (!options.cwd.empty() && ::chdir(options.cwd.c_str()) < 0) fail();
    for (const auto& [resource, limit] : options.limits)
      if (::setrlimit(static_cast<__rlimit_resource>(resource), &limit) < 0) fail();
  }

  [[noreturn]] void fail() {
    const int why = errno;
    [[maybe_unused]] const ssize_t told = ::write(error_, &why, sizeof why);
    ::_exit(255);
  }

  const spawn_request& request_;
  int error_;
  std::string path_;
  std::vector<std::string> words_;
  std::vector<std::string> variables_;
  std::vector<char*> argv_;
  std::vector<char*> envp_;
};

}  // namespace

end_status status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? killed_by(WTERMSIG(wait_status))
                                  : exited(WEXITSTATUS(wait_status));
}

std::ostream& operator<<(std::ostream& out, const end_status& status) {
  if (status.signalled != 0) return out << "killed by SIG" << ::sigabbrev_np(status.signalled);
  return out << "exit status " << status.exited;
}

const environment& base_environment() {
  static const environment env = make_base_environment();
  return env;
}

std::string found_in_path(const std::string& name, const environment& env) {
  const auto path = env.find("PATH");
  if (path == env.end() || !path->second) return {};
  for (std::string& candidate : split(*path->second, ':')) {
    candidate += "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return std::move(candidate);
  }
  return {};
}

owned_fd open_stream(const stream& where) {
  const std::string path = where.where == stream::to::file ? where.path : "/dev/null";
  owned_fd fd(where.where == stream::to::fd
                  ? ::fcntl(where.number, F_DUPFD_CLOEXEC, 3)
                  : ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600));
  if (!fd) throw failure(cannot("open " + path));
  return fd;
}

pid_t spawn(const spawn_request& request) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) throw failure(cannot("make a pipe"));
  const owned_fd error(ends[0]);
  owned_fd error_in_child(ends[1]);
  child_side child(request, error_in_child.get());
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw failure(cannot("fork"));
  if (pid == 0) child.run(parent);
  error_in_child.reset();
  int why = 0;
  if (::read(error.get(), &why, sizeof why) > 0) {
    ::waitpid(pid, nullptr, 0);
    errno = why;
    throw failure(cannot("start " + quoted(request.argv)));
  }
  return pid;
}

owned_fd open_pidfd(pid_t pid) {
  owned_fd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!fd) throw failure(cannot("open a pidfd"));
  return fd;
}

}  // namespace test
