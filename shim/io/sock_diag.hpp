// What the kernel tells of the sockets of this network namespace (sock_diag(7)), by libmnl. Nothing
// is here in a build without it.
#pragma once

#ifdef SHIM_LIBMNL
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>

namespace shim::io {

// `each`, with `into`, of every socket that matches the request (unix_diag_req, inet_diag_req_v2).
template <class Request>
void dump_sockets(const Request& request, mnl_cb_t each, void* into) {
  constexpr auto close = [](mnl_socket* socket) { mnl_socket_close(socket); };
  const std::unique_ptr<mnl_socket, decltype(close)> socket(
      mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC));
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) return;
  std::array<char, 256> bytes{};
  auto* header = mnl_nlmsg_put_header(bytes.data());
  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  std::memcpy(mnl_nlmsg_put_extra_header(header, sizeof request), &request, sizeof request);
  if (mnl_socket_sendto(socket.get(), header, header->nlmsg_len) < 0) return;
  constexpr std::size_t message_room = std::size_t{32} * 1024;  // the kernel sends no more in one
  std::vector<char> answers(message_room);
  int more = MNL_CB_OK;
  while (more > MNL_CB_STOP) {
    const auto got = mnl_socket_recvfrom(socket.get(), answers.data(), answers.size());
    if (got <= 0) return;
    more = mnl_cb_run(answers.data(), static_cast<std::size_t>(got), 0, 0, each, into);
  }
}

}  // namespace shim::io
#endif
