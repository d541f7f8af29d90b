#include <shim/io/unix_socket.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <optional>

#include <shim/io/error.hpp>
#include <shim/io/umask_guard.hpp>

namespace shim::io {
namespace {

// Nothing: the name alone is too long.
std::optional<sockaddr_un> address_of(int directory, const std::string& name) {
  const auto path = "/proc/self/fd/" + std::to_string(directory) + "/" + name;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

using address_call = int (*)(int, const sockaddr*, socklen_t);

// A new socket that has been given to bind(2) or connect(2).
unique_fd socket_with(address_call call, int directory, const std::string& name,
                      std::error_code& error) {
  const auto address = address_of(directory, name);
  unique_fd made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!address) {
    error = std::make_error_code(std::errc::filename_too_long);
  } else if (!made ||
             call(made.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    error = last_error();
  }
  return error ? unique_fd() : std::move(made);
}

}  // namespace

unique_fd listen_at(int directory, const std::string& name, int backlog, std::error_code& error) {
  const umask_guard ours_alone;
  auto listener = socket_with(::bind, directory, name, error);
  if (!listener || ::listen(listener.get(), backlog) == 0) return listener;
  error = last_error();
  return {};
}

unique_fd connect_at(int directory, const std::string& name, std::error_code& error) {
  return socket_with(::connect, directory, name, error);
}

bool peer_is_us(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && size == sizeof peer &&
         peer.uid == ::geteuid();
}

}  // namespace shim::io
