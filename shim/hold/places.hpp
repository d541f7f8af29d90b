// Where sessions live: directories of this user's, which nobody else may enter. It says which ones
// there may be, opens or makes them, and refuses what another user could have put there.
//
// It never changes what it finds: nothing is removed, and no owner and no mode is set.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <shim/hold/place_error.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::hold {

struct place_inputs {
  std::string shim_dir;     // SSH_SHIM_DIR, as the next three empty if it is not set
  std::string runtime_dir;  // XDG_RUNTIME_DIR
  std::string state_home;   // XDG_STATE_HOME
  std::string home;         // HOME
  std::string machine;      // gethostname(2): homes are shared between machines, sockets are not
};

struct place_path {
  std::string base;                  // must be there, and neither is another user's
  std::vector<std::string> parents;  // below it, made where they are missing
  std::vector<std::string> own;      // below those, made, too: ours alone, and no symbolic links

  std::string path() const;
  bool operator==(const place_path&) const = default;
};

// The first one that can be had is for a new session; sessions may be in any of them.
//   $SSH_SHIM_DIR and no other, if it is set; else $XDG_RUNTIME_DIR/ssh-shim, and then
//   $XDG_STATE_HOME/ssh-shim/run-MACHINE, with ~/.local/state where that is not set.
// XDG's variables count only if they are absolute paths (XDG Base Directory Specification).
std::vector<place_path> places_for(const place_inputs& inputs);
std::vector<place_path> places_of_environment();

enum class if_missing : std::uint8_t { make, fail };

// A directory that is ours alone, open.
class place {
 public:
  place() = default;
  // `error` is as it was if it can be had; ENOENT: it is not there.
  place(const place_path& where, if_missing what, place_error& error);

  explicit operator bool() const { return static_cast<bool>(fd_); }
  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  io::unique_fd fd_;
};

// Those that are there, for who looks for sessions and makes none.
struct present_places {
  std::vector<place> places;
  std::vector<place_error> refused;
};
present_places find_places(const std::vector<place_path>& paths);

}  // namespace shim::hold
