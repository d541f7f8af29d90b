// The first moment of a machine under test: its clock is the test's.
#pragma once

#include <shim/core/kill_ladder.hpp>

namespace test {

inline constexpr shim::steady_time start{};

}  // namespace test
