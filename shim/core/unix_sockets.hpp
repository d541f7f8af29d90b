// proc(5), /proc/net/unix: the sockets of this network namespace, and which of them are mux masters
// and their clients. Whoever may make a socket chooses its path, line breaks and all, and so can
// fake a line: what is found here is for people to read and for a caller to look into, no proof.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <shim/core/control_path.hpp>

namespace shim {

struct unix_socket_entry {
  enum class use : std::uint8_t {
    other,      // bound alone, or of datagrams
    listening,  // Flags has __SO_ACCEPTCON
    pending,    // St 02: the server's end of a connection that it has not accepted yet
    connected,  // St 03
  };
  std::uint64_t inode = 0;  // 0 if pending
  use what = use::other;
  // As it was bound, any bytes; `@` stands for each NUL of an abstract one. What is accepted has
  // the listener's. Empty if it has none. A view into the text.
  std::string_view path;
};

// A line that does not look like a socket's belongs to the path before it; before the first one it
// is a heading.
std::vector<unix_socket_entry> parse_unix_sockets(std::string_view text);

// A control socket, seen by its bind name (core/control_path): a master's, and its clients.
// Sessions, forwards (-W) and -O each are one, also a connection that a check makes itself.
struct control_socket_entry {
  std::string_view bind_name;
  std::string_view path;      // that its master linked it to, when it was made
  bool is_listening = false;  // not after -O stop; its clients stay
  std::size_t accepted = 0;
  std::size_t pending = 0;  // for long only if the master hangs
};

// All that look like one, by bind name. Two may have one path: a new master's, and that of one
// which has stopped listening. Views as in the entries.
std::vector<control_socket_entry> control_sockets(std::span<const unix_socket_entry> sockets);

// Clients that masters with just that path, as it is spelled, have accepted.
std::size_t accepted_mux_clients(std::span<const unix_socket_entry> sockets, std::string_view path);

}  // namespace shim
