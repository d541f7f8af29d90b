// The sessions of a place, and the way to one of them, for those who hold none: no claim fails and
// no session is disturbed because of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <shim/hold/places.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::hold {

struct listed_session {
  std::string name;
  bool alive = false;  // false: its holder was found dead, and what it had left is removed

  bool operator==(const listed_session&) const = default;
};

// In the order of their names.
std::vector<listed_session> list_sessions(const place& where, std::error_code& error);

// In nanoseconds since 1970, when it was left last, if it was; 0 if it is gone.
std::uint64_t when_left(const place& where, std::string_view name);

// A connection to its holder, which does not block, and whose other end runs as this user. ENOENT:
// there is no such session; EAGAIN: many others are waiting already.
io::unique_fd connect_to_session(const place& where, std::string_view name, std::error_code& error);

}  // namespace shim::hold
