// Locks of single bytes of a file, by which processes of one user tell each other what they have or
// do (fcntl(2), F_OFD_SETLK). The kernel gives them back with the last copy of the descriptor,
// however its process ends. What the bytes hold does not matter, and they need not be there.
//
// Of a file that could not be opened every lock is had at once, and nobody else has any: a process
// then knows of itself alone.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include <shim/io/unique_fd.hpp>

namespace shim::io {

class byte_locks {
 public:
  enum class kind : bool { shared, sole };

  byte_locks() = default;
  // Makes the file, 0600, where there is none; a symbolic link is not followed.
  explicit byte_locks(const std::string& path);

  // A byte from 1 on for what has a name and no number. Two that share one are taken for the same.
  static off_t byte_named(std::string_view name);

  int fd() const { return file_.get(); }  // -1: it could not be opened

  // False: another one has it, and the two do not go together.
  bool take(off_t at, kind as) const;
  // Waits in the kernel until it is the only one to have it: a signal that ends the process ends
  // this, too.
  void wait_for(off_t at) const;
  void give_back(off_t at) const;

  bool others_have(off_t at) const;
  // Those of [begin, end) that others have, in no order.
  std::vector<off_t> others_in(off_t begin, off_t end) const;

 private:
  unique_fd file_;
};

}  // namespace shim::io
