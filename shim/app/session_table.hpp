// The sessions there are, as people read them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <shim/app/plain_client.hpp>
#include <shim/app/text_table.hpp>
#include <shim/hold/ask_holder.hpp>

namespace shim::app {

// A line for each with CR LF at its end, for a terminal that is raw (`~L`).
std::string session_lines();

// Empty if there is nothing to show. What a terminal of `width` columns has no room for is cut,
// where text is free and nobody types it; 0, and `plain`: nothing is.
std::string session_table(const std::vector<hold::session_info>& sessions, table_style style,
                          std::size_t width = 0);
std::string client_table(const std::vector<plain_client>& clients, table_style style,
                         std::size_t width = 0);

// "attached", "detached", "left behind", "ended" or "not answering".
std::string_view state_word(const hold::session_info& of);

// With more to it: "attached 2x", "left behind, ends in 23 h", "exited 3, kept for 23 h".
std::string state_words(const hold::session_info& of);

// "12 s", "3 min", "5 h", "2 d"
std::string short_time(std::chrono::seconds time);

}  // namespace shim::app
