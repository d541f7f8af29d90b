// What the configuration says of sessions, as those want it who run them.
#pragma once

#include <shim/app/config.hpp>
#include <shim/app/session.hpp>

namespace shim::app {

// Without what depends on ssh and its settings.
relay_options relay_for(const config& values);

// Without names. `unset`: the rule if the config has none.
holding holding_for(const config& values, hang_up_rule unset = hang_up_rule::detach);

}  // namespace shim::app
