// A real sshd on loopback, with keys of its own, for the life of a test. It is our child in the
// foreground, never a service, and listens on 127.0.0.1 only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/process.hpp>
#include <tests/support/temp_dir.hpp>

namespace test {

struct sshd_options {
  std::vector<std::string> lines{};    // of sshd_config(5); the first that sets a thing wins: ours
                                       // come after these
  std::vector<std::string> set_env{};  // "NAME=value" for the remote command (sshd reads but one
                                       // SetEnv line)
};

class sshd {
 public:
  // Why no sshd can be run here; for SHIM_SKIP.
  //   SHIM_TEST_SSHD          the sshd to run, an absolute path; else /usr/sbin/sshd, else one
  //                           that was unpacked into build/sshd
  //   SHIM_TEST_SSHD_OPTIONS  more words for it
  static std::optional<std::string> why_not();

  explicit sshd(const sshd_options& options = {});
  sshd(const sshd&) = delete;
  sshd& operator=(const sshd&) = delete;
  ~sshd();  // ends it, its sessions and what runs in them; shows its log if the test is failing

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }
  std::string log() const;

  // An ssh_config(5) with which any host is this server: for -F. The second one goes by way of
  // another port (a relay's, a silent listener's); more lines come before ours, so they win.
  const std::string& config() const { return config_; }
  std::string config_for(std::uint16_t port, const std::vector<std::string>& lines = {}) const;
  std::string config_with(const std::vector<std::string>& lines) const;

  // {program, "-F", config(), words...}
  std::vector<std::string> argv(std::string program, const std::vector<std::string>& words) const;

  // The server hangs: it and all that serves its sessions stopped, what runs in them not.
  void stop();
  void resume();

  // The processes of sshd's own that serve sessions; and all that descends from the server, the
  // commands in the sessions too.
  std::vector<pid_t> sessions() const;
  std::vector<pid_t> descendants() const;

 private:
  bool try_start(const sshd_options& options);
  void write_config(const sshd_options& options) const;
  std::vector<std::string> command() const;
  bool wait_until_listening();
  void find_pid();
  void end_sessions() const;
  void show_log() const;

  temp_dir dir_;
  std::uint16_t port_ = 0;
  std::string config_;
  std::optional<process> server_;
  pid_t pid_ = -1;  // of sshd itself: not our child where sudo runs it
  int unwinding_;   // std::uncaught_exceptions() at the start
};

}  // namespace test
