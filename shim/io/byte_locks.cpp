#include <shim/io/byte_locks.hpp>

#include <fcntl.h>

#include <cerrno>
#include <functional>

namespace shim::io {
namespace {

struct flock lock_of(short type, off_t at, off_t length) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = at;
  lock.l_len = length;
  return lock;
}

// The kernel tells of any one lock in a range, so what is before it and behind it is looked at,
// too.
void find_locked(int file, off_t begin, off_t end, std::vector<off_t>& into) {
  if (begin >= end) return;
  auto lock = lock_of(F_WRLCK, begin, end - begin);
  if (::fcntl(file, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return;
  const auto past = lock.l_len == 0 ? end : lock.l_start + lock.l_len;
  into.push_back(lock.l_start);
  find_locked(file, begin, lock.l_start, into);
  find_locked(file, past, end, into);
}

}  // namespace

byte_locks::byte_locks(const std::string& path)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {}

off_t byte_locks::byte_named(std::string_view name) {
  constexpr std::size_t most = std::size_t{1} << 30;  // an off_t of 32 bits has room for it
  return static_cast<off_t>(std::hash<std::string_view>{}(name) % most) + 1;
}

bool byte_locks::take(off_t at, kind as) const {
  auto lock = lock_of(as == kind::sole ? F_WRLCK : F_RDLCK, at, 1);
  return !file_ || ::fcntl(file_.get(), F_OFD_SETLK, &lock) == 0;
}

void byte_locks::wait_for(off_t at) const {
  auto lock = lock_of(F_WRLCK, at, 1);
  while (file_ && ::fcntl(file_.get(), F_OFD_SETLKW, &lock) != 0 && errno == EINTR) {
  }
}

void byte_locks::give_back(off_t at) const {
  auto lock = lock_of(F_UNLCK, at, 1);
  if (file_) ::fcntl(file_.get(), F_OFD_SETLK, &lock);
}

bool byte_locks::others_have(off_t at) const { return !others_in(at, at + 1).empty(); }

std::vector<off_t> byte_locks::others_in(off_t begin, off_t end) const {
  std::vector<off_t> all;
  if (file_) find_locked(file_.get(), begin, end, all);
  return all;
}

}  // namespace shim::io
