// Whether a session goes through an OpenSSH master, and how it comes to have one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <shim/app/mux_master.hpp>
#include <shim/core/ssh_settings.hpp>

namespace shim::app {

enum class mux_start : std::uint8_t {
  as_ssh_does,  // its configuration has no master, or it asks before it uses one
  join,         // one is there
  begin,        // none is there, and there shall be
  without,      // the one that is there is not to be used
};

struct mux_plan {
  mux_start how = mux_start::as_ssh_does;
  std::string why_without;  // safe to print
  mux_master master;        // as it was asked
};

// Asks who listens at the control socket: at most 2 s, where that hangs.
mux_plan plan_mux(const ssh_settings& settings);

// Why a session cannot go through a pool of masters, to stand behind `ssh-shim: ` and a colon;
// nothing if it can.
std::optional<std::string> why_no_pool(const ssh_settings& settings);

// Options to be put before all that the user gave, as the first one wins.
std::vector<std::string> options_to_join();
// `persist`: ControlPersist as ssh has it configured; `otherwise`: where that is not to persist.
std::vector<std::string> options_to_begin(const std::string& persist, const char* otherwise);
std::vector<std::string> options_without();

}  // namespace shim::app
