// The session that a word means which somebody typed.
#pragma once

#include <string_view>
#include <vector>

#include <shim/hold/ask_holder.hpp>
#include <shim/hold/places.hpp>

namespace shim::app {

// All there are, and where. `sessions` point into `places`, so it stays where it is.
struct known_sessions {
  known_sessions();
  known_sessions(const known_sessions&) = delete;
  known_sessions& operator=(const known_sessions&) = delete;

  std::vector<hold::place> places;
  std::vector<hold::session_info> sessions;
};

// The one that is meant; null if there is none or the word does not say which, and this was told.
const hold::session_info* find_target(const known_sessions& all, std::string_view word);

// The one that was left last; else, if nobody has left any, the one that began last. Null if there
// is none.
const hold::session_info* latest(const known_sessions& all);

}  // namespace shim::app
