// The masters of all hosts of a pool, opened beside the first session: by this program again, in
// the background, one login after the other. There is nobody whom ssh could ask for anything, so
// what needs that is left to the session that needs the master.
#pragma once

#include <optional>

#include <shim/app/mux_pool.hpp>

namespace shim::app {

// Starts it, and does not wait for it. `held_open` is not for it: mux_pool::seat.
void begin_pool_opening(const pool_plan& what, const io::unique_fd& held_open);

// Nothing if these are not the words by which this program is told.
std::optional<pool_plan> read_pool_opening(int argc, const char* const* argv);

int open_pool(pool_plan what);

}  // namespace shim::app
