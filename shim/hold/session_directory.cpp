#include <shim/hold/session_directory.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include <shim/io/error.hpp>
#include <shim/io/umask_guard.hpp>
#include <shim/io/unix_socket.hpp>

namespace shim::hold {
namespace {

constexpr int backlog = 64;

struct visit {
  io::unique_fd fd;
  session_state state;
};

// The visitor's lock is shared: it keeps no other visitor out, and no holder ever locks what has a
// session's name already. What cannot be told counts as alive.
bool is_locked(int fd) { return ::flock(fd, LOCK_SH | LOCK_NB) != 0; }

bool is_ours(int fd) {
  struct stat about {};
  return ::fstat(fd, &about) == 0 && about.st_uid == ::geteuid();
}

bool has_socket_of_ours(int fd) {
  struct stat about {};
  return ::fstatat(fd, socket_file, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(about.st_mode) &&
         about.st_uid == ::geteuid();
}

visit pay_visit(const place& where, const std::string& file) {
  auto fd = open_session(where, file);
  if (!fd) return {{}, errno == ENOENT ? session_state::absent : session_state::blocked};
  if (!is_ours(fd.get())) return {{}, session_state::blocked};
  const auto state = is_locked(fd.get()) ? session_state::alive : session_state::ended;
  return {std::move(fd), state};
}

bool leads_to(const place& where, const std::string& file, int fd) {
  const auto there = io::file_id_of(where.fd(), file);
  return there && there == io::file_id_of(fd);
}

// Of one that has ended, which is open as `fd`. By its path there may be another by now: that has
// something in it, and stays.
session_state clear(const place& where, const std::string& file, int fd) {
  if (has_socket_of_ours(fd)) ::unlinkat(fd, socket_file, 0);
  if (::unlinkat(where.fd(), file.c_str(), AT_REMOVEDIR) == 0) return session_state::absent;
  return leads_to(where, file, fd) ? session_state::blocked : state_of(where, file);
}

// rename(2): EEXIST or ENOTEMPTY for a directory with something in it, ENOTDIR for what is none.
bool something_is_there(int number) {
  return number == EEXIST || number == ENOTEMPTY || number == ENOTDIR;
}

}  // namespace

session_directory::session_directory(place where, std::error_code& error)
    : where_(std::move(where)) {
  error = make();
  if (error) remove();
}

session_directory& session_directory::operator=(session_directory&& other) noexcept {
  remove();
  where_ = std::move(other.where_);
  file_ = std::move(other.file_);
  fd_ = std::move(other.fd_);
  listener_ = std::move(other.listener_);
  socket_ = other.socket_;
  return *this;
}

std::error_code session_directory::make() {
  const io::umask_guard ours;
  // A place that is in use is not aged either.
  ::flock(where_.fd(), LOCK_SH | LOCK_NB);
  for (unsigned number = 1;; ++number) {
    file_ = std::string(unfinished) + std::to_string(number);
    if (::mkdirat(where_.fd(), file_.c_str(), S_IRWXU) == 0) {
      const auto error = furnish();
      // Who sweeps one of the same name, of a dead holder, may hit an empty one.
      const bool is_gone = error == std::errc::no_such_file_or_directory && !is_in_place();
      if (!is_gone) return error;
    } else if (errno != EEXIST) {
      return io::last_error();
    }
  }
}

std::error_code session_directory::furnish() {
  fd_ = open_session(where_, file_);
  if (!fd_ || ::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) return io::last_error();
  std::error_code error;
  listener_ = io::listen_at(fd_.get(), socket_file, backlog, error);
  socket_ = io::file_id_of(fd_.get(), socket_file);
  return error;
}

std::error_code session_directory::rename(const std::string& file) {
  if (!is_in_place()) return std::make_error_code(std::errc::no_such_file_or_directory);
  while (::renameat(where_.fd(), file_.c_str(), where_.fd(), file.c_str()) != 0) {
    if (!something_is_there(errno)) return io::last_error();
    const auto left = sweep(where_, file);
    if (left == session_state::alive) return place_errc::name_taken;
    if (left == session_state::blocked) return place_errc::name_blocked;
  }
  file_ = file;
  return {};
}

bool session_directory::is_in_place() const { return fd_ && leads_to(where_, file_, fd_.get()); }

bool session_directory::is_there() const {
  if (!fd_) return false;
  const auto by_path = io::file_id_of(AT_FDCWD, where_.path() + "/" + file_);
  return by_path && by_path == io::file_id_of(fd_.get()) && socket_ &&
         socket_ == io::file_id_of(fd_.get(), socket_file);
}

void session_directory::date(std::chrono::system_clock::time_point time) const {
  using namespace std::chrono;
  const auto since = time.time_since_epoch();
  const auto whole = floor<seconds>(since);
  timespec at{};
  at.tv_sec = whole.count();
  at.tv_nsec = duration_cast<nanoseconds>(since - whole).count();
  const timespec both[] = {at, at};
  if (fd_) ::futimens(fd_.get(), both);
}

void session_directory::remove() {
  if (socket_ && fd_ && socket_ == io::file_id_of(fd_.get(), socket_file))
    ::unlinkat(fd_.get(), socket_file, 0);
  if (is_in_place()) ::unlinkat(where_.fd(), file_.c_str(), AT_REMOVEDIR);
  forget();
}

void session_directory::forget() {
  fd_.reset();
  listener_.reset();
  where_ = {};
}

session_state state_of(const place& where, const std::string& file) {
  return pay_visit(where, file).state;
}

session_state sweep(const place& where, const std::string& file) {
  const auto [fd, state] = pay_visit(where, file);
  return state == session_state::ended ? clear(where, file, fd.get()) : state;
}

// One that is being made is not locked at first; its socket is there only when it is.
void sweep_unfinished(const place& where, const std::string& file) {
  const auto fd = open_session(where, file);
  if (fd && has_socket_of_ours(fd.get()) && !is_locked(fd.get())) clear(where, file, fd.get());
}

io::unique_fd open_session(const place& where, const std::string& file) {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  return io::unique_fd(::openat(where.fd(), file.c_str(), flags));
}

}  // namespace shim::hold
