// What goes through a master: its sessions, forwarded connections, and who asks it something.
//
// A master of OpenSSH 10.3 tells it when it is asked. An older one tells it in a session alone, to
// who types `~#` there; so it is given one for a moment, on a pty of ours, and what is typed into
// it reaches nobody's session. No ssh is run for it, so none can log in where the master refuses.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <shim/app/mux_master.hpp>

namespace shim::app {

struct told_channels {
  std::vector<std::string> lines{};  // one for each, safe to print; none that is there for this
  std::string why_not{};             // safe to print; empty: these are all
};

// Of a master that ask_masters() has found alive.
told_channels list_channels(mux_master& of, std::chrono::steady_clock::time_point deadline);

}  // namespace shim::app
