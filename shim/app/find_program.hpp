// A program by its name, as execvp(3) finds it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <system_error>

namespace shim::app {

struct found_program {
  std::string path;       // absolute
  std::error_code error;  // why there is none, or why the one named cannot be run
};

// Why a file that can be run is not the one; nothing if it is.
using program_check = std::function<std::error_code(const std::string& path)>;

// A name with a slash is a path, made absolute and else taken as it is. Any other is looked up in
// the directories of `path` (PATH: an empty or relative one is in the current directory); one that
// may not be run, or is refused, is passed over and told of if nothing else is found. An empty
// `path` is one that is not set: confstr(3) _CS_PATH.
found_program find_program(std::string_view name, std::string_view path,
                           const program_check& refused = {});

}  // namespace shim::app
