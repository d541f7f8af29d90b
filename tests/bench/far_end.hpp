// This program's roles at the other end of ssh.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bench {

// What the far end prints when it is ready, and what typed to it ends it: ^D, so that it ends a
// shell's `read` too.
constexpr const char* ready_mark = "@bench-ready";
constexpr const char* end_key = "\x04";

//   echo         gives back every byte it reads, as it is
//   flood FILE   writes without end; how much is in FILE, as a size_t
//   fill FILE LINES stay|end   writes lines of 80 columns in colour, the last one ends in
//   ready_mark;
//                then how much that was is in FILE
//   idle         does nothing
int far_end(const std::vector<std::string>& words);

// The other side of `flood FILE`: the file, made and shared.
class flood_meter {
 public:
  explicit flood_meter(const std::string& path);
  flood_meter(const flood_meter&) = delete;
  flood_meter& operator=(const flood_meter&) = delete;
  ~flood_meter();

  std::size_t written() const;
  void add(std::size_t count);

 private:
  std::size_t* count_;
};

}  // namespace bench
