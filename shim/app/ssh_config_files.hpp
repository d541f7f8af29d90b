// What ssh's configuration files mention, with the files that they include: read as text, without
// asking which host it is for, so that nothing is run (Match exec).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <shim/core/control_path_pattern.hpp>
#include <shim/core/ssh_config_text.hpp>

namespace shim::app {

// The user's files and the system's (ssh_config(5) FILES), or only `named` (ssh -F); "none" names
// no file, as for ssh. Of what several mention each is there once. A file that cannot be read
// mentions nothing, as for ssh.
ssh_config_mentions read_ssh_config(std::optional<std::string_view> named);

// Of this machine and user, as ssh has them.
control_path_values control_path_values_here();

}  // namespace shim::app
