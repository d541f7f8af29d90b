#include <shim/core/exit_status.hpp>

#include <tests/catch.hpp>

using shim::child_status;
using shim::end_cause;
using enum shim::child_status::how;

TEST_CASE("we end as ssh ended, and as ssh would have ended where we ended it") {
  struct row {
    const char* what;
    shim::session_end end;
    child_status expected;
  };
  const row rows[] = {
      {"remote exit 0", {end_cause::ssh_ended, child_status{exited, 0}}, {exited, 0}},
      {"remote exit 3", {end_cause::ssh_ended, child_status{exited, 3}}, {exited, 3}},
      {"ssh's own failure", {end_cause::ssh_ended, child_status{exited, 255}}, {exited, 255}},
      {"^C while connecting", {end_cause::ssh_ended, child_status{signalled, 2}}, {signalled, 2}},
      {"ssh killed by others", {end_cause::ssh_ended, child_status{signalled, 9}}, {signalled, 9}},
      {"status lost", {end_cause::ssh_ended, std::nullopt}, {exited, 255}},
      {"~.", {end_cause::disconnected, child_status{exited, 255}}, {exited, 255}},
      {"~. on a stopped ssh", {end_cause::disconnected, child_status{signalled, 9}}, {exited, 255}},
      {"~. on an ssh in the kernel", {end_cause::disconnected, std::nullopt}, {exited, 255}},
      {"time is up", {end_cause::timed_out, child_status{exited, 255}}, {exited, 124}},
      {"SIGTERM", {end_cause::told_to_end, child_status{exited, 255}}, {exited, 255}},
      {"SIGTERM to -N", {end_cause::told_to_end, child_status{exited, 0}}, {exited, 0}},
      {"SIGTERM, ssh is deaf", {end_cause::told_to_end, child_status{signalled, 9}}, {exited, 255}},
  };
  for (const auto& [what, end, expected] : rows) {
    CAPTURE(what);
    CHECK(shim::plan_exit(end) == expected);
  }
}
