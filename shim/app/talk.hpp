// What we say to people: on stderr, one form, nothing from outside unescaped.
#pragma once

#include <string_view>

namespace shim::app {

// ssh's own status for errors that are not the remote command's (ssh(1) EXIT STATUS).
constexpr int exit_failure = 255;

// "ssh-shim: cannot WHAT: WHY\n"
void cannot(std::string_view what, std::string_view why);
// "ssh-shim: TEXT\n"
void note(std::string_view text);

}  // namespace shim::app
