// Our own options: the long ones, as ssh has none.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <shim/core/ssh_argv.hpp>

namespace shim::app {

// What is set here goes before the config.
struct options {
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<std::chrono::milliseconds> idle_timeout;
  std::optional<std::chrono::milliseconds> kill_after;
  std::optional<std::string> config_file;
  std::optional<std::string> name;
  bool attach = false;
  bool detached = false;
  bool no_hold = false;
  bool plain = false;
  bool pool = false;
  bool help = false;
  bool version = false;
};

struct option_error {
  std::string what;  // "use --timeout"
  std::string why;   // "'soon' is no duration"
};

// For scan_ssh_argv().
bool option_takes_value(std::string_view name);

std::variant<options, option_error> read_options(const std::vector<long_option>& given);

}  // namespace shim::app
