// At which TCP ports a process listens (proc(5), /proc/net/tcp).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace shim::io {

// By inode, the ports of all sockets that listen in this network namespace.
std::unordered_map<std::uint64_t, std::uint16_t> listening_sockets();

// In order, each once. None where it cannot be seen: the process is another's, or gone.
std::vector<std::uint16_t> listening_ports(pid_t pid);

}  // namespace shim::io
