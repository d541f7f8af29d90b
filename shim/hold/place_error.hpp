// Why a session has no place, no name or no way to it, for people: `cannot WHAT: WHY`.
#pragma once

#include <cstdint>
#include <string>
#include <system_error>

namespace shim::hold {

// Beside errno's, and those of names (core/session_name.hpp).
enum class place_errc : std::uint8_t {
  nowhere = 1,      // the environment names no place
  not_absolute,     // the path, and a holder has its own current directory
  symbolic_link,    // in the place of a directory that is to be ours
  of_another_user,  // a directory, or the process at the other end
  open_to_others,   // a directory that is to be ours alone
  name_taken,       // a session of that name is alive
  name_blocked,     // by a file that is no session of ours, and stays
};
std::error_code make_error_code(place_errc error);

struct place_error {
  std::string what;  // "use /run/user/1000/ssh-shim"; not safe to print
  std::error_code why;

  explicit operator bool() const { return static_cast<bool>(why); }
};

}  // namespace shim::hold

template <>
struct std::is_error_code_enum<shim::hold::place_errc> : std::true_type {};
