#include <shim/hold/visitor.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace shim::hold {
namespace {

// Behind its length and type, and the length of its bytes.
constexpr std::size_t most_piece = max_session_frame - 64;

// asm-generic/socket.h, as of Linux 6.5; an older one answers ENOPROTOOPT.
constexpr int so_peerpidfd = 77;

bool has_hung_up(int socket) {
  pollfd watched{socket, POLLRDHUP, 0};
  return ::poll(&watched, 1, 0) != 0;
}

// By its number, which may be another's by now if it is gone; then it has hung up.
io::unique_fd peer_by_number(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0) return {};
  io::unique_fd found(static_cast<int>(::syscall(SYS_pidfd_open, peer.pid, 0)));
  return has_hung_up(socket) ? io::unique_fd() : std::move(found);
}

io::unique_fd peer_of(int socket) {
  int found = -1;
  socklen_t size = sizeof found;
  if (::getsockopt(socket, SOL_SOCKET, so_peerpidfd, &found, &size) == 0)
    return io::unique_fd(found);
  return errno == ENOPROTOOPT ? peer_by_number(socket) : io::unique_fd();
}

}  // namespace

peer_process::peer_process(int socket) : pidfd_(peer_of(socket)) {}

bool peer_process::is_dead() const {
  pollfd watched{pidfd_.get(), POLLIN, 0};
  return !pidfd_ || ::poll(&watched, 1, 0) != 0;
}

void peer_process::signal(int number) const {
  if (pidfd_) ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0);
}

void visitor::send_picture(std::string_view bytes, std::uint64_t position, bool exact) {
  send(session_message::picture{position, bytes.size(), exact ? 1u : 0u});
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, most_piece);
    send(session_message::piece{piece});
    bytes.remove_prefix(piece.size());
  }
}

}  // namespace shim::hold
