// errno as std::error_code, the way io answers.
#pragma once

#include <cerrno>
#include <system_error>

namespace shim::io {

inline std::error_code last_error() { return {errno, std::generic_category()}; }

}  // namespace shim::io
