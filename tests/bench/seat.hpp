// A user's terminal as fast as it can be: what is read is looked through for a mark and forgotten.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include <tests/support/fd.hpp>
#include <tests/support/spawn.hpp>

#include "measure.hpp"

namespace bench {

class seat {
 public:
  // Starts the program on a terminal of 24 by 80, its own controlling one.
  seat(std::string name, const std::vector<std::string>& argv, const test::environment& env);
  seat(const seat&) = delete;
  seat& operator=(const seat&) = delete;
  ~seat();  // what still runs is killed

  pid_t pid() const { return pid_; }

  void type(std::string_view bytes);

  // Reads until the mark has come, and forgets it and all before it. Throws test::failure if it
  // does not come in time or the program ends first.
  void wait_for(std::string_view mark, steady::duration within);

  // Reads so many bytes, or some more, and forgets them.
  void take(std::size_t count, steady::duration within);
  // All that was read so far.
  std::size_t taken() const { return taken_; }

  // Reads until the program has ended and is reaped.
  void wait_for_end(steady::duration within);

 private:
  std::size_t read_some(std::size_t at, steady::time_point until);
  [[noreturn]] void fail(std::string_view what) const;
  bool reap(int options);

  std::string name_;
  test::owned_fd master_;
  pid_t pid_ = -1;
  std::vector<char> buffer_;
  std::size_t taken_ = 0;
  std::size_t held_ = 0;  // bytes in the buffer: read, and behind the last mark
};

}  // namespace bench
