// A login for a master of a pool, which often is not the only one at that moment: a server that has
// too many connections that are not logged in yet drops some (MaxStartups of sshd_config(5)).
#pragma once

#include <string>
#include <vector>

namespace shim::app {

// Runs ssh to its end and gives its status. Where the server closed the connection before it said
// its version, which is before anybody was asked anything, or seems to have, it says so, waits for
// a while and tries again, a few times; that wait ends with the process. ssh's standard error is a
// pipe to here, and all of it is shown. `host` is safe to print; if it is empty nothing is said,
// and nothing tried again.
int log_in_patiently(const std::vector<std::string>& argv, const std::string& host);

}  // namespace shim::app
