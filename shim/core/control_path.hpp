// The path at which a mux master listens (ControlPath): what ssh and mux.c make of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace shim {

// How the path is spelled for `ssh -S`, which expands tokens and variables once more. Nothing if it
// cannot be: `${` has no other spelling, and a path is to be absolute (so it never is `~` or none).
std::optional<std::string> quoted_control_path(std::string_view path);

// Why no master can listen there, to stand behind the path and `: `. Nothing if one can.
inline constexpr std::size_t max_control_path = 90;  // sun_path has 108: a bind name and a NUL
std::optional<std::string> control_path_problem(std::string_view path);

// A master binds its socket under a name of its own, the path with `.` and 16 letters or digits,
// and then links it to the path. The kernel goes on calling it by the bind name.
bool is_bind_name(std::string_view name, std::string_view path);
// The path of a bind name, a view into it; nothing if it is none.
std::optional<std::string_view> path_of_bind_name(std::string_view name);

}  // namespace shim
