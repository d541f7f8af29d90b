#include <shim/app/start.hpp>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <shim/app/config.hpp>
#include <shim/app/environment.hpp>
#include <shim/app/find_ssh.hpp>
#include <shim/app/join_master.hpp>
#include <shim/app/master_login.hpp>
#include <shim/app/options.hpp>
#include <shim/app/pool_hosts.hpp>
#include <shim/app/pooled_session.hpp>
#include <shim/app/session.hpp>
#include <shim/app/session_forwards.hpp>
#include <shim/app/session_options.hpp>
#include <shim/app/start_notices.hpp>
#include <shim/app/supervise.hpp>
#include <shim/app/talk.hpp>
#include <shim/app/verbs.hpp>
#include <shim/core/mux_pool.hpp>
#include <shim/core/session_name.hpp>
#include <shim/core/ssh_settings.hpp>
#include <shim/core/transparency.hpp>
#include <shim/io/argv.hpp>
#include <shim/io/capture.hpp>
#include <shim/io/child.hpp>
#include <shim/io/error.hpp>
#include <shim/io/tty.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

using namespace std::chrono_literals;

using word_span = std::span<const std::string_view>;

// `ssh -G` runs Match exec commands and may resolve names. A session does without what it does not
// tell in time; one of a pool would be a login of its own.
constexpr auto settings_deadline = 2s;
constexpr auto settings_deadline_of_pool = 60s;

// Cannot occur in UTF-8 text, so it is hardly ever typed. The second is for who has the first.
constexpr escape_char private_escape{0xff};
constexpr escape_char other_private_escape{0xfe};

// Of a master that is not to stay: until its session has joined it. ssh counts whole seconds
// (clientloop.c set_control_persist_exit_time()), so that one may be over at once.
constexpr auto least_persist = "2";

// Nobody waits long to hear of other sessions.
constexpr auto notice_time = 100ms;

constexpr ssh_version first_with_info{10, 3};

// A stdout that is another terminal than stdin is not ours to write to.
surroundings look_around() {
  return {::isatty(STDIN_FILENO) != 0, io::same_terminal(STDIN_FILENO, STDOUT_FILENO),
          environment("TERM"), environment("SSH_SHIM") == "off"};
}

// One that is redirected stays ssh's own, which a holder could not keep.
bool stderr_is_terminal() { return io::same_terminal(STDERR_FILENO, STDIN_FILENO); }

// An ssh being asked for its version; both questions of a start run at the same time.
class version_question {
 public:
  explicit version_question(const std::string& ssh)
      : run_(ssh, {ssh, "-V"}, io::capture::stream::err) {}

  ssh_version answer() {
    const auto said = run_.finish(std::chrono::steady_clock::now() + settings_deadline);
    return said ? parse_ssh_version(said->text).value_or(ssh_version{}) : ssh_version{};
  }

 private:
  io::capture run_;
};

// A start on its way from words to ssh.
class starter {
 public:
  starter(word_span words, std::string ssh, bool called_as_ssh)
      : words_(words), ssh_(std::move(ssh)), called_as_ssh_(called_as_ssh) {}

  int run();

 private:
  int transparent();
  int ask_ssh();
  int shim(const std::optional<ssh_settings>& settings, ssh_version version);
  std::optional<child_status> taken_up(const config& config) const;
  void tell_of_others(const std::optional<ssh_settings>& settings) const;
  void give_program(session_request& to, const std::optional<ssh_settings>& settings,
                    const relay_options& relay, bool quiet) const;
  void ask_pool_hosts(const config& config, pool_question& question) const;
  bool is_pooled(const std::optional<ssh_settings>& settings, const config& config,
                 bool quiet) const;
  std::vector<std::string> pool_words(const ssh_settings& settings, const relay_options& relay,
                                      const config& config, bool quiet) const;
  std::vector<pool_host> pool_hosts(const ssh_settings& settings, bool quiet) const;
  std::vector<std::string> master_argv(const ssh_settings& settings, std::string_view drop,
                                       std::string_view destination) const;
  config configured(std::string_view host, bool quiet);
  relay_options relay_for(const std::optional<ssh_settings>& settings, ssh_version version,
                          const config& config);
  holding held_by(const std::optional<ssh_settings>& settings, const config& config) const;
  escape_char typed_escape(const std::optional<ssh_settings>& settings) const;
  std::vector<std::string> argv_with(std::vector<std::string> first, std::string_view drop) const {
    return argv_to(given_destination(), std::move(first), drop);
  }
  std::vector<std::string> argv_to(std::string_view destination, std::vector<std::string> first,
                                   std::string_view drop) const;
  std::string_view given_destination() const;
  std::string_view host() const;  // in it
  bool has_option(char letter) const;
  bool leaves_it_running() const;

  word_span words_;
  std::string ssh_;
  bool called_as_ssh_;
  ssh_argv argv_;
  options options_;
  pool_connection connection_;  // of what ssh has told
  std::vector<pool_candidate> candidates_;
  std::optional<known_sessions> others_;
};

int starter::run() {
  ssh_version version;
  if (depends_on_version(words_, option_takes_value)) version = version_question(ssh_).answer();
  argv_ = scan_ssh_argv(words_, version, option_takes_value);
  auto read = read_options(argv_.long_options);
  if (const auto* error = std::get_if<option_error>(&read)) {
    cannot(error->what, error->why);
    return exit_failure;
  }
  options_ = std::get<options>(std::move(read));
  if (options_.help) return print_help(), EXIT_SUCCESS;
  if (options_.version) return print_version(), EXIT_SUCCESS;
  if (const auto& file = options_.config_file; file && ::access(file->c_str(), R_OK) != 0) {
    cannot("read " + *file, io::last_error().message());
    return exit_failure;
  }
  if (options_.detached && environment("SSH_SHIM") == "off") {
    cannot("use --detached", "SSH_SHIM=off in the environment allows no session");
    return exit_failure;
  }
  if (leaves_it_running()) return ask_ssh();
  return choose_mode(argv_, look_around()) == ssh_mode::transparent ? transparent() : ask_ssh();
}

// argv[0] is ssh's absolute path: ProxyJump runs it again (ssh.c).
std::vector<std::string> starter::argv_to(std::string_view destination,
                                          std::vector<std::string> first,
                                          std::string_view drop) const {
  auto argv = std::move(first);
  argv.insert(argv.begin(), ssh_);
  std::vector<std::string_view> words(words_.begin(), words_.end());
  if (argv_.destination) words[*argv_.destination] = destination;
  for (auto& word : without_options(words, argv_, drop)) argv.push_back(std::move(word));
  return argv;
}

int starter::transparent() {
  const auto argv = argv_with({}, "");
  const auto limit = options_.timeout.value_or(0ms);
  if (limit > 0ms)
    end_like(supervise(ssh_, argv, {limit, options_.kill_after.value_or(default_kill_after)}));
  const io::argv_array words(argv);
  ::execv(ssh_.c_str(), words.get());
  cannot("run " + ssh_, io::last_error().message());
  return exit_failure;
}

int starter::ask_ssh() {
  const auto asked_at = std::chrono::steady_clock::now();
  std::optional<ssh_settings> settings;
  ssh_version version;
  // As far as that is known without ssh's settings.
  const auto early = read_config(config_files(options_.config_file), host()).values;
  {
    const io::sigchld_guard sigchld;
    io::capture dump(ssh_, argv_with({"-G"}, ""), io::capture::stream::out);
    version_question version_asked(ssh_);
    pool_question hosts_asked;
    if (early.pool) ask_pool_hosts(early, hosts_asked);
    others_.emplace(notice_time);  // while ssh thinks
    const bool is_for_pool = options_.pool || early.pool;
    const auto deadline = asked_at + (is_for_pool ? settings_deadline_of_pool : settings_deadline);
    const auto said = dump.finish(deadline);
    if (said && said->status != 0) {
      hosts_asked = {};      // not left to the ssh that this becomes
      return transparent();  // ssh says best itself what is wrong
    }
    if (said) settings = parse_ssh_settings(said->text);
    if (said) connection_ = connection_of(said->text, environment);
    version = version_asked.answer();
    candidates_ = hosts_asked.answers(deadline);
  }
  if (leaves_it_running()) return shim(settings, version);
  const auto mode = settings ? choose_mode(argv_, *settings) : choose_mode_unanswered(argv_);
  return mode == ssh_mode::transparent ? transparent() : shim(settings, version);
}

int starter::shim(const std::optional<ssh_settings>& settings, ssh_version version) {
  const bool quiet = settings ? settings->quiet : has_option('q');
  const auto config = configured(settings ? settings->host : host(), quiet);
  if (options_.attach)
    if (const auto end = taken_up(config)) end_like(*end);
  if (!quiet) tell_of_others(settings);
  auto relay = relay_for(settings, version, config);
  relay.quiet = quiet;
  session_request request;
  if (is_pooled(settings, config, quiet)) {
    request.program = "/proc/self/exe";
    request.argv = pool_words(*settings, relay, config, quiet);
  } else {
    give_program(request, settings, relay, quiet);
  }
  request.relay = std::move(relay);
  const bool is_wanted = (config.hold || options_.name) && !options_.no_hold;
  if (options_.detached || (is_wanted && stderr_is_terminal()))
    request.held = held_by(settings, config);
  if (options_.detached) return start_detached(std::move(request));
  end_like(run_session(std::move(request)));
}

// The session that was left last of those to that destination, if there is any.
std::optional<child_status> starter::taken_up(const config& config) const {
  auto those = sessions_to(*others_, given_destination());
  std::erase_if(those, [](const auto* each) { return !each->answers || each->has_ended(); });
  const auto* one = latest(those);
  if (one == nullptr) return std::nullopt;
  return attach_session({*one->where, one->name, app::relay_for(config), config.history, false});
}

void starter::tell_of_others(const std::optional<ssh_settings>& settings) const {
  const auto given = given_destination();
  if (const auto told = left_sessions(sessions_to(*others_, given), given); !told.empty())
    note(told);
  if (!settings) return;
  for (const auto& told : taken_ports(*others_, settings->local_ports)) note(told);
}

// ssh, or what becomes it when there is a master to join.
void starter::give_program(session_request& to, const std::optional<ssh_settings>& settings,
                           const relay_options& relay, bool quiet) const {
  const std::vector<std::string> escape{"-e", spelled(relay.private_escape)};
  const auto with_escape = [&escape](std::vector<std::string> first) {
    first.insert(first.end(), escape.begin(), escape.end());
    return first;
  };
  const auto plan = settings ? plan_mux(*settings) : mux_plan{};
  to.program = ssh_;
  switch (plan.how) {
    case mux_start::as_ssh_does: to.argv = argv_with(escape, "e"); break;
    case mux_start::join:
      to.argv = argv_with(with_escape(options_to_join()), "eM");
      if (own_forwards(to.argv).empty()) break;
      to.program = "/proc/self/exe";
      to.argv = spelled(
          master_login{settings->control_path, place_for_locks(), "", {}, std::move(to.argv)});
      break;
    case mux_start::without:
      if (!quiet) note("this session has no mux master: " + plan.why_without);
      to.argv = argv_with(with_escape(options_without()), "eMS");
      break;
    case mux_start::begin:
      to.program = "/proc/self/exe";
      to.argv =
          spelled(master_login{settings->control_path, place_for_locks(), quiet ? "" : relay.host,
                               master_argv(*settings, "eMLRD", given_destination()),
                               argv_with(with_escape(options_to_join()), "eM")});
      break;
  }
}

// Each with the session's own words.
void starter::ask_pool_hosts(const config& config, pool_question& question) const {
  if (!argv_.destination) return;
  for (const auto& name : config.pool_hosts) {
    auto destination = destination_at(given_destination(), name);
    auto argv = argv_to(destination, {"-G"}, "");
    question.ask(ssh_, {name, std::move(destination)}, argv);
  }
}

// Where ssh's errors go elsewhere it is not seen that a session was refused.
bool starter::is_pooled(const std::optional<ssh_settings>& settings, const config& config,
                        bool quiet) const {
  if (!options_.pool && !config.pool) return false;
  auto why = settings ? why_no_pool(*settings) : "ssh did not tell its settings in time";
  if (!why && (has_option('E') || has_option('y'))) why = "ssh's messages go to a log";
  if (why && options_.pool && !quiet) note("this session goes through no pool: " + *why);
  return !why;
}

// -J goes, as ssh takes it with no ProxyCommand: it would be for the login that is not to be. Where
// a jump host is part of the ControlPath that does not matter, as the path is given.
std::vector<std::string> starter::pool_words(const ssh_settings& settings,
                                             const relay_options& relay, const config& config,
                                             bool quiet) const {
  auto first = options_for_pool(quiet);
  first.insert(first.end(), {"-e", spelled(relay.private_escape)});
  return app::spelled(pool_plan{
      pool_hosts(settings, quiet), place_for_locks(), quiet ? "" : relay.host, config.max_sessions,
      connection_, argv_with(std::move(first), quiet ? "eMSJq" : "eMSJ"),
      config.pool_open == pool_opening::all, settings.exit_on_forward_failure});
}

// Where none of the list is a member there is a pool nevertheless, that of the session's own
// ControlPath.
std::vector<pool_host> starter::pool_hosts(const ssh_settings& settings, bool quiet) const {
  std::vector<pool_host> hosts;
  std::vector<std::string> paths;
  for (const auto& each : candidates_) {
    auto& host = hosts.emplace_back();
    host.name = each.name;
    const auto why = why_no_member(each, connection_, paths);
    if (why && !quiet)
      note(fmt::format("{} is not in the pool: {}", vt::printable(each.name), *why));
    if (why) continue;
    host.path = paths.emplace_back(each.told->settings.control_path);
    host.master = master_argv(each.told->settings, "eMSLRD", each.destination);
    host.connection = each.told->connection;
  }
  if (!paths.empty()) return hosts;
  return {{std::string(given_destination()), settings.control_path,
           master_argv(settings, "eMSLRD", given_destination()), connection_}};
}

// All that is for the remote command is the session's alone, and so are its forwards.
std::vector<std::string> starter::master_argv(const ssh_settings& settings, std::string_view drop,
                                              std::string_view destination) const {
  auto without_command = argv_;
  std::vector<std::string_view> words(words_.begin(), words_.end());
  if (argv_.destination) words[*argv_.destination] = destination;
  if (argv_.command) words.resize(*argv_.command);
  without_command.command.reset();
  std::vector<std::string> argv{ssh_};
  for (auto& word : options_to_begin(settings.control_persist, least_persist))
    argv.push_back(std::move(word));
  for (auto& word : without_options(words, without_command, drop)) argv.push_back(std::move(word));
  return argv;
}

holding starter::held_by(const std::optional<ssh_settings>& settings, const config& config) const {
  auto held = holding_for(config, called_as_ssh_ ? hang_up_rule::kill : hang_up_rule::detach);
  const auto given = given_destination();
  held.name = options_.name.value_or(session_name_for(given));
  if (options_.name) held.taken = hold::if_taken::fail;
  held.host = given;
  held.command = "ssh " + std::string(given);
  held.forwards_agent = settings && settings->forward_agent;
  return held;
}

config starter::configured(std::string_view host, bool quiet) {
  auto [values, warnings] = read_config(config_files(options_.config_file), host);
  if (!quiet)
    for (const auto& warning : warnings) note(described(warning));
  return values;
}

relay_options starter::relay_for(const std::optional<ssh_settings>& settings, ssh_version version,
                                 const config& config) {
  auto relay = app::relay_for(config);
  relay.escape = typed_escape(settings);
  relay.ssh_has_info = version >= first_with_info;
  relay.host = vt::printable(settings ? settings->hostname : host());
  relay.timeout = options_.timeout.value_or(relay.timeout);
  relay.idle_timeout = options_.idle_timeout.value_or(relay.idle_timeout);
  relay.kill_after = options_.kill_after.value_or(relay.kill_after);
  // All sessions of a master share one newline flag, so ssh's own escapes are off where there may
  // be a master.
  if (!settings) {
    relay.why_no_handover = "not now: ssh did not tell its settings in time";
  } else if (!settings->control_path.empty()) {
    relay.why_no_handover = "not in a session that a mux master may share: see ssh -S none";
  } else {
    relay.private_escape = relay.escape == private_escape ? other_private_escape : private_escape;
  }
  return relay;
}

// Without ssh's answer: the last -e of the command line, as ssh takes it.
escape_char starter::typed_escape(const std::optional<ssh_settings>& settings) const {
  if (settings) return settings->escape;
  escape_char escape{'~'};
  for (const auto& option : argv_.options)
    if (option.letter == 'e') escape = parse_escape_char(option.argument).value_or(escape);
  return escape;
}

std::string_view starter::given_destination() const {
  return argv_.destination ? words_[*argv_.destination] : std::string_view();
}

std::string_view starter::host() const { return host_of(given_destination()); }

bool starter::has_option(char letter) const {
  return std::ranges::find(argv_.options, letter, &ssh_option::letter) != argv_.options.end();
}

// With no terminal either, and with nothing to do on the other side (-N): what is to be left
// running has a pty of ours, whatever there is here.
bool starter::leaves_it_running() const { return options_.detached && argv_.destination; }

}  // namespace

int start(word_span words, bool called_as_ssh) {
  if (!called_as_ssh)
    if (const auto status = run_verb(words)) return *status;
  if (too_deep()) {
    cannot("find ssh", "what is called ssh in PATH leads back here; set SSH_SHIM_SSH");
    return exit_failure;
  }
  const auto found = find_ssh(environment("SSH_SHIM_SSH"), environment("PATH"));
  if (found.error) {
    cannot("run " + (found.path.empty() ? "ssh" : found.path), found.error.message());
    return exit_failure;
  }
  return starter(words, found.path, called_as_ssh).run();
}

}  // namespace shim::app
