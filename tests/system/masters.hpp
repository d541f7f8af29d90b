// Masters of the real ssh, in the background as people have them, and `ssh-shim mux` to see them.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/process.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/sshd.hpp>
#include <tests/system/session_place.hpp>

namespace test {

using strings = std::vector<std::string>;

class masters {
 public:
  // Any host is the server; its control socket is in a directory of the test's own, and called as
  // the host (%n). Or as the pattern says, in which `DIR` stands for that directory.
  explicit masters(const sshd& server, const std::string& control_path = "DIR/%n");
  masters(const masters&) = delete;
  masters& operator=(const masters&) = delete;
  ~masters() = default;  // what still runs is killed

  // `ssh -fNM host`; what it is afterwards.
  pid_t start(const std::string& host) { return start_with({"-fNM", host}); }
  // Of other words; each leaves one process in the background.
  pid_t start_with(const strings& words);
  // The same, killed: only its socket is left.
  void leave_stale(const std::string& host);
  // Stopped for as long as it lives.
  pid_t start_wedged(const std::string& host);
  bool running(pid_t master) const;

  // A client, for as long as it lives: `ssh host` with a command that has begun.
  std::unique_ptr<process> passenger(const std::string& host) const;
  // A session that is held, once it goes through the master.
  void hold(const std::string& name, const std::string& host) const;

  // `ssh-shim mux verb -F config words...`; with no terminal.
  finished mux(const std::string& verb, const strings& words = {}) const;
  strings mux_argv(const std::string& verb, const strings& words = {}) const;
  // The same, with more lines for this call's configuration.
  finished mux_with(const strings& lines, const std::string& verb, const strings& words) const;

  // What `mux ls --json` tells: an array; of it, the only one at that path (null: nothing), and
  // once it is right.
  json list() const;
  json at(const std::string& path) const;
  json of(const std::string& host) const { return at(socket(host)); }
  json wait_for(const std::string& host, const std::function<bool(const json&)>& right,
                std::string_view what) const;

  std::string file(const std::string& name) const { return dir_ / name; }
  std::string socket(const std::string& host) const { return dir_ / host; }
  const std::string& config() const { return config_; }
  const session_place& place() const { return place_; }

 private:
  const sshd& server_;
  temp_dir dir_;
  std::string config_;
  orphanage orphanage_;
  session_place place_;
};

// Waits, with a deadline, until it is so.
void wait_until(const std::function<bool()>& so, std::string_view what);

bool exists(const std::string& path);

std::size_t logins(const sshd& server);  // as many as it has accepted

}  // namespace test
