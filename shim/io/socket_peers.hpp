// Which Unix sockets of this machine are connected to which, and whose they are.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shim::io {

// By inode, the inode at the other end; of this network namespace (sock_diag(7), UNIX_DIAG_PEER).
// Empty where the kernel does not tell, and in a build without libmnl.
std::unordered_map<std::uint64_t, std::uint64_t> socket_peers();

// By inode, the lower 32 bits of the inode of the file that a socket was bound to, in whatever file
// system (UNIX_DIAG_VFS). Empty as above.
std::unordered_map<std::uint64_t, std::uint64_t> socket_files();

// The inodes of the sockets that a process has open, in the order of its descriptors. None where it
// cannot be seen.
std::vector<std::uint64_t> process_sockets(pid_t pid);

// For people, in `ssh-shim version`.
std::string_view socket_peers_kind();

}  // namespace shim::io
