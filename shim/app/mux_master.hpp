// An OpenSSH master, as far as it is known.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shim::app {

enum class master_state : std::uint8_t {
  unknown,      // it was not asked yet
  alive,        // it answers; of a check, and so does its server
  unreachable,  // it answers, its server does not
  wedged,       // it takes connections, or not even these, and says nothing
  stale,        // nobody listens at its socket any more
  refused,      // its socket is not to be trusted, or what listens is no master
  none,         // there is no socket
};
std::string_view state_word(master_state state);

// A process that uses a master: a session, a forward (-W), or a call (-O); or the master itself,
// for a session or forwards of its own.
struct mux_passenger {
  pid_t pid = -1;        // -1: another user's, or not to be seen
  std::string session;   // the name of the held session that it is in; empty: in none
  std::string terminal;  // empty: none
  std::vector<std::string> argv;
};

// Texts are from outside: not safe to print.
struct mux_master {
  std::string asked;  // the word that it was named by; empty: it was found
  std::string path;   // of its control socket, absolute
  std::string host;   // what is known of where it leads; any of the three may be empty
  std::string user;
  std::string port;
  master_state state = master_state::unknown;
  std::string why;  // of what is not alive, for people
  bool in_shared_directory = false;
  std::optional<uid_t> owner;  // of the socket; nothing: there is none
  std::chrono::system_clock::time_point since;
  pid_t pid = -1;                      // -1: not known
  std::vector<std::uint16_t> listens;  // TCP ports here, for -L and -D; in order, as far as seen
  std::size_t passengers = 0;
  std::vector<mux_passenger> known_passengers;  // as many as can be seen
  std::optional<std::chrono::microseconds> round_trip;
  // Nothing has come over its network; of one whose server does not answer, if it is known.
  std::optional<std::chrono::milliseconds> silent_for;
  std::optional<std::string> channels;  // what it tells of them, if it is one that does (10.3)
  std::string persist;                  // ControlPersist, where ssh was asked; else empty
};

// "user@host:port" of what is known; empty if the host is not.
std::string destination_of(const mux_master& master);

// What it is called here: as it was asked for, else where it leads, else its path. Safe to print.
std::string label_of(const mux_master& master);

}  // namespace shim::app
