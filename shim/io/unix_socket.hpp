// Sockets of this machine, by a directory's fd and a name in it: sun_path holds 108 bytes, and what
// a path leads to may be another directory by now. /proc must be mounted.
#pragma once

#include <string>
#include <system_error>

#include <shim/io/unique_fd.hpp>

namespace shim::io {

// The name must be free. Nobody but this user may connect.
unique_fd listen_at(int directory, const std::string& name, int backlog, std::error_code& error);

// Does not wait: EAGAIN if the backlog is full. The socket does not block.
unique_fd connect_at(int directory, const std::string& name, std::error_code& error);

// Whether who is at the other end of a connection runs as this user: who called listen(2), or
// connect(2), at the time of that call. Nobody else is, not even root.
bool peer_is_us(int fd);

}  // namespace shim::io
