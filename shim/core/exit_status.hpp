// How a session ended, and how we end then: ssh(1) EXIT STATUS, with what only we do beside it.
#pragma once

#include <cstdint>
#include <optional>

namespace shim {

// A process as wait(2) tells of it.
struct child_status {
  enum class how : std::uint8_t { exited, signalled };
  how ended = how::exited;
  int value = 0;  // its exit status, or the number of the signal

  bool operator==(const child_status&) const = default;
};

enum class end_cause : std::uint8_t {
  ssh_ended,     // by itself
  disconnected,  // `~.`
  timed_out,     // --timeout, --idle-timeout
  told_to_end,   // SIGTERM or SIGHUP to us, or the terminal is gone
  detached,      // the session goes on
};

struct session_end {
  end_cause cause = end_cause::ssh_ended;
  std::optional<child_status> ssh;  // none: it was not seen to end

  bool operator==(const session_end&) const = default;
};

// What ssh itself gives for every end that is not the remote command's.
constexpr int status_of_ssh_failure = 255;
// As timeout(1).
constexpr int status_of_timeout = 124;

// Exit with `value`, or die by the signal `value`, so that a shell sees what it would have seen.
child_status plan_exit(const session_end& end);

}  // namespace shim
