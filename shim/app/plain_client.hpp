// This user's ssh clients that are no sessions of ours.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include <shim/hold/ask_holder.hpp>

namespace shim::app {

struct plain_client {
  pid_t pid = -1;
  std::string host;      // as it was given; empty: it does not say (a mux master names its socket)
  std::string terminal;  // "/dev/pts/3"; empty: none
  std::string command;   // its words, with spaces between
};

// The destination in the words of an ssh client, argv[0] first; empty as above.
std::string host_in(const std::vector<std::string>& argv);
// Whether a master with these words has a session or forwards of its own. Not told by them: what
// its configuration forwards; and of one that ControlPersist left behind, nothing.
bool has_own_use(const std::vector<std::string>& argv);
std::string joined(const std::vector<std::string>& words);  // with spaces between

// Those of the sessions are left out, with what they have started (a ProxyCommand).
std::vector<plain_client> plain_clients(const std::vector<hold::session_info>& sessions);

}  // namespace shim::app
