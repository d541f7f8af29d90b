// What logging out does to a session. Where logind.conf(5) says KillUserProcesses=yes all that is
// in the scope of a login is killed at its end, but not what is in a scope of the user's own, if
// the user lingers (loginctl(1)). Where it says no it is the other way round: what stays in the
// scope of the login goes on, and a scope of the user's own ends with the last login of one who
// does not linger. So nothing is moved unless that is known to help.
//
// Everything is asked of systemd by busctl(1), which is there where systemd is; without it nobody
// is killed.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>

namespace shim::hold {

struct login_rules {
  std::string busctl = "/usr/bin/busctl";
  std::string booted = "/run/systemd/system";      // sd_booted(3)
  std::string linger = "/var/lib/systemd/linger";  // a file for each user who lingers
};

enum class at_logout : unsigned char { goes_on, killed, killed_unless_moved };

// `cgroup`: what /proc/PID/cgroup says (cgroups(7)). May take as long as busctl(1) does, two
// seconds at most.
at_logout what_logout_does(const std::string& cgroup, const login_rules& rules = {});
at_logout what_logout_does(pid_t to, const login_rules& rules = {});

// Into a scope of the user's own. False: they are where they were.
bool move_to_user_scope(std::span<const pid_t> processes, const login_rules& rules = {});

// Does so if it helps, in a process of its own: nobody waits for it.
void outlive_login(std::span<const pid_t> processes);

}  // namespace shim::hold
