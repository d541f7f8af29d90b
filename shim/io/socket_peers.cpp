#include <shim/io/socket_peers.hpp>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <shim/io/sock_diag.hpp>

#ifdef SHIM_LIBMNL
#include <linux/unix_diag.h>
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
  std::map<int, std::uint64_t> by_fd;
  std::error_code error;
  const auto directory = "/proc/" + std::to_string(pid) + "/fd";
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    const auto target = fs::read_symlink(at->path(), gone).string();
    const auto inode = socket_inode(target);
    if (inode) by_fd.emplace(std::atoi(at->path().filename().c_str()), *inode);
  }
  std::vector<std::uint64_t> all;
  all.reserve(by_fd.size());
  for (const auto& each : by_fd) all.push_back(each.second);
  return all;
}

#ifdef SHIM_LIBMNL

namespace {

using number_map = std::unordered_map<std::uint64_t, std::uint64_t>;

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
number_map told_of_sockets(std::uint32_t show, mnl_cb_t add) {
  unix_diag_req request{};
  request.sdiag_family = AF_UNIX;
  request.udiag_states = ~0U;
  request.udiag_show = show;
  number_map all;
  dump_sockets(request, add, &all);
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
