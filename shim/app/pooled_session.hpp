// A session that goes through a pool of masters. It is this program again, in the place of ssh on
// the session's pty; it takes a seat on a master and stays as the parent of the session's ssh, in
// the same process group, for as long as that lives. So it can be moved to another master when the
// server refuses it: ssh then says so on its standard error, which is a pipe to here, and must not
// log in by itself instead (ProxyCommand=false).
#pragma once

#include <optional>

#include <shim/app/mux_pool.hpp>
#include <shim/core/exit_status.hpp>

namespace shim::app {

// What stands in front of the session's words: ssh's errors are needed, whoever wants to see them.
std::vector<std::string> options_for_pool(bool quiet);

// The words by which this program is told; argv[0] first.
std::vector<std::string> spelled(const pool_plan& what);
// Nothing if they are none.
std::optional<pool_plan> read_pool_plan(int argc, const char* const* argv);

// How the session's ssh ended, or what to end with where there was none.
child_status run_pooled_session(const pool_plan& what);

}  // namespace shim::app
