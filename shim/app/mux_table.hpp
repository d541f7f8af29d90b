// Masters, as people and as scripts read them.
#pragma once

#include <string>
#include <vector>

#include <shim/app/mux_master.hpp>
#include <shim/app/text_table.hpp>

namespace shim::app {

// `width`: as of session_table().
std::string masters_table(const std::vector<mux_master>& masters, table_style style,
                          std::size_t width = 0);

// The man page has every member; none is ever taken away or given another meaning under this
// number of the schema. One object, with a newline behind it; always UTF-8.
inline constexpr int masters_schema = 1;
std::string masters_json(const std::vector<mux_master>& masters);

// "alive: 3 sessions, its server answers within 0.4 ms": safe to print.
std::string described(const mux_master& master);

}  // namespace shim::app
