// The masters of a pool, and who has a seat on which: core/mux_pool on the real ones.
//
// Under one lock it is counted what each master carries, chosen, and begun another one where none
// has room. A session has a seat until it ends: so it counts before its ssh has connected, and 30
// that start at once do not all see the same room. Seats are bytes locked in one file, and so is
// the lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <shim/core/mux_pool.hpp>
#include <shim/io/byte_locks.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::app {

struct pool_host {
  std::string name;                 // as it was given
  std::string path;                 // its ControlPath; empty: it is no member
  std::vector<std::string> master;  // argv of the ssh that becomes a master, without -S
  pool_connection connection{};     // that such a master has
};

struct pool_plan {
  std::vector<pool_host> hosts;  // all lead to the same place; one at least is a member
  std::string lock_directory;    // empty: nobody waits for anybody, and seats are not counted
  std::string host;              // for people, safe to print; empty: say nothing
  std::size_t most_sessions = 10;
  pool_connection connection{};      // that the session needs
  std::vector<std::string> session;  // its argv; as the others it begins with ssh's absolute path
  bool opens_all = false;            // its first session has the masters of all hosts begun
  bool needs_forwards = false;       // it ends where one cannot be had (ExitOnForwardFailure)
};

// The argv of either for the master at that path.
std::vector<std::string> at_member(const std::vector<std::string>& argv, const std::string& path);

class mux_pool {
 public:
  explicit mux_pool(pool_plan plan);

  // A seat on a master that lives, at most one at a time. Nothing: status() is what to end with,
  // and it was said why.
  struct seat {
    std::size_t member = 0;
    std::string path;
    bool begun = false;       // its master was begun for it
    bool is_first = false;    // nobody else had a seat in the pool
    io::unique_fd held_open;  // master_login.hpp; of one whose master was begun
  };
  std::optional<seat> take_seat();
  // Its master would have no session more: learns from it, and looks for another.
  std::optional<seat> take_other_seat(const seat& refused);
  int status() const { return status_; }

  // Begins the masters of the hosts that have none. The lock is free between two of them.
  void open_hosts();

 private:
  std::optional<seat> choose();
  bool log_in(std::size_t member, pool_record& record);
  std::vector<pool_member> look(pool_record& record) const;
  void sit_down(std::size_t member);
  void stand_up();
  pool_record read_record() const;
  void write_record(const pool_record& record) const;
  const std::string& path_of(std::size_t member) const { return paths_[member - 1]; }
  const pool_host& host_of(std::size_t member) const;

  pool_plan plan_;
  std::vector<std::string> paths_;  // pool_paths()
  io::byte_locks file_;
  std::size_t member_ = 0;        // with the seat; 0: none
  std::set<std::size_t> barren_;  // that refuse a session though they carry none
  int status_ = 0;
};

}  // namespace shim::app
