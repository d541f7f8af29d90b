#include <shim/app/pooled_session.hpp>

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <string_view>

#include <shim/app/pool_opening.hpp>
#include <shim/app/session_forwards.hpp>
#include <shim/app/talk.hpp>
#include <shim/core/ssh_refusal_filter.hpp>
#include <shim/io/argv.hpp>
#include <shim/io/child.hpp>
#include <shim/io/fork_exec.hpp>

namespace shim::app {
namespace {

constexpr std::string_view pool_words_name = "ssh-shim: pooled session";

// No event tells that ssh has made the terminal raw, so it is looked at, for as long as a session
// may take to come.
constexpr int look_every = 100;  // milliseconds
constexpr int most_looks = 1200;

// Each time a session is refused it learns a lower limit; what goes on for longer is no limit.
constexpr int most_moves = 100;

// ssh makes it raw when the session is there, not before (mux.c mux_client_request_session()).
bool session_is_there() {
  termios modes{};
  return ::tcgetattr(STDIN_FILENO, &modes) != 0 || (modes.c_lflag & ICANON) == 0;
}

void show(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// While it lives these come by its fd, and are told on to ssh: whoever signals the session's first
// process means ssh.
class caught_signals {
 public:
  caught_signals() {
    sigset_t caught;
    ::sigemptyset(&caught);
    for (const int each : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM})
      ::sigaddset(&caught, each);
    ::sigprocmask(SIG_BLOCK, &caught, &before_);
    fd_ = io::unique_fd(::signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  caught_signals(const caught_signals&) = delete;
  caught_signals& operator=(const caught_signals&) = delete;
  caught_signals(caught_signals&&) = delete;
  caught_signals& operator=(caught_signals&&) = delete;
  ~caught_signals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

  int fd() const { return fd_.get(); }
  const sigset_t& before() const { return before_; }
  // The next one; 0: none has come.
  int next() const {
    signalfd_siginfo told{};
    return ::read(fd_.get(), &told, sizeof told) == sizeof told ? static_cast<int>(told.ssi_signo)
                                                                : 0;
  }

 private:
  sigset_t before_{};
  io::unique_fd fd_;
};

struct pipe_ends {
  io::unique_fd out;
  io::unique_fd in;
};

pipe_ends make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {io::unique_fd(ends[0]), io::unique_fd(ends[1])};
}

// One ssh of a session, from its start to its end.
class watched_ssh {
 public:
  watched_ssh(const std::vector<std::string>& argv, const caught_signals& signals, bool quiet);

  const std::error_code& error() const { return error_; }
  void run();
  const child_status& end() const { return end_; }
  // The session was not there yet, and will not come.
  const std::optional<ssh_refusal>& refusal() const { return filter_.refusal(); }
  bool told_to_end() const { return told_to_end_; }

 private:
  void take_signals();
  void take_words();
  void tell(const std::string& text) const {
    if (!quiet_) show(text);
  }
  void look_at_terminal();

  const caught_signals& signals_;
  bool quiet_;
  pipe_ends words_ = make_pipe();
  ssh_refusal_filter filter_;
  std::error_code error_;
  io::started_process ssh_;
  int looks_ = most_looks;
  bool told_to_end_ = false;
  child_status end_;
};

watched_ssh::watched_ssh(const std::vector<std::string>& argv, const caught_signals& signals,
                         bool quiet)
    : signals_(signals), quiet_(quiet) {
  const io::argv_array words(argv);
  const pid_t parent = ::getpid();
  const auto become = [&] {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(exit_failure);  // it died before it could be told
    if (words_.in) ::dup2(words_.in.get(), STDERR_FILENO);
    ::sigprocmask(SIG_SETMASK, &signals.before(), nullptr);
    ::execv(argv.front().c_str(), words.get());
  };
  ssh_ = io::fork_exec(become, error_);
  words_.in.reset();
}

void watched_ssh::run() {
  for (bool ended = false; !ended;) {
    std::array<pollfd, 3> events{
        {{ssh_.pidfd.get(), POLLIN, 0}, {words_.out.get(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}}};
    if (::poll(events.data(), events.size(), looks_ > 0 ? look_every : -1) < 0) continue;
    if (looks_ > 0) look_at_terminal();
    if (events[1].revents != 0) take_words();
    if (events[2].revents != 0) take_signals();
    ended = events[0].revents != 0;
  }
  take_words();
  end_ = io::wait_for(ssh_.pid);
  tell(filter_.stop_looking());
}

void watched_ssh::look_at_terminal() {
  --looks_;
  if (!session_is_there()) return;
  looks_ = 0;
  tell(filter_.stop_looking());
}

void watched_ssh::take_words() {
  std::array<char, 4096> bytes{};
  for (;;) {
    const auto got = ::read(words_.out.get(), bytes.data(), bytes.size());
    if (got > 0) {
      tell(filter_.pass({bytes.data(), static_cast<std::size_t>(got)}));
    } else if (got == 0) {
      return words_.out.reset();
    } else if (errno != EINTR) {
      return;
    }
  }
}

void watched_ssh::take_signals() {
  for (int number = signals_.next(); number != 0; number = signals_.next()) {
    ::kill(ssh_.pid, number);
    told_to_end_ = told_to_end_ || number == SIGHUP || number == SIGTERM || number == SIGINT;
  }
}

// Words that this program has spelled; past their end they are empty, and numbers 0.
class word_reader {
 public:
  word_reader(const char* const* begin, const char* const* end) : at_(begin), end_(end) {}

  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  std::string next() { return left() == 0 ? "" : *at_++; }
  std::uint64_t next_number() {
    const auto digits = next();
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  pool_connection next_connection() {
    return parse_pool_connection(next()).value_or(pool_connection{});
  }
  std::vector<std::string> next(std::size_t count) {
    const auto* const begin = at_;
    at_ += std::min(count, left());
    return {begin, at_};
  }

 private:
  const char* const* at_;
  const char* const* end_;
};

constexpr child_status pool_failure{child_status::how::exited, exit_failure};

child_status no_seat(const mux_pool& pool) { return {child_status::how::exited, pool.status()}; }

struct run_end {
  child_status status = pool_failure;
  std::optional<ssh_refusal> refusal{};  // nothing if it had its session, or is not to have one
};

// Signals are caught only meanwhile: a login for another master ends by them. An ssh that is
// refused has its forwards by then, so that they end with each.
run_end run_at(mux_pool::seat& seat, const std::string& lock_directory,
               const std::vector<std::string>& session, bool quiet) {
  session_forwards forwards(seat.path, lock_directory, session);
  forwards.watch();
  const caught_signals signals;
  watched_ssh ssh(at_member(session, seat.path), signals, quiet);
  if (ssh.error()) {
    cannot("run " + session.front(), ssh.error().message());
    return {};
  }
  seat.held_open.reset();
  ssh.run();
  if (ssh.told_to_end() || ssh.end() != pool_failure) return {ssh.end()};
  return {ssh.end(), ssh.refusal()};
}

}  // namespace

std::vector<std::string> options_for_pool(bool quiet) {
  std::vector<std::string> options{"-o", "ControlMaster=no", "-o", "ProxyCommand=false"};
  if (quiet) options.insert(options.end(), {"-o", "LogLevel=ERROR"});
  return options;
}

std::vector<std::string> spelled(const pool_plan& what) {
  std::vector<std::string> words{std::string(pool_words_name),
                                 what.lock_directory,
                                 what.host,
                                 std::to_string(what.most_sessions),
                                 spelled(what.connection),
                                 what.opens_all ? "1" : "0",
                                 what.needs_forwards ? "1" : "0",
                                 std::to_string(what.hosts.size())};
  for (const auto& each : what.hosts) {
    words.insert(words.end(), {each.name, each.path, spelled(each.connection),
                               std::to_string(each.master.size())});
    words.insert(words.end(), each.master.begin(), each.master.end());
  }
  words.insert(words.end(), what.session.begin(), what.session.end());
  return words;
}

std::optional<pool_plan> read_pool_plan(int argc, const char* const* argv) {
  if (argc < 1 || argv[0] != pool_words_name) return std::nullopt;
  word_reader words(argv + 1, argv + argc);
  pool_plan plan;
  plan.lock_directory = words.next();
  plan.host = words.next();
  plan.most_sessions = words.next_number();
  plan.connection = words.next_connection();
  plan.opens_all = words.next_number() != 0;
  plan.needs_forwards = words.next_number() != 0;
  for (auto hosts = words.next_number(); hosts > 0 && words.left() > 0; --hosts) {
    auto& host = plan.hosts.emplace_back();
    host.name = words.next();
    host.path = words.next();
    host.connection = words.next_connection();
    host.master = words.next(words.next_number());
  }
  plan.session = words.next(words.left());
  if (plan.hosts.empty() || plan.session.empty()) return std::nullopt;
  return plan;
}

child_status run_pooled_session(const pool_plan& what) {
  const bool quiet = what.host.empty();
  auto session = what.session;
  const auto& host = what.host;
  mux_pool pool(what);
  auto seat = pool.take_seat();
  const io::sigchld_guard sigchld;
  if (seat && seat->is_first && what.opens_all) begin_pool_opening(what, seat->held_open);
  for (int moves = 0; seat && moves <= most_moves; ++moves) {
    const auto end = run_at(*seat, what.lock_directory, session, quiet);
    if (!end.refusal) return end.status;
    if (end.refusal->what == ssh_refusal::kind::forwarding) {
      if (what.needs_forwards) return end.status;
      if (!quiet) note("this session has no forwards, as not all of them can be had");
      session.insert(session.begin() + 1, {"-o", "ClearAllForwardings=yes"});
      continue;
    }
    // Any other refusal is that of the login which is not to be: its master had gone.
    const bool refused = end.refusal->what == ssh_refusal::kind::session;
    if (refused && moves == 0 && !quiet) {
      note(fmt::format("{} opens no session more in this connection: it goes to another master",
                       host));
    }
    seat = refused ? pool.take_other_seat(*seat) : pool.take_seat();
  }
  if (!seat) return no_seat(pool);
  cannot("open a session", "no master takes it");
  return pool_failure;
}

}  // namespace shim::app
