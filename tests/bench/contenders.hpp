// Who is measured: the same ssh, alone and inside the programs people put around it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/sshd.hpp>
#include <tests/support/temp_dir.hpp>

#include "options.hpp"
#include "seat.hpp"

namespace bench {

// In this order everywhere. The first four must be there, the rest may be missing.
enum class kind : std::uint8_t { ssh, held, no_hold, script, dtach, tmux, screen };
constexpr std::size_t required_contenders = 4;

struct contender {
  kind what;
  std::string name;
  std::string version;  // empty: not installed
  bool installed() const { return !version.empty(); }
};

class field {
 public:
  explicit field(const options& wanted);

  const std::vector<contender>& contenders() const { return contenders_; }
  std::string path(std::string_view file) const { return dir_ / file; }

  // A session of a contender to our sshd, with a pty there; the command is for the remote shell.
  std::unique_ptr<seat> start(const contender& who, const std::string& remote_command);

  // Our own processes now, but for the server's: what a contender runs at this end.
  std::vector<pid_t> local_processes() const;

  // What a contender is run with; its sockets are in our directory.
  test::environment env() const;
  const options& wanted() const { return wanted_; }

  // Ends the sessions that ssh-shim's users have left.
  void end_held() const;

  // Machine, ssh, and every contender with the command it is run by.
  std::string head() const;

 private:
  std::vector<std::string> argv(const contender& who, const std::string& remote_command) const;

  options wanted_;
  std::vector<contender> contenders_;
  test::sshd server_;
  test::temp_dir dir_;
  int sessions_ = 0;  // so that each has a socket of its own
};

// What the shell of the far end is to run: this program, in one of its remote roles.
std::string far_end_command(const std::vector<std::string>& words);

}  // namespace bench
