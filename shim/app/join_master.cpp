#include <shim/app/join_master.hpp>

#include <fmt/core.h>

#include <shim/app/ask_masters.hpp>
#include <shim/core/control_path.hpp>
#include <shim/core/mux_pool.hpp>
#include <vt/stream/printable.hpp>

namespace shim::app {
namespace {

bool wants_master(const ssh_settings& settings) {
  return settings.control_master == "auto" || settings.control_master == "true";
}

bool asks_first(const ssh_settings& settings) {
  return settings.control_master == "ask" || settings.control_master == "autoask";
}

}  // namespace

mux_plan plan_mux(const ssh_settings& settings) {
  mux_plan plan;
  if (settings.control_path.empty() || asks_first(settings)) return plan;
  plan.master.path = settings.control_path;
  if (const auto problem = control_path_problem(settings.control_path)) {
    plan.how = wants_master(settings) ? mux_start::without : mux_start::as_ssh_does;
    plan.why_without = fmt::format("{}: {}", vt::printable(settings.control_path, 120), *problem);
    return plan;
  }
  ask_masters({&plan.master, 1}, how_far::to_the_master);
  switch (plan.master.state) {
    case master_state::alive: plan.how = mux_start::join; break;
    case master_state::none:
    case master_state::stale:
      plan.how = wants_master(settings) ? mux_start::begin : mux_start::as_ssh_does;
      break;
    default: plan.how = mux_start::without; plan.why_without = vt::printable(plan.master.why, 120);
  }
  return plan;
}

std::optional<std::string> why_no_pool(const ssh_settings& settings) {
  if (!settings.shell_or_command) return "it is no session";
  if (settings.control_path.empty()) return "ssh's configuration has no ControlPath for it";
  if (asks_first(settings)) return "its ControlMaster asks before each session";
  if (!quoted_control_path(settings.control_path)) return "its ControlPath is not absolute";
  return control_path_problem(pool_member_path(settings.control_path, most_pool_members));
}

std::vector<std::string> options_to_join() { return {"-o", "ControlMaster=no"}; }

// Forwards are the session's: it asks the master for them. ssh goes into the background by itself
// where ControlPersist is set.
std::vector<std::string> options_to_begin(const std::string& persist, const char* otherwise) {
  std::vector<std::string> options{"-o", "ControlMaster=yes",  "-o", "ClearAllForwardings=yes",
                                   "-o", "RemoteCommand=none", "-o", "RequestTTY=no",
                                   "-N"};
  if (persist.empty() || persist == "no")
    options.insert(options.end(), {"-o", std::string("ControlPersist=") + otherwise});
  return options;
}

std::vector<std::string> options_without() { return {"-S", "none"}; }

}  // namespace shim::app
