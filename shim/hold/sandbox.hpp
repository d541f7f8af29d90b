// What the screen process gives up before it looks at a byte of output: every system call but those
// that wait, read and write what is open, and manage its own memory; and memory without end.
//
// Left out where a sanitizer needs more (both), or libseccomp was not there (the calls).
#pragma once

#include <cstddef>
#include <string_view>
#include <system_error>

namespace shim::hold {

// `memory`: bytes of address space that may be had beside what is mapped already. Cannot be undone.
std::error_code enter_sandbox(std::size_t memory);

// What this build has of it, for people.
std::string_view sandbox_kind();

}  // namespace shim::hold
