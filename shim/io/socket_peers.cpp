#include <shim/io/socket_peers.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#ifdef SHIM_LIBMNL
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>

#include <array>
#include <cstring>
#endif

namespace shim::io {
namespace {

// What links in /proc/PID/fd lead to (proc(5)): "socket:[12345]".
std::optional<std::uint64_t> socket_inode(std::string_view target) {
  constexpr std::string_view before = "socket:[";
  if (!target.starts_with(before)) return std::nullopt;
  target.remove_prefix(before.size());
  std::uint64_t inode = 0;
  const auto read = std::from_chars(target.data(), target.data() + target.size(), inode);
  return read.ec == std::errc() ? std::optional(inode) : std::nullopt;
}

}  // namespace

std::vector<std::uint64_t> process_sockets(pid_t pid) {
  namespace fs = std::filesystem;
  std::vector<std::uint64_t> all;
  std::error_code error;
  const auto directory = "/proc/" + std::to_string(pid) + "/fd";
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    const auto target = fs::read_symlink(at->path(), gone).string();
    if (const auto inode = socket_inode(target)) all.push_back(*inode);
  }
  std::ranges::sort(all);
  return all;
}

#ifdef SHIM_LIBMNL

namespace {

using number_map = std::unordered_map<std::uint64_t, std::uint64_t>;

// The kernel sends as much in one message.
constexpr std::size_t message_room = std::size_t{32} * 1024;

struct closing {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

// Those that have no other end have no attribute that tells of it.
int add_peer(const nlmsghdr* message, void* into) {
  const auto* told = static_cast<const unix_diag_msg*>(mnl_nlmsg_get_payload(message));
  const auto take = [](const nlattr* attribute, void* to) {
    if (mnl_attr_get_type(attribute) == UNIX_DIAG_PEER)
      *static_cast<std::uint64_t*>(to) = mnl_attr_get_u32(attribute);
    return MNL_CB_OK;
  };
  std::uint64_t peer = 0;
  mnl_attr_parse(message, sizeof *told, take, &peer);
  if (peer != 0) static_cast<number_map*>(into)->emplace(told->udiag_ino, peer);
  return MNL_CB_OK;
}

int add_file(const nlmsghdr* message, void* into) {
  const auto* told = static_cast<const unix_diag_msg*>(mnl_nlmsg_get_payload(message));
  const auto take = [](const nlattr* attribute, void* to) {
    unix_diag_vfs file{};
    if (mnl_attr_get_type(attribute) != UNIX_DIAG_VFS ||
        mnl_attr_get_payload_len(attribute) < sizeof file)
      return MNL_CB_OK;
    std::memcpy(&file, mnl_attr_get_payload(attribute), sizeof file);
    *static_cast<std::uint64_t*>(to) = file.udiag_vfs_ino;
    return MNL_CB_OK;
  };
  std::uint64_t file = 0;
  mnl_attr_parse(message, sizeof *told, take, &file);
  if (file != 0) static_cast<number_map*>(into)->emplace(told->udiag_ino, file);
  return MNL_CB_OK;
}

// Of all sockets; `show`: UDIAG_SHOW_.
bool ask_for(mnl_socket* socket, std::uint32_t show) {
  std::array<char, 256> bytes{};
  auto* header = mnl_nlmsg_put_header(bytes.data());
  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  auto* request =
      static_cast<unix_diag_req*>(mnl_nlmsg_put_extra_header(header, sizeof(unix_diag_req)));
  request->sdiag_family = AF_UNIX;
  request->udiag_states = ~0U;
  request->udiag_show = show;
  return mnl_socket_sendto(socket, header, header->nlmsg_len) >= 0;
}

number_map told_of_sockets(std::uint32_t show, mnl_cb_t add) {
  number_map all;
  const std::unique_ptr<mnl_socket, closing> socket(
      mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC));
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0 ||
      !ask_for(socket.get(), show))
    return all;
  std::vector<char> bytes(message_room);
  int more = MNL_CB_OK;
  while (more > MNL_CB_STOP) {
    const auto got = mnl_socket_recvfrom(socket.get(), bytes.data(), bytes.size());
    if (got <= 0) break;
    more = mnl_cb_run(bytes.data(), static_cast<std::size_t>(got), 0, 0, add, &all);
  }
  return all;
}

}  // namespace

std::unordered_map<std::uint64_t, std::uint64_t> socket_peers() {
  return told_of_sockets(UDIAG_SHOW_PEER, add_peer);
}

std::unordered_map<std::uint64_t, std::uint64_t> socket_files() {
  return told_of_sockets(UDIAG_SHOW_VFS, add_file);
}

std::string_view socket_peers_kind() { return "named"; }

#else

std::unordered_map<std::uint64_t, std::uint64_t> socket_peers() { return {}; }

std::unordered_map<std::uint64_t, std::uint64_t> socket_files() { return {}; }

std::string_view socket_peers_kind() { return "counted (built without libmnl)"; }

#endif

}  // namespace shim::io
