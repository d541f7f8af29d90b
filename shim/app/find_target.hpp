// The session that a word means which somebody typed.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <shim/hold/ask_holder.hpp>
#include <shim/hold/places.hpp>

namespace shim::app {

// All there are, and where. `sessions` point into `places`, so it stays where it is.
struct known_sessions {
  explicit known_sessions(std::chrono::milliseconds within = hold::holder_time);
  ~known_sessions() = default;
  known_sessions(const known_sessions&) = delete;
  known_sessions& operator=(const known_sessions&) = delete;

  std::vector<hold::place> places;
  std::vector<hold::place_error> refused;  // places that are another's, or cannot be read
  std::vector<hold::session_info> sessions;
};

using targets = std::vector<const hold::session_info*>;
targets all_of(const known_sessions& all);

// The one that was left last; else, if nobody has left any, the one that began last. Null if there
// is none.
const hold::session_info* latest(const targets& those);

// The one that is meant; null if there is none or the word does not say which, and this was told.
const hold::session_info* find_target(const known_sessions& all, std::string_view word);

// Those that the words mean, each once and in the order of `all`: patterns stand for any number,
// any other word for one. Nothing if one of them means none, or it does not say which; this was
// told.
std::optional<targets> find_targets(const known_sessions& all,
                                    const std::vector<std::string>& words);

}  // namespace shim::app
