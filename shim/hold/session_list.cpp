#include <shim/hold/session_list.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <utility>

#include <shim/core/session_name.hpp>
#include <shim/hold/session_directory.hpp>
#include <shim/io/error.hpp>
#include <shim/io/unix_socket.hpp>

namespace shim::hold {
namespace {

// Through an open file description of its own: the place's one has no position that others move.
std::vector<std::string> files_in(const place& where, std::error_code& error) {
  io::unique_fd again(::openat(where.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(again.get()), ::closedir);
  std::vector<std::string> files;
  if (!stream) {
    error = io::last_error();
    return files;
  }
  again.release();  // the stream's now
  errno = 0;
  while (const auto* entry = ::readdir(stream.get())) files.emplace_back(entry->d_name);
  if (errno != 0) error = io::last_error();
  return files;
}

}  // namespace

std::vector<listed_session> list_sessions(const place& where, std::error_code& error) {
  std::vector<listed_session> sessions;
  for (const auto& file : files_in(where, error)) {
    if (file.starts_with(unfinished)) sweep_unfinished(where, file);
    auto name = session_of_file(file);
    const auto state = name ? state_of(where, file) : session_state::absent;
    if (state == session_state::ended) sweep(where, file);
    if (state == session_state::alive || state == session_state::ended)
      sessions.push_back({std::move(*name), state == session_state::alive});
  }
  std::ranges::sort(sessions, {}, &listed_session::name);
  return sessions;
}

std::uint64_t when_left(const place& where, std::string_view name) {
  struct stat about {};
  const auto file = session_file(name);
  if (::fstatat(where.fd(), file.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  const std::chrono::nanoseconds since =
      std::chrono::seconds(about.st_mtim.tv_sec) + std::chrono::nanoseconds(about.st_mtim.tv_nsec);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(since.count(), 0));
}

io::unique_fd connect_to_session(const place& where, std::string_view name,
                                 std::error_code& error) {
  const auto directory = open_session(where, session_file(name));
  if (!directory) {
    error = io::last_error();
    return {};
  }
  auto connection = io::connect_at(directory.get(), socket_file, error);
  if (!error && !io::peer_is_us(connection.get())) error = place_errc::of_another_user;
  return error ? io::unique_fd() : std::move(connection);
}

}  // namespace shim::hold
