// Who reads a session's pty: its client, if there is one and it looks on; else the holder.
//
// It decides for the holder, and never touches the ring: that, and finding out whether a client is
// dead, is its owner's. A client that was told to read goes on until the role has been taken from
// it, which a read under way puts off; one that was stopped in the midst of a read is continued,
// and killed if that does not help.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include <shim/core/kill_ladder.hpp>

namespace shim {

using client_id = std::uint32_t;  // 0: none, the holder itself

namespace role_effect {
// Take the role from whom has it now; the answer is taken() or busy().
struct take {
  client_id from = 0;
  bool operator==(const take&) const = default;
};
// Tell the client that it reads in this epoch, or that it reads no more.
struct grant {
  client_id to = 0;
  std::uint32_t epoch = 0;
  bool operator==(const grant&) const = default;
};
struct dismiss {
  client_id from = 0;
  bool operator==(const dismiss&) const = default;
};
// It was stopped in the midst of a read; the next try comes by itself.
struct resume {
  client_id stopped = 0;
  bool operator==(const resume&) const = default;
};
struct kill {
  client_id stopped = 0;
  bool operator==(const kill&) const = default;
};
}  // namespace role_effect
using session_role_effect =
    std::variant<role_effect::take, role_effect::grant, role_effect::dismiss, role_effect::resume,
                 role_effect::kill>;

class session_roles {
 public:
  // -- what happens --
  void came(client_id client, steady_time now);               // it has what it needs to go on from
  void looks_on(client_id client, bool on, steady_time now);  // false: it is suspended
  void went(client_id client, steady_time now);
  void taken(std::uint32_t epoch, steady_time now);
  void busy(steady_time now);
  void expired(steady_time now);

  // -- what must be done --
  std::optional<session_role_effect> next_effect();
  std::optional<steady_time> deadline() const;

  // The epoch in which the holder itself reads, if it does.
  std::optional<std::uint32_t> holder_reads() const;
  client_id reader() const { return reader_; }

 private:
  struct known {
    client_id client = 0;
    bool looks_on = true;
  };

  known* find(client_id client);
  client_id wanted() const;
  void settle();

  std::vector<known> clients_;
  client_id reader_ = 0;
  std::uint32_t epoch_ = 0;
  enum class taking : std::uint8_t { no, asked, waiting } taking_ = taking::no;
  int tries_ = 0;      // that found a read under way
  steady_time again_;  // when it is tried again
  std::deque<session_role_effect> effects_;
};

}  // namespace shim
