// Which escapes act when keys are typed as a real terminal sends them.
#pragma once

#include <vector>

#include <tests/support/terminal_keys.hpp>

namespace test {

// CHECKs that escapes typed as in each mode act, and that what only looks like one does not: whole,
// byte by byte and at every cut. A terminal's reports and pastes are those of its first mode.
void check_escapes(const std::vector<captured_mode>& captured);

}  // namespace test
