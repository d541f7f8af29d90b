// An OpenSSH master as tests want it: a process of its own that listens on a control socket and
// says what it is told to say, so that it can be of any version, and be stopped.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <shim/core/mux_protocol.hpp>
#include <shim/io/unique_fd.hpp>
#include <shim/io/unix_socket.hpp>
#include <tests/support/deadline.hpp>
#include <tests/support/forked.hpp>

namespace test {

class scripted_master {
 public:
  // Frames to be said in answer to a request; empty: none.
  using script = std::function<std::string(const shim::mux_request&)>;

  // `directory`: open for as long as this lives.
  scripted_master(int directory, const std::string& name, script answer,
                  std::string greeting = shim::encode(shim::mux_message::hello{}))
      : answer_(std::move(answer)), greeting_(std::move(greeting)) {
    std::error_code error;
    auto listener = shim::io::listen_at(directory, name, 64, error);
    if (error) throw failure("no control socket: " + error.message());
    pid_ = start_fork([&] { return serve(listener.get()); });
  }
  scripted_master(const scripted_master&) = delete;
  scripted_master& operator=(const scripted_master&) = delete;
  ~scripted_master() { end(); }

  pid_t pid() const { return pid_; }
  // Its socket stays, as that of any master that was killed.
  void end() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    reaped(std::exchange(pid_, -1));
  }

  // What a master of OpenSSH 9.2 says: it is alive, and no forward can be had.
  static std::string usual(const shim::mux_request& asked) {
    namespace m = shim::mux_message;
    if (const auto* check = std::get_if<m::alive_check>(&asked))
      return shim::encode(m::alive{check->request, static_cast<std::uint32_t>(::getpid())});
    if (const auto* open = std::get_if<m::open_forward>(&asked))
      return shim::encode(m::failure{open->request, "remote port forwarding failed"});
    return unsupported(asked);
  }
  static std::string unsupported(const shim::mux_request& asked) {
    const auto number = [](const auto& m) -> std::uint32_t {
      if constexpr (requires { m.request; }) return m.request;
      return 0;
    };
    if (std::holds_alternative<shim::mux_message::hello>(asked)) return {};
    return shim::encode(
        shim::mux_message::failure{std::visit(number, asked), "unsupported request"});
  }

 private:
  int serve(int listener) {
    std::map<int, std::string> unread;  // by connection
    while (true) {
      std::vector<pollfd> watched{{listener, POLLIN, 0}};
      for (const auto& each : unread) watched.push_back({each.first, POLLIN, 0});
      if (::poll(watched.data(), watched.size(), -1) < 0) return 1;
      for (const auto& one : watched) {
        if (one.revents == 0) continue;
        if (one.fd == listener) {
          const int made = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
          if (made >= 0 && say(made, greeting_)) unread[made];
        } else if (!hear(one.fd, unread[one.fd])) {
          ::close(one.fd);
          unread.erase(one.fd);
        }
      }
    }
  }

  bool hear(int from, std::string& unread) const {
    std::array<char, 4096> buffer;
    const auto got = ::read(from, buffer.data(), buffer.size());
    if (got <= 0) return false;
    unread.append(buffer.data(), static_cast<std::size_t>(got));
    std::string_view rest = unread;
    std::string said;
    for (auto next = shim::take_frame(rest, shim::max_mux_frame);
         const auto* whole = std::get_if<shim::frame>(&next);
         next = shim::take_frame(rest, shim::max_mux_frame)) {
      const auto read = shim::decode<shim::mux_request>(*whole);
      if (const auto* asked = std::get_if<shim::mux_request>(&read)) said += answer_(*asked);
    }
    unread = rest;
    return say(from, said);
  }

  static bool say(int to, const std::string& bytes) {
    return ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }

  script answer_;
  std::string greeting_;
  pid_t pid_ = -1;
};

}  // namespace test
