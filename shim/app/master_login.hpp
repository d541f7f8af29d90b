// How a session begins where ssh's configuration wants a master and there is none: a master of its
// own is started in the background first, and the session joins it. So no session is the master,
// and the end of one neither hangs nor ends the others.
//
// It is this program again, in the place of ssh on the session's pty: it logs in there, so that
// prompts and banners are seen where they belong, and becomes the ssh of the session (execv, same
// pid).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <shim/io/unique_fd.hpp>

namespace shim::app {

struct master_login {
  std::string path;                  // of the control socket
  std::string lock_directory;        // in which one login at a time is seen to; empty: it is not
  std::string host;                  // for people, safe to print; empty: say nothing
  std::vector<std::string> master;   // argv of the ssh that becomes it; empty: one is there
  std::vector<std::string> session;  // and of the session's; both begin with ssh's absolute path
};

// The first place that can be had; empty if there is none.
std::string place_for_locks();

// The words by which this program is told; argv[0] first.
std::vector<std::string> spelled(const master_login& what);
// Nothing if they are none.
std::optional<master_login> read_master_login(int argc, const char* const* argv);

// Logs in, unless there is a master by now, and leaves one behind: 0, or ssh's status.
using run_login = int (*)(const std::vector<std::string>& argv, const std::string& host);
int begin_master(const master_login& what);
int begin_master(const master_login& what, run_login run);

// A connection to the master, so that it does not end for want of a client before ssh has joined
// it: ssh inherits this, and closes what it has not opened as the first thing it does.
io::unique_fd hold_open(const std::string& path);

// Does not return but for an error, or if the master cannot be had: with the status to end with.
int run_master_login(const master_login& what);

}  // namespace shim::app
