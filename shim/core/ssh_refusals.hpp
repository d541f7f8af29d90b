// What ssh says when a server or a mux master will not have one session more. It goes on to
// something else behind some of these lines (a refused session becomes a login of its own), so the
// exit status does not tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shim {

struct ssh_refusal {
  enum class kind : std::uint8_t {
    // mux.c: the server opens no other session in this connection (MaxSessions of sshd_config(5)).
    session,
    // mux.c: somebody listens at the ControlPath already, so this ssh shares nothing.
    control_socket,
    // kex.c: the server went away before it said its version; so it does when it has too many
    // connections that are not logged in (MaxStartups), or has had enough of this address. Newer
    // ssh says it only if it is told to be verbose, and `connection` alone if not.
    identification,
    // packet.c: closed or reset by the server. Means a refusal before the login only.
    connection,
    // mux.c: the master, or its server, does not open a forward that is asked for with a session.
    forwarding,
  };
  kind what = kind::session;
  // The control socket's path; `Connection closed by remote host`; `192.0.2.1 port 22`. As ssh
  // wrote it: not for a terminal as it is.
  std::string about;

  bool operator==(const ssh_refusal&) const = default;
};

// Finds these lines in ssh's standard error or its pty's output, cut anywhere. A line is ssh's if
// it is wholly so; carriage returns at its end do not count. Any program may write such a line: to
// be asked only until the session is there. Keeps at most 512 bytes, of a line that is not at its
// end yet.
class ssh_refusal_reader {
 public:
  // The next one, and removes what was read from the front of `text`; nothing if there is none in
  // it, and then all was read.
  std::optional<ssh_refusal> next(std::string_view& text);

 private:
  static constexpr std::size_t longest_line = 512;  // more than any of ssh's is

  std::string line_;          // its beginning, if `text` ended in the middle of one
  bool is_too_long_ = false;  // the line in the middle of which `text` ended
};

}  // namespace shim
