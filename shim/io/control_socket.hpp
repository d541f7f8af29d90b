// The control socket of an OpenSSH master (ControlPath, ssh_config(5)), looked at before anything
// is said to it: ssh itself looks at nothing, and hands its terminal to whoever listens there.
//
// All is done by way of the directory as it was opened, so that what was looked at is what is used.
// Directories above it are not looked at.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <system_error>

#include <shim/io/unique_fd.hpp>

namespace shim::io {

class control_socket {
 public:
  enum class state : std::uint8_t {
    absent,        // nothing is there, or no such directory
    not_a_socket,  // a file, a symbolic link
    foreign,       // another user's
    exposed,       // others may put another one in its place
    usable,
  };

  // `path`: absolute.
  explicit control_socket(const std::string& path);

  state found() const { return state_; }
  // Why it is not used, for people; valid as long as the program.
  std::string_view why_not() const;
  // Its directory is anybody's to write to, though not to replace what is there (sticky, as /tmp):
  // someone else may have been the first to take the name.
  bool in_shared_directory() const { return shared_; }
  uid_t owner() const { return owner_; }
  std::chrono::system_clock::time_point since() const { return since_; }

  // Of a usable one, else ENOTSOCK; does not wait. ECONNREFUSED: nobody listens, it is stale.
  // EAGAIN: who listens takes nobody in. EPERM: who listens is another user.
  unique_fd connect(std::error_code& error) const;

  // Looks again, and removes a usable one that refuses connections, and no other.
  void remove_stale(std::error_code& error);

 private:
  void look();

  std::string name_;
  unique_fd directory_;
  state state_ = state::absent;
  bool shared_ = false;
  uid_t owner_ = 0;
  std::chrono::system_clock::time_point since_;
};

}  // namespace shim::io
