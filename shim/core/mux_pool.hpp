// A pool: several masters to one server, as each of them carries only so many sessions (MaxSessions
// of sshd_config(5)). Which one takes the next session, how their sockets are called, and what is
// written down of them. It looks at no socket and no file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shim {

inline constexpr std::size_t most_pool_members = 99;

// The socket of member 1 is the ControlPath itself, so that plain ssh shares it; of the others it
// is that path with `-2`, `-3` and so on.
std::string pool_member_path(std::string_view control_path, std::size_t number);

// The ControlPath that such a name was made of, a view into it; nothing for one that has no number.
// A path may end so without being a pool's.
std::optional<std::string_view> path_without_pool_number(std::string_view path);

// The sockets of a pool that is made of several hosts of ssh's configuration, each with a
// ControlPath of its own: that of member N is the Nth. First come the listed ones, of which an
// empty one is no member (and a member's number stays the same whichever those are); then, so that
// there always is another, the first one's with `-2` and so on, up to most_pool_members in all.
std::vector<std::string> pool_paths(std::span<const std::string> listed);

struct pool_member {
  enum class kind : std::uint8_t {
    vacant,  // no master is there, so one can be begun
    usable,
    other,  // what is there is not for this session
  };
  std::size_t number = 1;
  kind what = kind::vacant;
  std::size_t sessions = 0;  // of a usable one: those that it carries, and those about to come
};

struct pool_choice {
  enum class kind : std::uint8_t { join, begin, full };
  kind what = kind::full;
  std::size_t number = 0;  // unless it is full

  bool operator==(const pool_choice&) const = default;
};

// The least loaded one that has room; if none has, the first place for another master. Of equals
// the first.
pool_choice choose_pool_member(std::span<const pool_member> members, std::size_t most_sessions);

// What a session shares with others of its master, as numbers that mean the same to all of them.
struct pool_connection {
  std::uint64_t options = 0;  // connection_options()
  // That are forwarded, 0: none. A master forwards those that it was started with, and none for
  // whoever comes later if it was started without (mux.c mux_session_confirm()).
  std::uint64_t agent = 0;
  std::uint64_t display = 0;

  bool operator==(const pool_connection&) const = default;
};

std::string spelled(const pool_connection& connection);
std::optional<pool_connection> parse_pool_connection(std::string_view text);

// Whether a master that was begun by the one carries a session of the other.
bool carries(const pool_connection& master, const pool_connection& session);

// What is known of a pool for as long as it has a master: a line each, others are passed over.
struct pool_record {
  std::optional<std::size_t> most_sessions;          // learned by a refusal
  std::map<std::size_t, pool_connection> connected;  // by member: what it was begun by

  // One more was refused where there were so many.
  void learn(std::size_t sessions);

  bool operator==(const pool_record&) const = default;
};
std::string spelled(const pool_record& record);
pool_record parse_pool_record(std::string_view text);

// What the connection depends on of all that `ssh -G` tells, as a number: the same for all sessions
// that may share one.
std::uint64_t connection_options(std::string_view dump);

// The value that a variable of the environment has; empty if it is not set.
using variable_value = std::string_view (*)(const char* name);

pool_connection connection_of(std::string_view dump, variable_value value_of);

}  // namespace shim
