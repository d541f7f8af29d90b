#include <tests/support/tty_link.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>

#include <tests/support/text.hpp>

namespace test {
namespace {

void wait_readable(const owned_fd& fd, const deadline& end,
                   const std::function<std::string()>& what) {
  pollfd input{.fd = fd.get(), .events = POLLIN, .revents = 0};
  while (::poll(&input, 1, end.left()) <= 0)
    if (end.passed()) throw failure(what());
}

}  // namespace

void tty_link::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(connection_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) throw failure(cannot("write to the terminal"));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string tty_link::expect(const finder& is_there, std::string_view what, milliseconds within) {
  const deadline end(within);
  const auto missing = [&] {
    return "the terminal does not send \"" + escaped(what) + "\", but \"" + escaped(received_) +
           '"';
  };
  while (true) {
    if (const auto found = is_there(received_)) {
      std::string taken = received_.substr(0, *found);
      received_.erase(0, *found);
      return taken;
    }
    wait_readable(connection_, end, missing);
    std::array<char, 4096> buffer;
    const ssize_t got = ::read(connection_.get(), buffer.data(), buffer.size());
    if (got <= 0) throw failure(missing() + ", and is gone");
    received_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

std::string tty_link::expect(std::string_view text, milliseconds within) {
  const auto is_there = [text](std::string_view received) -> std::optional<std::size_t> {
    const auto found = received.find(text);
    if (found == received.npos) return std::nullopt;
    return found + text.size();
  };
  return expect(is_there, text, within);
}

std::string tty_link::ask(std::string_view question, milliseconds within) {
  constexpr std::string_view status = "\x1b[5n";
  constexpr std::string_view ready = "\x1b[0n";
  write(std::string(question) + std::string(status));
  std::string answer = expect(ready, within);
  answer.resize(answer.size() - ready.size());
  return answer;
}

tty_link_server::tty_link_server() : listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  if (!listening_ ||
      ::bind(listening_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
      ::listen(listening_.get(), 8) < 0)
    throw failure(cannot("listen on " + path_));
}

tty_link tty_link_server::accept(milliseconds within) {
  wait_readable(listening_, deadline(within), [] { return "no tty_end comes"; });
  owned_fd connection(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection) throw failure(cannot("accept"));
  return tty_link(std::move(connection));
}

}  // namespace test
