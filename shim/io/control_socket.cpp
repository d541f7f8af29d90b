#include <shim/io/control_socket.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include <shim/io/error.hpp>
#include <shim/io/unix_socket.hpp>

namespace shim::io {
namespace {

// Who may put another file in the place of one of ours.
enum class exposure : std::uint8_t { nobody, nobody_yet, others };

exposure exposure_of(const struct stat& directory) {
  const bool safe_owner = directory.st_uid == ::geteuid() || directory.st_uid == 0;
  if (!safe_owner) return exposure::others;
  if ((directory.st_mode & (S_IWGRP | S_IWOTH)) == 0) return exposure::nobody;
  return (directory.st_mode & S_ISVTX) != 0 ? exposure::nobody_yet : exposure::others;
}

}  // namespace

control_socket::control_socket(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return;
  name_ = path.substr(slash + 1);
  const auto directory = path.substr(0, slash == 0 ? 1 : slash);
  directory_ = unique_fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (directory_ && !name_.empty()) look();
}

void control_socket::look() {
  struct stat directory {};
  struct stat file {};
  state_ = state::absent;
  if (::fstat(directory_.get(), &directory) != 0) return;
  const auto exposed_to = exposure_of(directory);
  shared_ = exposed_to == exposure::nobody_yet;
  if (::fstatat(directory_.get(), name_.c_str(), &file, AT_SYMLINK_NOFOLLOW) != 0) return;
  owner_ = file.st_uid;
  since_ = std::chrono::system_clock::from_time_t(file.st_mtime);
  if (!S_ISSOCK(file.st_mode)) {
    state_ = state::not_a_socket;
  } else if (owner_ != ::geteuid()) {
    state_ = state::foreign;
  } else {
    state_ = exposed_to == exposure::others ? state::exposed : state::usable;
  }
}

std::string_view control_socket::why_not() const {
  switch (state_) {
    case state::absent: return "there is no master";
    case state::not_a_socket: return "its ControlPath is no socket";
    case state::foreign: return "its control socket is another user's";
    case state::exposed: return "others may replace its control socket: see the directory's mode";
    case state::usable: break;
  }
  return {};
}

// Nobody else's answer is taken even where the name was replaced since look().
unique_fd control_socket::connect(std::error_code& error) const {
  error =
      state_ == state::usable ? std::error_code() : std::make_error_code(std::errc::not_a_socket);
  if (error) return {};
  auto connected = connect_at(directory_.get(), name_, error);
  if (!connected || peer_is_us(connected.get())) return connected;
  error = {EPERM, std::generic_category()};
  return {};
}

// A regular file refuses connections, too (connect(2)).
void control_socket::remove_stale(std::error_code& error) {
  look();
  connect(error);
  if (error != std::errc::connection_refused) {
    if (!error) error = std::make_error_code(std::errc::device_or_resource_busy);
    return;
  }
  error = ::unlinkat(directory_.get(), name_.c_str(), 0) == 0 ? std::error_code() : last_error();
}

}  // namespace shim::io
