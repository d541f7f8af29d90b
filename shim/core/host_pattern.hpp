// ssh_config(5) PATTERNS: `*`, `?`, lists separated by commas or white space, `!` before a pattern.
#pragma once

#include <string_view>

namespace shim {

// True if a pattern of the list matches and no negated one does. ASCII case is ignored, as ssh
// does for host names. A list of negated patterns alone matches nothing. Linear in |host| x
// |patterns|: no backtracking blow-up.
bool matches_host(std::string_view host, std::string_view patterns);

}  // namespace shim
