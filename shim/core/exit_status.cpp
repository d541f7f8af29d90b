#include <shim/core/exit_status.hpp>

namespace shim {
namespace {

using enum child_status::how;

// A signal that came from our own ladder is not passed on: plain ssh would have exited with 255.
child_status told_to_end(const session_end& end) {
  if (end.ssh && end.ssh->ended == exited) return *end.ssh;
  return {exited, status_of_ssh_failure};
}

}  // namespace

child_status plan_exit(const session_end& end) {
  switch (end.cause) {
    case end_cause::disconnected: return {exited, status_of_ssh_failure};
    case end_cause::timed_out: return {exited, status_of_timeout};
    case end_cause::told_to_end: return told_to_end(end);
    case end_cause::detached: return {exited, 0};
    case end_cause::ssh_ended: break;
  }
  return end.ssh.value_or(child_status{exited, status_of_ssh_failure});
}

}  // namespace shim
