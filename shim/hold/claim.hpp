// A session's claim to a name and a place: what its holder has from its start to its end, so that
// clients find it. Of several that claim one name at the same moment exactly one gets it.
//
// It is made before the holder is forked, so that there is somebody to tell of an error; the fork
// has it then, and the process that it was made in has to forget() it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include <shim/hold/place_error.hpp>
#include <shim/hold/places.hpp>
#include <shim/hold/session_directory.hpp>

namespace shim::hold {

enum class if_taken : std::uint8_t { fail, next_number };

class claim {
 public:
  // In the first of the places that can be had. `error` is that of the first place, if none can.
  // next_number: where the name is taken, or a file is in its way, it is `name-2`, `name-3`...
  claim(std::vector<place_path> places, const std::string& name, if_taken what, place_error& error);
  // What was made is removed, as far as it still is what was made.
  ~claim() = default;
  claim(const claim&) = delete;
  claim& operator=(const claim&) = delete;

  const std::string& name() const { return name_; }
  const place& where() const { return directory_.where(); }
  int listener() const { return directory_.listener(); }  // does not block; stays the claim's

  // Whether clients find it. What is in a place for temporary files can be swept away: by a logout,
  // by systemd-tmpfiles, by hand.
  bool still_there() const { return directory_.is_there(); }
  // All of it anew: with another listener, perhaps in another of the places, and with the next
  // number if somebody else has the name by now. Without a place there is no listener, and it may
  // be tried again.
  void restore(place_error& error);

  // Nothing has changed if it cannot be called so.
  // So that others can tell what was left last, more exactly than in seconds.
  void left_at(std::chrono::system_clock::time_point time) const { directory_.date(time); }

  void rename(const std::string& name, place_error& error);

  void remove() { directory_.remove(); }
  void forget() { directory_.forget(); }

 private:
  place_error take(if_taken what);
  place_error take_in(const place_path& path, if_taken what);
  std::error_code call(session_directory& made, std::string& name, if_taken what) const;
  std::error_code call(session_directory& made, const std::string& name) const;

  std::vector<place_path> places_;
  std::string name_;
  session_directory directory_;
};

}  // namespace shim::hold
