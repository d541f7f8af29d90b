// Who gets a pty of ours and who gets ssh itself: the rule that keeps git, rsync, scp, ansible and
// all other programs that run ssh from noticing us.
#pragma once

#include <optional>
#include <string_view>

#include <shim/core/ssh_argv.hpp>
#include <shim/core/ssh_settings.hpp>

namespace shim {

enum class ssh_mode {
  transparent,  // execv ssh, no pty, no word of ours
  shim,         // ssh on our pty
  ask_ssh,      // the words alone do not tell: `ssh -G` must
};

struct surroundings {
  bool stdin_is_tty = false;
  bool stdout_is_tty = false;
  std::string_view term;      // $TERM, empty if unset
  bool switched_off = false;  // SSH_SHIM=off
};

// From arguments and ttys alone. Never `shim`: a config file may still say RequestTTY no.
ssh_mode choose_mode(const ssh_argv& argv, const surroundings& around);

// With ssh's own answer, where the first asked for it. Never `ask_ssh`.
ssh_mode choose_mode(const ssh_argv& argv, const ssh_settings& settings);

// The same if ssh did not answer in time: `shim` if the words alone ask for a pty (no command, or
// -t), else `transparent`.
ssh_mode choose_mode_unanswered(const ssh_argv& argv);

}  // namespace shim
