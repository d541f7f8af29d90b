// The sessions there are, as scripts read them. The man page has every member; none is ever taken
// away or given another meaning under this number of the schema.
#pragma once

#include <string>
#include <vector>

#include <shim/app/plain_client.hpp>
#include <shim/hold/ask_holder.hpp>

namespace shim::app {

inline constexpr int sessions_schema = 1;

// One object, with a newline behind it; always UTF-8: bytes that are none are replaced.
std::string sessions_json(const std::vector<hold::session_info>& sessions);
std::string sessions_json(const std::vector<hold::session_info>& sessions,
                          const std::vector<plain_client>& clients);

}  // namespace shim::app
