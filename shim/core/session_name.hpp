// What sessions are called: which names there may be, which one a session has if nobody names it,
// and the file that stands for a name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace shim {

inline constexpr std::size_t max_session_name = 64;  // bytes

// Why there is no session of that name. The messages stand behind `cannot name the session 'x/y':`.
enum class session_name_errc {
  length = 1,
  not_text,   // not UTF-8, or with control characters: a name is shown as it is
  slash,      // a name is a file's, too
  wildcard,   // `*` and `?`: verbs take a word with one for a pattern
  end_space,  // nobody would see it
  beginning,  // `.`: a file of ours; `-`: an option
};
std::error_code make_error_code(session_name_errc error);

// Nothing if a session may be called so.
std::error_code check_session_name(std::string_view name);

// The name of a session with that destination (`user@host`, `ssh://user@[::1]:22/`): its host, with
// what no name has replaced, left out at its ends or cut off. Any bytes give a name.
std::string session_name_for(std::string_view destination);

// The first of `host`, `host-2`, `host-3`... that is not taken. `name` may be a session's, and then
// so is the answer: what must give way to the number is cut off.
std::string next_free_name(const std::string& name, const std::vector<std::string>& taken);

// The name of the file that stands for a session, and back: what is not a letter, a digit or one of
// -._@:+,= is %XX, so that neither a shell nor another way to write Unicode changes it. At most 192
// bytes. No two names have the same file, and what session_file() never gives is no name's.
std::string session_file(std::string_view name);
std::optional<std::string> session_of_file(std::string_view file);

}  // namespace shim

template <>
struct std::is_error_code_enum<shim::session_name_errc> : std::true_type {};
