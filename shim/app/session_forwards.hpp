// The forwards (-L, -R, -D) that a session has had a master open: they end with the session, as
// they would if it had a connection of its own, and however it ends. With ssh alone they stay for
// as long as the master lives.
//
// A master does not tell whether a forward was there already when it says that it is. So it is
// looked before ssh asks for it: what listens here already is somebody else's and stays, and so
// does what another ssh at that master has in its words. Of -R that is all there is to see: one
// that was added to the master without a session (`ssh -O forward`) ends with a session that asks
// for the same. Sessions of ours that have asked for the same one share it, and the last of them
// ends it: each has a byte locked for it in one file. What ssh would make another path of stays.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include <shim/core/forward_spec.hpp>
#include <shim/io/byte_locks.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::app {

// Those of an ssh with that argv, but for paths that ssh would make others of.
std::vector<forward_spec> own_forwards(const std::vector<std::string>& argv);

class session_forwards {
 public:
  // To be made before the session's ssh is started, when the master lives. Where there is no
  // `lock_directory` each session knows of itself alone.
  session_forwards(std::string master_path, const std::string& lock_directory,
                   const std::vector<std::string>& argv);
  ~session_forwards() { end(); }
  session_forwards(const session_forwards&) = delete;
  session_forwards& operator=(const session_forwards&) = delete;
  session_forwards(session_forwards&&) = delete;
  session_forwards& operator=(session_forwards&&) = delete;

  // Has a process of its own end them when this one ends, whatever it is by then (execv(2)).
  void watch();
  // Ends them now.
  void end();

 private:
  void claim(const std::vector<forward_spec>& asked_for);
  void cancel() const;
  [[noreturn]] void wait_and_cancel(int self, int lifeline);

  std::string path_;
  io::byte_locks locks_;
  std::vector<forward_spec> ours_;
  io::unique_fd lifeline_;  // of the process that watches
  pid_t watcher_ = -1;
};

}  // namespace shim::app
