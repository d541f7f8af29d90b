// The sessions there are, as people read them.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <shim/hold/ask_holder.hpp>

namespace shim::app {

// A line for each with CR LF at its end, for a terminal that is raw (`~L`); it says so if there is
// none.
std::string session_lines();

// What it is doing: "attached", "detached", "detached by a hang-up, ends in 23 h", "exited 3".
std::string state_words(const hold::session_info& of);

// "12 s", "3 min", "5 h", "2 d"
std::string short_time(std::chrono::seconds time);

}  // namespace shim::app
