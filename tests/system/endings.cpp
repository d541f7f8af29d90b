#include <tests/system/endings.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/text.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/sessions.hpp>

namespace test {
namespace {

constexpr std::string_view prompt = "home$ ";
constexpr const char* settings = "terminal settings";
constexpr std::string_view users_text = "a line of the user's\nand another one\n";
constexpr std::size_t rows_of_users_text = 2;

// By which of its formats tmux tells what. One of 3.3 tells nothing of focus reports, the cursor's
// style, links and the keyboard protocols: these are looked at byte by byte (test_reset_bytes.cpp).
constexpr std::array<std::pair<const char*, const char*>, 11> told{{
    {"mouse reports",
     "#{mouse_any_flag}#{mouse_standard_flag}#{mouse_button_flag}#{mouse_all_flag}"},
    {"mouse encoding", "#{mouse_sgr_flag}#{mouse_utf8_flag}"},
    {"alternate screen", "#{alternate_on}"},
    {"keypad keys", "#{keypad_flag}"},
    {"cursor keys", "#{keypad_cursor_flag}"},
    {"insert mode", "#{insert_flag}"},
    {"origin mode", "#{origin_flag}"},
    {"wrapping", "#{wrap_flag}"},
    {"cursor shown", "#{cursor_flag}"},
    {"scroll region", "#{scroll_region_upper}-#{scroll_region_lower}"},
    {"title", "#{pane_title}"},
}};

run_options shell_options(const temp_dir& dir, const std::string& client, const std::string& config,
                          const far_program& program) {
  write_file(dir / "program", program.script);
  write_file(dir / "start", "cat " + (dir / "text") + "\n");
  write_file(dir / "text", users_text);
  return {.env = {{"PS1", std::string(prompt)},
                  {"ENV", dir / "start"},  // dash reads it when it starts
                  {"CLIENT", client},
                  {"CONFIG", config},
                  {"PROGRAM", dir / "program"},
                  uncaught_crashes()},
          .limits = {{RLIMIT_CORE, {0, 0}}}};
}

void kill_sessions(user_shell& /*user*/, const sshd& server, tcp_relay& /*link*/) {
  for (const pid_t pid : server.sessions()) send_signal(pid, SIGKILL);
}

template <int Signal>
void signal_client(user_shell& user, const sshd& /*server*/, tcp_relay& /*link*/) {
  const pid_t client = user.client();
  wait_until_sleeping(client);  // it may have written what it has not noted yet
  send_signal(client, Signal);
}

// Of `text`, for what is shown of a change: stty(1) has 60 words.
std::string words_not_in(const std::string& other, const std::string& text) {
  const auto others = split(other, ' ');
  std::string different;
  for (const auto& word : split(text, ' ')) {
    if (std::find(others.begin(), others.end(), word) != others.end()) continue;
    different += (different.empty() ? "" : " ") + word;
  }
  return different;
}

constexpr const char* all_modes =
    "\\033[?1000;1002h\\033[?1003h\\033[?1006h"         // mouse
    "\\033[?1004h\\033[?2004h"                          // focus reports, bracketed paste
    "\\033[?1h\\033=\\033[4h\\033[?7l\\033[?25l"        // keys, insert, no wrapping, no cursor
    "\\033[5 q\\033[22;0t\\033]2;a far title\\033\\\\"  // cursor's style, title
    "\\033[>1u\\033[>4;2m"                              // keyboard protocols
    "\\033]8;;http://far.example\\033\\\\"              // link
    "\\033[1;31m\\033(0";                               // pen, charset

// Below the user's text, and the cursor into it.
constexpr const char* margins = "\\0337\\033[6;20r\\0338\\033[?6h\\033[3;1H";

environment::value_type also_for_sanitizers(const std::string& options) {
  const auto& base = base_environment();
  const auto found = base.find("ASAN_OPTIONS");
  const auto more = found == base.end() ? std::nullopt : found->second;
  return {"ASAN_OPTIONS", more.value_or("") + ":" + options};
}
}  // namespace

far_program prints(const std::string& name, const std::string& bytes) {
  return {
      .name = name,
      .script = "printf '" + bytes + "'\nwhile read -r line && [ \"$line\" != q ]; do :; done\n"};
}

far_program nothing_on() { return prints("nothing", "FAR>"); }

far_program modes_on() { return prints("modes", std::string(all_modes) + "FAR>"); }

far_program scroll_region_on() { return prints("scroll region", "\\0337\\033[6;20r\\0338FAR>"); }

far_program all_on_the_primary_screen() {
  return prints("all on the primary screen", std::string(margins) + all_modes + "FAR>");
}

far_program all_on_the_alternate_screen() {
  return prints("all on the alternate screen",
                std::string("\\033[?1049h\\033[H\\033[2J") + margins + all_modes + "FAR>");
}

far_program half_a_string() {
  far_program program = prints("half a string", "FAR>\\033]7777;half");
  program.swallows = true;
  return program;
}

far_program half_a_control_sequence() {
  return prints("half a control sequence", "\\033[?1000hFAR>\\033[1;3");
}

std::vector<far_program> real_programs(const temp_dir& dir) {
  write_file(dir / "file", "FAR>\n");
  const auto file = dir / "file";
  std::vector<far_program> all{
      {.name = "vim", .script = "-Nu NONE -n -c 'set mouse=a' " + file},
      {.name = "less", .script = "--mouse " + file},
      {.name = "tmux",
       .script = "-S " + (dir / "tmux") + " -f /dev/null new-session 'cat " + file +
                 "; exec cat' \\; set -g mouse on \\; set destroy-unattached on"},
      {.name = "dialog", .script = "--msgbox 'FAR>' 5 30"},
      {.name = "htop", .script = "", .shows = "F10"},
  };
  std::erase_if(all, [](const far_program& each) { return !is_installed(each.name); });
  for (auto& each : all) each.script = "exec " + found_in_path(each.name) + " " + each.script;
  return all;
}

environment::value_type uncaught_crashes() {
  return also_for_sanitizers("handle_abort=0:handle_segv=0:handle_sigbus=0");
}

environment::value_type no_search_for_leaks() { return also_for_sanitizers("detect_leaks=0"); }

std::vector<std::string> changed(const picture& before, const picture& now) {
  std::vector<std::string> all;
  for (const auto& [name, value] : now) {
    const auto& old = before.at(name);
    if (value == old) continue;
    const bool many = name == settings;
    all.push_back(name + ": " + (many ? words_not_in(value, old) : old) + ", now " +
                  (many ? words_not_in(old, value) : value));
  }
  return all;
}

user_shell::user_shell(const std::string& client, const std::string& config,
                       const far_program& program)
    : screen_({"dash", "-i"}, shell_options(dir_, client, config, program)),
      shows_(program.shows),
      tty_(screen_.format("#{pane_tty}")),
      shell_(std::stoi(screen_.format("#{pane_pid}"))) {
  wait_for_prompt();
}

void user_shell::start() {
  type("$CLIENT -F $CONFIG -t far sh $PROGRAM\n");
  screen_.wait_for(shows_);
}

// One command, so that cursor and screen are of the same moment.
std::string user_shell::line_up_to_cursor() {
  auto lines = split(screen_.command({"display-message", "-p", "#{cursor_y}\n#{cursor_x}", ";",
                                      "capture-pane", "-p"}),
                     '\n');
  const std::size_t row = std::stoul(lines.at(0));
  const std::size_t column = std::stoul(lines.at(1));
  std::string line = lines.at(2 + row);
  line.resize(column, ' ');  // tmux leaves spaces at a line's end out
  return line;
}

bool user_shell::prompt_comes(milliseconds within) {
  try {
    screen_.wait_for([&](const std::string&) { return line_up_to_cursor().ends_with(prompt); },
                     prompt, within);
    return true;
  } catch (const failure&) {
    return false;
  }
}

void user_shell::wait_for_prompt() {
  if (!prompt_comes(patience)) throw failure("no prompt, but:\n" + screen_.screen());
}

picture user_shell::modes() {
  std::string format;
  for (const auto& row : told) format += row.second + std::string("\n");
  const auto values = split(screen_.format(format), '\n');
  picture now;
  for (std::size_t i = 0; i < told.size(); ++i) now[told.at(i).first] = values.at(i);
  now[settings] = run_well({"stty", "-a", "-F", tty_});
  return now;
}

picture user_shell::at_prompt() {
  picture now = modes();
  now["prompt's place"] = line_up_to_cursor();
  const auto row = screen_.format("#{cursor_y}");
  const auto line = screen_.command({"capture-pane", "-p", "-e", "-S", row, "-E", row});
  const auto looks = line.substr(0, line.find("home"));
  now["colours"] = looks.find("\x1b[") == std::string::npos ? "none" : "some";
  now["line drawing"] = looks.find('\x0e') == std::string::npos ? "off" : "on";
  auto lines = split(screen_.screen({"-S", "-"}), '\n');  // it may have been scrolled away
  lines.resize(rows_of_users_text + 1);
  lines.back().resize(prompt.size() - 1);  // the first prompt: what is typed comes behind it
  now["user's text"] = lines.at(0) + "\n" + lines.at(1) + "\n" + lines.at(2);
  return now;
}

std::string user_shell::pasted() {
  type("stty sane\n");  // the terminal shows what it is sent
  wait_for_prompt();
  screen_.command({"set-buffer", "-b", "text", "PASTE", ";", "paste-buffer", "-p", "-b", "text"});
  const auto shown = screen_.wait_for("PASTE");
  return shown.find("200~PASTE") == std::string::npos ? "plain" : "in brackets";
}

pid_t user_shell::client() const {
  const auto children = children_of(shell_);
  if (children.size() != 1) throw failure("the shell does not run one program");
  return children.front();
}

pid_t user_shell::ssh() const {
  return executable_of(client()) == real_ssh_file() ? client() : ssh_below(client());
}

const std::vector<ending>& endings() {
  static const std::vector<ending> all{
      {.name = "remote exit",
       .bring_about = [](user_shell& user, const sshd&, tcp_relay&) { user.type("q\r"); },
       .wanted = true,
       .reason = "Connection to 127.0.0.1 closed."},
      {.name = "~.",
       .bring_about = [](user_shell& user, const sshd&, tcp_relay&) { user.type("~."); },
       .reason = "Connection to 127.0.0.1 closed."},
      {.name = "ssh killed",
       .bring_about = [](user_shell& user, const sshd&,
                         tcp_relay&) { send_signal(user.ssh(), SIGKILL); }},
      {.name = "server killed",
       .bring_about = kill_sessions,
       .reason = "Connection to 127.0.0.1 closed by remote host."},
      {.name = "link dropped",
       .bring_about = [](user_shell&, const sshd&, tcp_relay& link) { link.cut(); },
       .reason = "client_loop: send disconnect: "},
      {.name = "SIGTERM", .bring_about = signal_client<SIGTERM>},
      {.name = "SIGHUP", .bring_about = signal_client<SIGHUP>},
      {.name = "SIGABRT", .bring_about = signal_client<SIGABRT>},
      {.name = "SIGSEGV", .bring_about = signal_client<SIGSEGV>},
  };
  return all;
}

const ending& ending_named(std::string_view name) {
  const auto found = std::find_if(endings().begin(), endings().end(),
                                  [&](const ending& each) { return each.name == name; });
  if (found == endings().end()) throw failure("no such ending: " + std::string(name));
  return *found;
}

}  // namespace test
