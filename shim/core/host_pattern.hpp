// ssh_config(5) PATTERNS: `*`, `?`, lists separated by commas or white space, `!` before a pattern.
#pragma once

#include <cstdint>
#include <string_view>

namespace shim {

// True if a pattern of the list matches and no negated one does. ASCII case is ignored, as ssh
// does for host names. A list of negated patterns alone matches nothing. Linear in |host| x
// |patterns|: no backtracking blow-up.
bool matches_host(std::string_view host, std::string_view patterns);

// The same for one pattern, in which commas, white space and `!` are bytes like others; |text| x
// |pattern|, too.
enum class letter_case : std::uint8_t { counts, ignored };
bool matches_pattern(std::string_view text, std::string_view pattern, letter_case letters);

// Whether both are the same name of a host: ASCII case aside.
bool same_host(std::string_view one, std::string_view other);

}  // namespace shim
