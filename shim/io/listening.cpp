#include <shim/io/listening.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <shim/io/socket_peers.hpp>

namespace shim::io {
namespace {

constexpr auto listening_state = "0A";  // TCP_LISTEN, net/tcp_states.h

using socket_ports = std::unordered_map<std::uint64_t, std::uint16_t>;

// A line: number, local address:port in hex digits, remote, state, queues, timer, retransmits, uid,
// timeouts, inode. The first one is a heading.
void read_table(const std::string& path, socket_ports& into) {
  std::ifstream table(path);
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, skipped;
    std::uint64_t inode = 0;
    fields >> number >> local >> remote >> state;
    if (state != listening_state) continue;
    for (int i = 0; i < 5; ++i) fields >> skipped;
    if (!(fields >> inode)) continue;
    const auto port = std::stoul(local.substr(local.rfind(':') + 1), nullptr, 16);
    into.emplace(inode, static_cast<std::uint16_t>(port));
  }
}

// As a process sees them.
socket_ports ports_seen_by(const std::string& process) {
  socket_ports ports;
  for (const auto* table : {"/net/tcp", "/net/tcp6"}) read_table("/proc/" + process + table, ports);
  return ports;
}

}  // namespace

socket_ports listening_sockets() { return ports_seen_by("self"); }

std::vector<std::uint16_t> listening_ports(pid_t pid) {
  std::vector<std::uint16_t> ports;
  const auto sockets = process_sockets(pid);
  if (sockets.empty()) return ports;
  const auto known = ports_seen_by(std::to_string(pid));
  for (const auto inode : sockets)
    if (const auto found = known.find(inode); found != known.end()) ports.push_back(found->second);
  std::ranges::sort(ports);
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  return ports;
}

}  // namespace shim::io
