#include <shim/app/session_options.hpp>

namespace shim::app {

using namespace std::chrono_literals;

relay_options relay_for(const config& values) {
  relay_options relay;
  relay.keys = values.keys;
  relay.paste_guard = values.paste_guard;
  relay.timeout = values.timeout;
  relay.idle_timeout = values.idle_timeout;
  relay.kill_after = values.kill_after.value_or(default_kill_after);
  return relay;
}

holding holding_for(const config& values, hang_up_rule unset) {
  holding held;
  held.life.outlives_hang_up = values.on_hangup.value_or(unset) == hang_up_rule::detach;
  held.life.hang_up_limit = values.hangup_limit;
  held.life.keep_ended = values.keep_ended;
  held.life.keeps_ended = values.keep_ended > 0ms;
  held.scrollback = values.scrollback;
  return held;
}

}  // namespace shim::app
