#include <tests/support/tcp_relay.hpp>

#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include <tests/support/deadline.hpp>
#include <tests/support/tcp.hpp>
#include <tests/support/text.hpp>

namespace test {
namespace {

constexpr std::size_t most_buffered = 64UL * 1024;

// One direction of a connection.
struct flow {
  std::string waiting{};
  bool ended = false;  // the reader's side said so; passed on once all is written

  short wants_read() const { return !ended && waiting.size() < most_buffered ? POLLIN : 0; }
  short wants_write() const { return waiting.empty() ? 0 : POLLOUT; }
};

struct connection {
  owned_fd client;
  owned_fd server;
  flow up{};
  flow down{};
  bool broken = false;
};

void take(connection& of, const owned_fd& from, const owned_fd& to, flow& through) {
  std::array<char, 16384> buffer;
  const ssize_t got = ::recv(from.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got > 0) through.waiting.append(buffer.data(), static_cast<std::size_t>(got));
  if (got == 0) through.ended = true;
  if (got < 0 && errno != EAGAIN) of.broken = true;
  if (through.ended && through.waiting.empty()) ::shutdown(to.get(), SHUT_WR);
}

void give(connection& of, const owned_fd& to, flow& through) {
  const ssize_t sent =
      ::send(to.get(), through.waiting.data(), through.waiting.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent > 0) through.waiting.erase(0, static_cast<std::size_t>(sent));
  if (sent < 0 && errno != EAGAIN) of.broken = true;
  if (through.ended && through.waiting.empty()) ::shutdown(to.get(), SHUT_WR);
}

void reset(const connection& of) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(of.client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::setsockopt(of.server.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

class relay_side {
 public:
  relay_side(owned_fd listening, owned_fd control, std::uint16_t to)
      : listening_(std::move(listening)), control_(std::move(control)), to_(to) {}

  void run() {
    while (obey()) {
      wait();
      if (frozen_) continue;
      for (std::size_t i = 0; i < connections_.size(); ++i) turn(connections_[i], 2 + 2 * i);
      std::erase_if(connections_, [](const connection& each) {
        return each.broken || (each.up.ended && each.up.waiting.empty() && each.down.ended &&
                               each.down.waiting.empty());
      });
      if (fds_[1].revents != 0) accept();
    }
  }

 private:
  // The fds of this turn: control, listening, then client and server of each connection.
  void wait() {
    fds_.assign(1, {.fd = control_.get(), .events = POLLIN, .revents = 0});
    if (!frozen_) {
      fds_.push_back({.fd = listening_.get(), .events = POLLIN, .revents = 0});
      for (const connection& each : connections_) {
        add(each.client, each.up.wants_read() | each.down.wants_write());
        add(each.server, each.down.wants_read() | each.up.wants_write());
      }
    }
    ::poll(fds_.data(), fds_.size(), -1);
  }

  // A side that is done would report its hang-up for ever.
  void add(const owned_fd& fd, int events) {
    fds_.push_back(
        {.fd = events == 0 ? -1 : fd.get(), .events = static_cast<short>(events), .revents = 0});
  }

  void turn(connection& of, std::size_t at) {
    if (at + 1 >= fds_.size()) return;
    const short client = fds_[at].revents;
    const short server = fds_[at + 1].revents;
    constexpr short readable = POLLIN | POLLHUP | POLLERR;
    if ((client & readable) != 0 && of.up.wants_read() != 0) take(of, of.client, of.server, of.up);
    if ((server & readable) != 0 && of.down.wants_read() != 0)
      take(of, of.server, of.client, of.down);
    if ((client & POLLOUT) != 0) give(of, of.client, of.down);
    if ((server & POLLOUT) != 0) give(of, of.server, of.up);
  }

  void accept() {
    owned_fd client(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    owned_fd server = connect_to_loopback(to_);
    if (server) connections_.push_back({std::move(client), std::move(server)});
  }

  // False when the test is gone.
  bool obey() {
    char what = 0;
    while (true) {
      const ssize_t got = ::recv(control_.get(), &what, 1, MSG_DONTWAIT);
      if (got < 0) return errno == EAGAIN || errno == EINTR;
      if (got == 0) return false;
      if (what == 'f' || what == 't') frozen_ = what == 'f';
      if (what == 'c') cut();
      if (what == 'd' && !deafen()) what = 'n';
      ::send(control_.get(), &what, 1, MSG_NOSIGNAL);
    }
  }

  // A filter that lets nothing through (socket(7), SO_ATTACH_FILTER), and nothing that is sent once
  // more as nobody acknowledges it.
  bool deafen() {
    frozen_ = true;
    sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    const sock_fprog program{1, &nothing};
    const auto is_acknowledged = [](const connection& each) {
      tcp_info info{};
      socklen_t size = sizeof info;
      ::getsockopt(each.client.get(), IPPROTO_TCP, TCP_INFO, &info, &size);
      return info.tcpi_unacked == 0;
    };
    while (!std::ranges::all_of(connections_, is_acknowledged)) ::poll(nullptr, 0, 1);
    return std::ranges::all_of(connections_, [&](const connection& each) {
      return ::setsockopt(each.client.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program,
                          sizeof program) == 0;
    });
  }

  void cut() {
    for (const connection& each : connections_) reset(each);
    connections_.clear();
  }

  owned_fd listening_;
  owned_fd control_;
  std::uint16_t to_;
  bool frozen_ = false;
  std::vector<connection> connections_;
  std::vector<pollfd> fds_;
};

}  // namespace

tcp_relay::tcp_relay(std::uint16_t to) {
  owned_fd listening = listen_on_loopback();
  port_ = port_of(listening);
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) < 0)
    throw failure(cannot("make a socket pair"));
  control_ = owned_fd(ends[0]);
  owned_fd relay_end(ends[1]);
  pid_ = ::fork();
  if (pid_ < 0) throw failure(cannot("fork"));
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  control_.reset();
  relay_side(std::move(listening), std::move(relay_end), to).run();
  ::_exit(0);
}

tcp_relay::~tcp_relay() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

char tcp_relay::tell(char what) {
  ::send(control_.get(), &what, 1, MSG_NOSIGNAL);
  pollfd answer{.fd = control_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&answer, 1, static_cast<int>(patience.count())) != 1)
    throw failure("the relay does not answer");
  if (::recv(control_.get(), &what, 1, 0) != 1) throw failure("the relay has died");
  return what;
}

}  // namespace test
