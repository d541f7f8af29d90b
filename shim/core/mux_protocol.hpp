// What is said over the control socket of an OpenSSH master (PROTOCOL.mux, and mux.c where that is
// silent): by a client, and by the master in answer.
//
// Frames are as in wire.hpp; a truth value is a uint32 on the wire. Each side begins with a hello,
// without waiting for the other's. All requests of a client have a number of its choice, which the
// answer repeats. A type that is not known is unknown_message, and its frame has what it says.
// Views in messages that were read are of the frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include <shim/core/wire_message.hpp>

namespace shim {

inline constexpr std::uint32_t mux_protocol_version = 4;

// mux.c gives no bound; a master says at most a line for each of its channels.
inline constexpr std::size_t max_mux_frame = std::size_t{256} * 1024;

namespace mux_message {

// -- both ways, the first --

struct hello {
  static constexpr std::uint32_t type = 0x00000001;
  std::uint32_t version = mux_protocol_version;
  wire_rest extensions{};  // see mux_extensions()
  static constexpr auto fields = [](auto& m) { return std::tie(m.version, m.extensions); };
  bool operator==(const hello&) const = default;
};

// -- to the master --

// Three descriptors follow, for the session's stdin, stdout and stderr: each goes with a byte of
// its own, which belongs to no frame.
struct new_session {
  static constexpr std::uint32_t type = 0x10000002;
  static constexpr std::uint32_t no_escape = 0xffffffff;
  std::uint32_t request = 0;
  std::string_view reserved;
  std::uint32_t wants_tty = 0;
  std::uint32_t wants_x11 = 0;
  std::uint32_t wants_agent = 0;
  std::uint32_t is_subsystem = 0;
  std::uint32_t escape = no_escape;
  std::string_view terminal;  // TERM
  std::string_view command;   // empty: the login shell
  wire_rest environment{};    // strings, NAME=VALUE
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.request, m.reserved, m.wants_tty, m.wants_x11, m.wants_agent, m.is_subsystem,
                    m.escape, m.terminal, m.command, m.environment);
  };
  bool operator==(const new_session&) const = default;
};

struct alive_check {
  static constexpr std::uint32_t type = 0x10000004;
  std::uint32_t request = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.request); };
  bool operator==(const alive_check&) const = default;
};

// The master ends, and all of its sessions with it.
struct terminate {
  static constexpr std::uint32_t type = 0x10000005;
  std::uint32_t request = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.request); };
  bool operator==(const terminate&) const = default;
};

// Where a connection is taken in, and where it leads.
struct forward {
  static constexpr std::uint32_t local = 1;
  static constexpr std::uint32_t remote = 2;
  static constexpr std::uint32_t dynamic = 3;
  static constexpr std::uint32_t unix_path = 0xfffffffe;  // as a port: the host is a path
  std::uint32_t kind = local;
  std::string_view listen_host;
  std::uint32_t listen_port = 0;
  std::string_view connect_host;
  std::uint32_t connect_port = 0;
  bool operator==(const forward&) const = default;
};

struct open_forward {
  static constexpr std::uint32_t type = 0x10000006;
  std::uint32_t request = 0;
  forward what{};
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.request, m.what.kind, m.what.listen_host, m.what.listen_port,
                    m.what.connect_host, m.what.connect_port);
  };
  bool operator==(const open_forward&) const = default;
};

struct close_forward {
  static constexpr std::uint32_t type = 0x10000007;
  std::uint32_t request = 0;
  forward what{};
  static constexpr auto fields = open_forward::fields;
  bool operator==(const close_forward&) const = default;
};

// Two descriptors follow, as after new_session.
struct new_stdio_forward {
  static constexpr std::uint32_t type = 0x10000008;
  std::uint32_t request = 0;
  std::string_view reserved;
  std::string_view host;
  std::uint32_t port = 0;
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.request, m.reserved, m.host, m.port);
  };
  bool operator==(const new_stdio_forward&) const = default;
};

// The socket goes; who is connected stays.
struct stop_listening {
  static constexpr std::uint32_t type = 0x10000009;
  std::uint32_t request = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.request); };
  bool operator==(const stop_listening&) const = default;
};

// Only its number is of use here. A master that is given a connection this way is ended, with all
// its sessions, by the first channel that the server refuses.
struct proxy {
  static constexpr std::uint32_t type = 0x1000000f;
  std::uint32_t request = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.request); };
  bool operator==(const proxy&) const = default;
};

// Of masters whose hello announces the extension "info" (OpenSSH 10.3).
struct ask_info {
  static constexpr std::uint32_t type = 0x20000001;
  std::uint32_t request = 0;
  std::string_view about;  // "connection" or "channels"
  static constexpr auto fields = [](auto& m) { return std::tie(m.request, m.about); };
  bool operator==(const ask_info&) const = default;
};

// -- from the master --

struct ok {
  static constexpr std::uint32_t type = 0x80000001;
  std::uint32_t request = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.request); };
  bool operator==(const ok&) const = default;
};

struct permission_denied {
  static constexpr std::uint32_t type = 0x80000002;
  std::uint32_t request = 0;
  std::string_view why;
  static constexpr auto fields = [](auto& m) { return std::tie(m.request, m.why); };
  bool operator==(const permission_denied&) const = default;
};

struct failure {
  static constexpr std::uint32_t type = 0x80000003;
  std::uint32_t request = 0;
  std::string_view why;
  static constexpr auto fields = [](auto& m) { return std::tie(m.request, m.why); };
  bool operator==(const failure&) const = default;
};

struct exit_message {
  static constexpr std::uint32_t type = 0x80000004;
  std::uint32_t session = 0;
  std::uint32_t status = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.session, m.status); };
  bool operator==(const exit_message&) const = default;
};

struct alive {
  static constexpr std::uint32_t type = 0x80000005;
  std::uint32_t request = 0;
  std::uint32_t pid = 0;  // of the master as it is now, which may not be who made the socket
  static constexpr auto fields = [](auto& m) { return std::tie(m.request, m.pid); };
  bool operator==(const alive&) const = default;
};

struct session_opened {
  static constexpr std::uint32_t type = 0x80000006;
  std::uint32_t request = 0;
  std::uint32_t session = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.request, m.session); };
  bool operator==(const session_opened&) const = default;
};

// The answer to a remote forward that left the port to the server.
struct remote_port {
  static constexpr std::uint32_t type = 0x80000007;
  std::uint32_t request = 0;
  std::uint32_t port = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.request, m.port); };
  bool operator==(const remote_port&) const = default;
};

struct no_tty {
  static constexpr std::uint32_t type = 0x80000008;
  std::uint32_t session = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.session); };
  bool operator==(const no_tty&) const = default;
};

struct proxied {
  static constexpr std::uint32_t type = 0x8000000f;
  std::uint32_t request = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.request); };
  bool operator==(const proxied&) const = default;
};

struct info {
  static constexpr std::uint32_t type = 0x90000001;
  std::uint32_t request = 0;
  std::uint32_t known = 0;  // 0: it does not know what it was asked about
  std::string_view text;    // for people: lines that end in CR LF
  static constexpr auto fields = [](auto& m) { return std::tie(m.request, m.known, m.text); };
  bool operator==(const info&) const = default;
};

}  // namespace mux_message

using mux_request =
    std::variant<mux_message::hello, mux_message::new_session, mux_message::alive_check,
                 mux_message::terminate, mux_message::open_forward, mux_message::close_forward,
                 mux_message::new_stdio_forward, mux_message::stop_listening, mux_message::proxy,
                 mux_message::ask_info>;
using mux_reply = std::variant<mux_message::hello, mux_message::ok, mux_message::permission_denied,
                               mux_message::failure, mux_message::exit_message, mux_message::alive,
                               mux_message::session_opened, mux_message::remote_port,
                               mux_message::no_tty, mux_message::proxied, mux_message::info>;

struct mux_extension {
  std::string_view name;
  std::string_view value;
  bool operator==(const mux_extension&) const = default;
};

// Those that a hello announces, up to the first that is cut short.
std::vector<mux_extension> mux_extensions(const mux_message::hello& from);

}  // namespace shim
