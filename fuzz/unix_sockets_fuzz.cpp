// /proc/net/unix: whatever is read is read again from what the kernel would print of it.
#include <shim/core/unix_sockets.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <fuzz/check.hpp>

namespace {

using entry = shim::unix_socket_entry;

std::string printed(const entry& socket) {
  const unsigned flags = socket.what == entry::use::listening ? 0x10000 : 0;
  const unsigned state = socket.what == entry::use::connected ? 3
                         : socket.what == entry::use::pending ? 2
                                                              : 1;
  char line[128];
  std::snprintf(line, sizeof line, "%016X: %08X %08X %08X %04X %02X %5llu", 0xabcU, 2U, 0U, flags,
                1U, state, static_cast<unsigned long long>(socket.inode));
  const bool has_path = socket.path.data() != nullptr;
  return line + (has_path ? " " + std::string(socket.path) : "") + "\n";
}

bool same(const entry& a, const entry& b) {
  return a.inode == b.inode && a.what == b.what && a.path == b.path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto sockets = shim::parse_unix_sockets(text);
  std::string again = "Num       RefCount Protocol Flags    Type St Inode Path\n";
  for (const auto& socket : sockets) {
    CHECK(text.find(socket.path) != text.npos);
    again += printed(socket);
  }
  CHECK(std::ranges::equal(sockets, shim::parse_unix_sockets(again), same));

  std::size_t accepted = 0, pending = 0;
  for (const auto& control : shim::control_sockets(sockets)) {
    CHECK(shim::is_bind_name(control.bind_name, control.path));
    CHECK(control.accepted <= shim::accepted_mux_clients(sockets, control.path));
    accepted += control.accepted;
    pending += control.pending;
  }
  const auto uses = [&sockets](entry::use what) {
    return static_cast<std::size_t>(std::ranges::count_if(sockets, [what](const auto& socket) {
      return socket.what == what && shim::path_of_bind_name(socket.path).has_value();
    }));
  };
  CHECK(accepted == uses(entry::use::connected));
  CHECK(pending == uses(entry::use::pending));
  return 0;
}
