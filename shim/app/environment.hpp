// What the environment says.
#pragma once

#include <cstdlib>
#include <string_view>

namespace shim::app {

// Empty if it is not set. Holds until the environment is changed.
inline std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace shim::app
