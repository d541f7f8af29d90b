// Where SSH_AUTH_SOCK of a session leads: a link of its own, so that an ssh which lives for days
// finds the agent of whoever is attached now.
#pragma once

#include <string>
#include <string_view>

namespace shim::hold {

// Makes the link, or points it elsewhere: only to a socket of ours, else it stays as it is.
void point_agent_link(const std::string& link, std::string_view agent);

}  // namespace shim::hold
