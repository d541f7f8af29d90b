// How a session lies in its place: a directory, and in it the socket of its holder. The holder
// keeps the directory locked (flock(2)) as long as it lives, and the kernel frees the lock when it
// dies, so that nobody has to guess or to wait.
//
//   It is made under a name that is no session's, locked, its socket bound and listening, and only
//   then renamed to what the session is called. rename(2) puts a directory in the place of none or
//   of an empty one, and of nothing else: of several that want a name one gets it.
//   So what has a session's name and is not locked has ended for good. Who looks takes a shared
//   lock for a moment, which no holder ever waits for, and removes what is left of it through the
//   fd of the directory that was seen, as the path may lead to the next one by now.
//   systemd-tmpfiles passes over a directory that is locked (tmpfiles.d(5), on ageing).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <shim/hold/places.hpp>
#include <shim/io/file_id.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::hold {

// The holder's side of it. It is removed with its owner, if it still is the one that was made.
class session_directory {
 public:
  session_directory() = default;
  session_directory(place where, std::error_code& error);
  session_directory(session_directory&& other) noexcept = default;
  session_directory& operator=(session_directory&& other) noexcept;
  session_directory(const session_directory&) = delete;
  session_directory& operator=(const session_directory&) = delete;
  ~session_directory() { remove(); }

  const place& where() const { return where_; }
  int listener() const { return listener_.get(); }

  // Gives it another name, which a dead session may have had. place_errc::name_taken, name_blocked
  // or ENOENT (it is not there itself), and nothing changed, if that cannot be.
  std::error_code rename(const std::string& file);

  // Whether the path leads to it and to its socket.
  bool is_there() const;

  // As when it was changed last.
  void date(std::chrono::system_clock::time_point time) const;

  void remove();
  // Closed here, and nothing removed: a process forked from this one has it.
  void forget();

 private:
  std::error_code make();
  std::error_code furnish();
  bool is_in_place() const;

  place where_;
  std::string file_;  // its name in the place
  io::unique_fd fd_;
  io::unique_fd listener_;
  std::optional<io::file_id> socket_;
};

// -- for visitors --

inline constexpr const char* socket_file = "socket";

// How the names of those begin that are being made; no session's does.
inline constexpr std::string_view unfinished = ".new-";

enum class session_state : std::uint8_t {
  absent,
  alive,
  ended,    // its holder is dead
  blocked,  // what is there is not ours to touch
};
session_state state_of(const place& where, const std::string& file);

// Removes what a dead session has left, and says what there is now: absent, alive or blocked.
session_state sweep(const place& where, const std::string& file);

// The same for one that never got a name, if its holder is dead.
void sweep_unfinished(const place& where, const std::string& file);

io::unique_fd open_session(const place& where, const std::string& file);

}  // namespace shim::hold
