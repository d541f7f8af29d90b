#include <shim/core/transparency.hpp>

#include <algorithm>

namespace shim {
namespace {

// ssh(1): what makes it print and exit, talk to a master, carry a stream, or leave stdin alone.
// None of these has a terminal session in it.
constexpr std::string_view no_session = "VQGZOWNfns";

const ssh_option* last_of(const ssh_argv& argv, std::string_view letters) {
  const auto is_one = [letters](const ssh_option& option) {
    return letters.find(option.letter) != letters.npos;
  };
  const auto last = std::find_if(argv.options.rbegin(), argv.options.rend(), is_one);
  return last == argv.options.rend() ? nullptr : &*last;
}

bool has_terminal(const surroundings& around) {
  return around.stdin_is_tty && around.stdout_is_tty && !around.term.empty() &&
         around.term != "dumb";
}

bool readable(const ssh_argv& argv) { return !argv.unknown && argv.destination; }

// Of several -e the last counts (ssh.c). One that ssh will refuse is ssh's business.
bool without_escapes(const ssh_argv& argv) {
  const auto* option = last_of(argv, "e");
  if (option == nullptr) return false;
  const auto escape = parse_escape_char(option->argument);
  return !escape || escape->none();
}

enum class tty_wish { none, refused, asked };

// Of -t and -T the later counts (ssh.c).
tty_wish wish(const ssh_argv& argv) {
  const auto* option = last_of(argv, "tT");
  if (option == nullptr) return tty_wish::none;
  return option->letter == 't' ? tty_wish::asked : tty_wish::refused;
}

bool gets_tty(request_tty requested, bool has_command) {
  if (requested == request_tty::automatic) return !has_command;
  return requested != request_tty::no;
}

}  // namespace

ssh_mode choose_mode(const ssh_argv& argv, const surroundings& around) {
  const bool ssh_alone = around.switched_off || !has_terminal(around) || !readable(argv) ||
                         last_of(argv, no_session) != nullptr || without_escapes(argv) ||
                         wish(argv) == tty_wish::refused;
  return ssh_alone ? ssh_mode::transparent : ssh_mode::ask_ssh;
}

ssh_mode choose_mode(const ssh_argv& argv, const ssh_settings& settings) {
  const bool has_command = argv.command || settings.remote_command;
  const bool ssh_alone = !settings.shell_or_command || settings.stdin_null ||
                         settings.fork_after_authentication || settings.escape.none() ||
                         !gets_tty(settings.tty, has_command);
  return ssh_alone ? ssh_mode::transparent : ssh_mode::shim;
}

ssh_mode choose_mode_unanswered(const ssh_argv& argv) {
  return !argv.command || wish(argv) == tty_wish::asked ? ssh_mode::shim : ssh_mode::transparent;
}

}  // namespace shim
