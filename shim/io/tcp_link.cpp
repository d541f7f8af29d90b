#include <shim/io/tcp_link.hpp>

#include <shim/io/sock_diag.hpp>

#ifdef SHIM_LIBMNL
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <sstream>
#include <string>
#include <unordered_map>

#include <shim/io/file_text.hpp>
#include <shim/io/socket_peers.hpp>
#endif

namespace shim::io {

#ifdef SHIM_LIBMNL

namespace {

using links = std::unordered_map<std::uint64_t, tcp_link>;  // by inode

// net/tcp_states.h: of a connection that was made and has not been closed from here.
constexpr std::uint32_t connected = (1U << 1) | (1U << 8);  // ESTABLISHED, CLOSE_WAIT

int add_link(const nlmsghdr* message, void* into) {
  const auto* told = static_cast<const inet_diag_msg*>(mnl_nlmsg_get_payload(message));
  const auto take = [](const nlattr* attribute, void* to) {
    if (mnl_attr_get_type(attribute) != INET_DIAG_INFO) return MNL_CB_OK;
    // The kernel's is longer than the C library's, and grows.
    const std::size_t length = mnl_attr_get_payload_len(attribute);
    std::memcpy(to, mnl_attr_get_payload(attribute), std::min(length, sizeof(tcp_info)));
    return MNL_CB_OK;
  };
  tcp_info info{};
  mnl_attr_parse(message, sizeof *told, take, &info);
  if (info.tcpi_state == 0) return MNL_CB_OK;
  const std::chrono::milliseconds silent_for(
      std::min(info.tcpi_last_ack_recv, info.tcpi_last_data_recv));
  static_cast<links*>(into)->emplace(told->idiag_inode,
                                     tcp_link{silent_for, told->idiag_wqueue != 0});
  return MNL_CB_OK;
}

links all_links() {
  links all;
  for (const auto family : std::initializer_list<std::uint8_t>{AF_INET, AF_INET6}) {
    inet_diag_req_v2 request{};
    request.sdiag_family = family;
    request.sdiag_protocol = IPPROTO_TCP;
    request.idiag_ext = 1U << (INET_DIAG_INFO - 1);
    request.idiag_states = connected;
    dump_sockets(request, add_link, &all);
  }
  return all;
}

std::optional<tcp_link> first_link(pid_t pid, const links& all) {
  for (const auto inode : process_sockets(pid))
    if (const auto found = all.find(inode); found != all.end()) return found->second;
  const auto number = std::to_string(pid);
  std::istringstream children(file_text("/proc/" + number + "/task/" + number + "/children"));
  for (pid_t child = 0; children >> child;)
    if (const auto found = first_link(child, all)) return found;
  return std::nullopt;
}

}  // namespace

std::optional<tcp_link> tcp_link_of(pid_t pid) { return first_link(pid, all_links()); }

#else

std::optional<tcp_link> tcp_link_of(pid_t) { return std::nullopt; }

#endif

}  // namespace shim::io
