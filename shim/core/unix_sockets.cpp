#include <shim/core/unix_sockets.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

namespace shim {
namespace {

using use = unix_socket_entry::use;

constexpr std::uint64_t accepts_connections = 0x10000;     // __SO_ACCEPTCON
constexpr std::uint64_t connecting = 2, is_connected = 3;  // SS_ of linux/net.h

// The fields of unix_seq_show(), of just the widths that it writes: the more a path must do to look
// like a line, the better.
class field_reader {
 public:
  explicit field_reader(std::string_view line) : rest_(line) {}

  // Digits of that width, and what stands behind them.
  std::optional<std::uint64_t> take(std::size_t width, std::string_view behind, int base = 16) {
    std::uint64_t value = 0;
    if (rest_.size() < width) return std::nullopt;
    const auto* end = rest_.data() + width;
    const auto read = std::from_chars(rest_.data(), end, value, base);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    rest_.remove_prefix(width);
    if (!rest_.starts_with(behind)) return std::nullopt;
    rest_.remove_prefix(behind.size());
    return value;
  }

  // The inode, `%5lu`.
  std::optional<std::uint64_t> take_padded() {
    constexpr std::size_t least = 5;
    const auto blanks = std::min(rest_.find_first_not_of(' '), rest_.size());
    rest_.remove_prefix(blanks);
    const auto digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (digits == 0 || (blanks > 0 ? blanks + digits != least : digits < least))
      return std::nullopt;
    return take(digits, "", 10);
  }

  // Hex digits of a pointer: 8 or 16 by the machine, all zeros if the kernel hides them.
  bool skip_address() {
    const auto width = rest_.find(": ");
    return (width == 8 || width == 16) && take(width, ": ").has_value();
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

use use_of(std::uint64_t flags, std::uint64_t state) {
  if ((flags & accepts_connections) != 0) return use::listening;
  if (state == is_connected) return use::connected;
  return state == connecting ? use::pending : use::other;
}

std::optional<unix_socket_entry> parse_line(std::string_view line) {
  field_reader fields(line);
  if (!fields.skip_address() || !fields.take(8, " ") || !fields.take(8, " ")) return std::nullopt;
  const auto flags = fields.take(8, " ");
  const auto type = fields.take(4, " ");
  const auto state = fields.take(2, " ");
  const auto inode = fields.take_padded();
  if (!flags || !type || !state || !inode) return std::nullopt;
  auto path = fields.rest();
  if (!path.empty() && path[0] != ' ') return std::nullopt;
  path = path.empty() ? std::string_view() : path.substr(1);
  return unix_socket_entry{*inode, use_of(*flags, *state), path};
}

}  // namespace

std::vector<unix_socket_entry> parse_unix_sockets(std::string_view text) {
  std::vector<unix_socket_entry> sockets;
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (const auto socket = parse_line(text.substr(begin, end - begin))) {
      sockets.push_back(*socket);
    } else if (!sockets.empty() && sockets.back().path.data() != nullptr) {
      auto& path = sockets.back().path;
      path = {path.data(), path.size() + 1 + (end - begin)};
    }
    begin = end + 1;
  }
  return sockets;
}

std::vector<control_socket_entry> control_sockets(std::span<const unix_socket_entry> sockets) {
  std::map<std::string_view, control_socket_entry> by_name;
  for (const auto& socket : sockets) {
    const auto path = path_of_bind_name(socket.path);
    if (!path || socket.what == use::other) continue;
    auto& entry = by_name[socket.path];
    entry.bind_name = socket.path;
    entry.path = *path;
    entry.is_listening = entry.is_listening || socket.what == use::listening;
    entry.accepted += socket.what == use::connected ? 1 : 0;
    entry.pending += socket.what == use::pending ? 1 : 0;
  }
  std::vector<control_socket_entry> all;
  all.reserve(by_name.size());
  for (const auto& [name, entry] : by_name) all.push_back(entry);
  return all;
}

std::size_t accepted_mux_clients(std::span<const unix_socket_entry> sockets,
                                 std::string_view path) {
  const auto is_client = [path](const auto& socket) {
    return socket.what == use::connected && is_bind_name(socket.path, path);
  };
  return static_cast<std::size_t>(std::ranges::count_if(sockets, is_client));
}

}  // namespace shim
