// What makes a process that was forked off a holder: it belongs to no terminal and no shell any
// more, and keeps nothing of theirs open.
#pragma once

namespace shim::hold {

// Leader of a session of its own, no terminal, `/` as its directory, umask 077, no core, not to be
// traced by others of this user; 0, 1 and 2 lead to /dev/null, and what its parent's shell had left
// open is closed. Signals that mean a terminal are ignored.
//
// To be called once what shall have the user's own (cwd, umask, signals, descriptors) was started.
void become_daemon(const char* name);

}  // namespace shim::hold
