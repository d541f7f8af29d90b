#include <shim/io/listening.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <shim/io/socket_peers.hpp>

namespace shim::io {
namespace {

constexpr auto listening_state = "0A";  // TCP_LISTEN, net/tcp_states.h

std::string directory_of(pid_t pid) { return "/proc/" + std::to_string(pid); }

// A line: number, local address:port in hex digits, remote, state, queues, timer, retransmits, uid,
// timeouts, inode. The first one is a heading.
void read_table(const std::string& path, const std::vector<std::uint64_t>& sockets,  // in order
                std::vector<std::uint16_t>& ports) {
  std::ifstream table(path);
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, skipped;
    std::uint64_t inode = 0;
    fields >> number >> local >> remote >> state;
    for (int i = 0; i < 5; ++i) fields >> skipped;
    if (!(fields >> inode) || state != listening_state) continue;
    if (!std::ranges::binary_search(sockets, inode)) continue;
    const auto port = std::stoul(local.substr(local.rfind(':') + 1), nullptr, 16);
    ports.push_back(static_cast<std::uint16_t>(port));
  }
}

}  // namespace

std::vector<std::uint16_t> listening_ports(pid_t pid) {
  std::vector<std::uint16_t> ports;
  auto sockets = process_sockets(pid);
  std::ranges::sort(sockets);
  if (sockets.empty()) return ports;
  for (const auto* table : {"/net/tcp", "/net/tcp6"})
    read_table(directory_of(pid) + table, sockets, ports);
  std::ranges::sort(ports);
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  return ports;
}

}  // namespace shim::io
