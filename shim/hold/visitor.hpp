// Somebody who is connected to a holder: a client with a terminal, or a verb that asks something.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <shim/core/session_protocol.hpp>
#include <shim/core/session_roles.hpp>
#include <shim/io/frame_socket.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::hold {

// The process at the other end of a socket, which may be gone at any time.
class peer_process {
 public:
  explicit peer_process(int socket);  // of the process that connected it, or made the pair

  bool is_dead() const;  // also if it is not known
  void signal(int number) const;

 private:
  io::unique_fd pidfd_;
};

struct visitor {
  // One that asks without end and takes no answer costs no more than this; nobody else waits long
  // for a picture that is larger.
  static constexpr std::size_t most_unsent = std::size_t{1024} * 1024;

  visitor(asio::io_context& context, io::unique_fd socket_of_it, client_id id_of_it)
      : id(id_of_it),
        process(std::make_shared<const peer_process>(socket_of_it.get())),
        socket(context, std::move(socket_of_it), max_session_frame) {
    socket.hear_until_unsent(most_unsent);
  }

  template <class Report>
  void send(const Report& report) {
    socket.send(encode(report));
  }

  // In pieces that fit.
  void send_picture(std::string_view bytes, std::uint64_t position, bool exact);

  client_id id;
  std::shared_ptr<const peer_process> process;
  io::frame_socket socket;
  bool greeted = false;   // it said hello
  bool counts = false;    // as a client: it is to attach, or is attached
  bool attached = false;  // until it leaves
  bool suspended = false;
  bool looks_on = false;  // it has its picture, and shows what comes
  bool waits_for_picture = false;
  std::size_t asked = 0;  // how often for what is told of the session, and not answered yet
  std::string terminal;
};

}  // namespace shim::hold
