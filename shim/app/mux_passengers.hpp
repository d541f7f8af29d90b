// Who uses masters, and who listens at their sockets: seen from outside, as a master of OpenSSH 9.2
// does not tell, and one that hangs cannot.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <shim/app/mux_master.hpp>
#include <shim/hold/ask_holder.hpp>

namespace shim::app {

// Fills in the passengers of each, where it listens, and the pid where it is not known. What this
// process is connected to itself is not counted.
void add_passengers(std::span<mux_master> masters, const std::vector<hold::session_info>& sessions);

// This user's masters that nobody reaches: nothing is at the path of their socket any more, or
// another one's.
std::vector<mux_master> orphaned_masters(const std::vector<hold::session_info>& sessions);

// The control socket that an ssh of this user's is connected to, or else one that it is the leader
// of the session of (pooled_session.hpp); empty if it is to none, or that is not to be seen.
std::string path_of_master_of(pid_t ssh);

// A line that names the master, and one for each of its passengers: safe to print.
std::string passengers_of(const mux_master& one);

// "session web", "pid 4711 at /dev/pts/3": safe to print.
std::string described(const mux_passenger& one);

}  // namespace shim::app
