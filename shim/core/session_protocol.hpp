// What is said between the holder of a session and those who use it: clients with a terminal, and
// verbs such as `ls`. docs/protocol-session.md has it in full.
//
// A holder outlives the program it was started from, so both sides may be of other versions: types
// that one does not know are ignored, fields are only ever added behind the last one, where they
// may be missing, and the messages here keep the numbers and fields they have
// (tests/vectors/session_v1.txt). Frames are at most max_session_frame bytes behind their length.
// Views in messages that were read are of the frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <variant>

#include <shim/core/wire_message.hpp>

namespace shim {

inline constexpr std::size_t max_session_frame = std::size_t{64} * 1024;
inline constexpr std::uint32_t session_protocol_version = 1;

// What is cut to this length by who sends it: titles and directories are told from the far end. A
// path has no more (PATH_MAX), and as many as one message has fit in a frame.
inline constexpr std::size_t max_session_text = std::size_t{4} * 1024;

namespace session_message {

// -- both ways, the first: nothing else is read before it --

struct hello {
  static constexpr std::uint32_t type = 1;
  std::uint32_t version = session_protocol_version;  // another one: there is nothing to be said
  std::uint64_t capabilities = 0;  // bits of what was added to this version; none is known yet
  static constexpr auto fields = [](auto& m) { return std::tie(m.version, m.capabilities); };
  bool operator==(const hello&) const = default;
};

// -- to the holder --

struct attach {
  static constexpr std::uint32_t type = 10;
  static constexpr std::uint32_t take = 1;   // flag: the other clients have to leave
  static constexpr std::uint32_t first = 2;  // flag: from the session's first byte on, no picture
  std::uint32_t flags = 0;
  std::uint32_t rows = 0;  // the window, as TIOCGWINSZ has it
  std::uint32_t columns = 0;
  std::uint32_t x_pixels = 0;
  std::uint32_t y_pixels = 0;
  std::uint32_t most_history = 0;  // rows to be painted before the screen
  std::string_view terminal;       // which one it is: the same text means the same window; or empty
  std::string_view agent;          // SSH_AUTH_SOCK; empty: none
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.flags, m.rows, m.columns, m.x_pixels, m.y_pixels, m.most_history, m.terminal,
                    m.agent);
  };
  bool operator==(const attach&) const = default;
};

// The client goes: it reads no more, and what comes still is not for it. Without it, it has died.
struct leave {
  static constexpr std::uint32_t type = 11;
  static constexpr std::uint32_t asked = 1;    // its user wanted it
  static constexpr std::uint32_t hung_up = 2;  // its terminal is gone
  static constexpr std::uint32_t seen = 3;     // the session has ended, and all of it was shown
  std::uint32_t why = asked;                   // another number counts as this one
  static constexpr auto fields = [](auto& m) { return std::tie(m.why); };
  bool operator==(const leave&) const = default;
};

// The pty has this size since `position`, set by the client.
struct window {
  static constexpr std::uint32_t type = 12;
  std::uint64_t position = 0;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t x_pixels = 0;
  std::uint32_t y_pixels = 0;
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.position, m.rows, m.columns, m.x_pixels, m.y_pixels);
  };
  bool operator==(const window&) const = default;
};

// The client is stopped: it reads and shows nothing until it says `on` = 0 and asks for a picture.
struct suspend {
  static constexpr std::uint32_t type = 13;
  std::uint32_t on = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.on); };
  bool operator==(const suspend&) const = default;
};

// Wants a picture; `unseen`: of history only what this client's terminal does not have.
struct paint {
  static constexpr std::uint32_t type = 14;
  std::uint32_t most_history = 0;
  std::uint32_t unseen = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.most_history, m.unseen); };
  bool operator==(const paint&) const = default;
};

struct ask_info {
  static constexpr std::uint32_t type = 15;
  static constexpr auto fields = [](auto&) { return std::tie(); };
  bool operator==(const ask_info&) const = default;
};

// The session shall end: `done` says that it is on its way, the closed connection that it is over.
struct end {
  static constexpr std::uint32_t type = 16;
  static constexpr std::uint32_t hang_up = 1;  // SIGHUP, as when a terminal is closed
  static constexpr std::uint32_t terminate = 2;
  static constexpr std::uint32_t kill = 3;
  std::uint32_t how = hang_up;  // another number counts as this one
  static constexpr auto fields = [](auto& m) { return std::tie(m.how); };
  bool operator==(const end&) const = default;
};

struct rename {
  static constexpr std::uint32_t type = 17;
  std::string_view name;
  static constexpr auto fields = [](auto& m) { return std::tie(m.name); };
  bool operator==(const rename&) const = default;
};

// All clients have to leave.
struct evict {
  static constexpr std::uint32_t type = 18;
  static constexpr auto fields = [](auto&) { return std::tie(); };
  bool operator==(const evict&) const = default;
};

// What runs has left the mode in which ssh asks for passwords: from now on it outlives a terminal
// that is closed.
struct opened {
  static constexpr std::uint32_t type = 19;
  static constexpr auto fields = [](auto&) { return std::tie(); };
  bool operator==(const opened&) const = default;
};

// What the client's terminal has said of itself, as a terminal says it
// (vt/stream/terminal_facts.hpp): the holder repeats it where it replies to programs because no
// terminal is there.
struct facts {
  static constexpr std::uint32_t type = 20;
  std::string_view replies;
  static constexpr auto fields = [](auto& m) { return std::tie(m.replies); };
  bool operator==(const facts&) const = default;
};

// -- from the holder --

// The answer to attach. With its first byte come five descriptors (SCM_RIGHTS), in this order: the
// pty's master, the ring, the screen's mark, the eventfd that wakes the screen process, the pidfd
// of what runs. A picture follows, then a role. Of a session that has ended nothing can be handed
// over: the answer is a picture, and `ended` behind it. What stands behind `host` is needed to make
// the client's escapes those of the session.
struct attached {
  static constexpr std::uint32_t type = 101;
  static constexpr std::size_t descriptors = 5;
  static constexpr std::uint32_t no_escape = 256;
  std::uint32_t pid = 0;  // of what runs
  std::string_view name;
  std::string_view host;
  std::string_view term;                     // TERM of what runs
  std::uint32_t escape = '~';                // the user's escape character, a byte or no_escape
  std::uint32_t private_escape = no_escape;  // the one that ssh was given
  std::uint32_t has_info = 0;                // ssh has a `~I` of its own
  std::string_view why_no_handover;          // for people, if there is no private escape
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.pid, m.name, m.host, m.term, m.escape, m.private_escape, m.has_info,
                    m.why_no_handover);
  };
  bool operator==(const attached&) const = default;
};

// The client reads the pty, in this epoch of the ring; or it does not.
struct role {
  static constexpr std::uint32_t type = 102;
  std::uint32_t reads = 0;
  std::uint32_t epoch = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.reads, m.epoch); };
  bool operator==(const role&) const = default;
};

// There is more in the ring, for a client that does not read the pty. One that does not take what
// it is told is told no more, until it has.
struct moved {
  static constexpr std::uint32_t type = 103;
  static constexpr auto fields = [](auto&) { return std::tie(); };
  bool operator==(const moved&) const = default;
};

// The answer to paint, and a part of that to attach: what rebuilds the screen, and stands for all
// output before `position`; `size` bytes of it follow in pieces. `exact` is 0 if the picture was
// lost: then what it has only clears the screen.
struct picture {
  static constexpr std::uint32_t type = 104;
  std::uint64_t position = 0;
  std::uint64_t size = 0;
  std::uint32_t exact = 1;
  static constexpr auto fields = [](auto& m) { return std::tie(m.position, m.size, m.exact); };
  bool operator==(const picture&) const = default;
};

struct piece {
  static constexpr std::uint32_t type = 105;
  std::string_view bytes;
  static constexpr auto fields = [](auto& m) { return std::tie(m.bytes); };
  bool operator==(const piece&) const = default;
};

// The answer to ask_info, which needs no attach. Frozen: nothing is ever added, not even behind the
// last field; what a later version wants to tell beside it is another message.
struct info {
  static constexpr std::uint32_t type = 106;
  std::string_view name;
  std::string_view host;       // the destination as it was given; empty: not an ssh
  std::string_view command;    // what runs, for people
  std::string_view title;      // the last one it set
  std::string_view directory;  // the last one it told (OSC 7), as it was told
  std::uint32_t state = 0;     // 1 attached, 2 detached, 3 left behind by a closed window, 4 ended
  std::uint32_t clients = 0;
  std::uint32_t pid = 0;  // of what runs, or ran
  std::uint32_t holder = 0;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint64_t since = 0;  // seconds since 1970, as the next three
  std::uint64_t active = 0;
  std::uint64_t detached = 0;   // 0: it is not
  std::uint64_t ends = 0;       // when it is given up; 0: never
  std::uint32_t end_how = 0;    // 1 exited, 2 died of a signal; 0: it runs
  std::uint32_t end_value = 0;  // the status, or the signal
  std::uint32_t has_agent = 0;  // it was asked to forward the agent
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.name, m.host, m.command, m.title, m.directory, m.state, m.clients, m.pid,
                    m.holder, m.rows, m.columns, m.since, m.active, m.detached, m.ends, m.end_how,
                    m.end_value, m.has_agent);
  };
  bool operator==(const info&) const = default;
};

// The client has to leave, as `asked`: another one took the session, or somebody wanted it.
struct left_out {
  static constexpr std::uint32_t type = 107;
  std::string_view why;  // for people
  static constexpr auto fields = [](auto& m) { return std::tie(m.why); };
  bool operator==(const left_out&) const = default;
};

// What ran has ended. The output goes up to `position`, unless the client itself reads it.
struct ended {
  static constexpr std::uint32_t type = 108;
  std::uint32_t how = 0;  // as in info
  std::uint32_t value = 0;
  std::uint64_t position = 0;
  static constexpr auto fields = [](auto& m) { return std::tie(m.how, m.value, m.position); };
  bool operator==(const ended&) const = default;
};

// The answers to end, rename and evict, in the order in which they were asked; `refused` may be
// that to any other request, and to a hello of another version.
struct done {
  static constexpr std::uint32_t type = 109;
  static constexpr auto fields = [](auto&) { return std::tie(); };
  bool operator==(const done&) const = default;
};
struct refused {
  static constexpr std::uint32_t type = 110;
  std::string_view why;  // for people
  static constexpr auto fields = [](auto& m) { return std::tie(m.why); };
  bool operator==(const refused&) const = default;
};

// To who is attached: somebody gave the session another name.
struct renamed {
  static constexpr std::uint32_t type = 111;
  std::string_view name;
  static constexpr auto fields = [](auto& m) { return std::tie(m.name); };
  bool operator==(const renamed&) const = default;
};

}  // namespace session_message

using session_request =
    std::variant<session_message::hello, session_message::attach, session_message::leave,
                 session_message::window, session_message::suspend, session_message::paint,
                 session_message::ask_info, session_message::end, session_message::rename,
                 session_message::evict, session_message::opened, session_message::facts>;
using session_report =
    std::variant<session_message::hello, session_message::attached, session_message::role,
                 session_message::moved, session_message::picture, session_message::piece,
                 session_message::info, session_message::left_out, session_message::ended,
                 session_message::done, session_message::refused, session_message::renamed>;

}  // namespace shim
