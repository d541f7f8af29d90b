// What a person hears at the start of a session about those that are there already.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <shim/app/find_target.hpp>

namespace shim::app {

// Those with the same host as a destination, and the same user if it names one.
targets sessions_to(const known_sessions& all, std::string_view destination);

// "to web there are: web-2 (detached), web-3 (exited 255, kept for 23 h); see ssh-shim attach":
// those that nobody shows. Empty if there is none.
std::string left_sessions(const targets& those, std::string_view destination);

// A sentence for each of the ports at which a session that nobody shows listens already, so that
// ssh will not (ssh(1), -L and -D). A session's mux master may be who listens: that is not seen.
std::vector<std::string> taken_ports(const known_sessions& all,
                                     std::span<const std::uint16_t> wanted);

}  // namespace shim::app
