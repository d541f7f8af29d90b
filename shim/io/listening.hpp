// At which TCP ports a process listens (proc(5), /proc/net/tcp).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace shim::io {

// In order, each once. None where it cannot be seen: the process is another's, or gone.
std::vector<std::uint16_t> listening_ports(pid_t pid);

}  // namespace shim::io
