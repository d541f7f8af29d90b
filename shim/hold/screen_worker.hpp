// The screen process: what a terminal would show, followed through the output ring, and painted for
// terminals that come. The one process in which output of programs meets libvterm, so it does
// nothing else, has nothing else, and may die of it at any time.
#pragma once

#include <string>
#include <vector>

namespace shim::hold {

// How it is called (argv[0]), and what it finds open.
inline constexpr const char* screen_worker_name = "ssh-shim: screen";
enum screen_worker_fd : int {
  worker_socket = 3,  // screen_protocol.hpp; its end is the end
  worker_ring,        // for reading only
  worker_mark,        // io/screen_mark.hpp
  worker_wake,        // eventfd(2): there is more output
};

// The whole life of it; gives the exit status: 0, or 1 if something was not as it must be.
int run_screen_worker();

}  // namespace shim::hold
