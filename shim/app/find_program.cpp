#include <shim/app/find_program.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include <shim/io/error.hpp>

namespace shim::app {
namespace {

// What execve(2) would say, but for a directory, of which it says no more than EACCES.
std::error_code cannot_be_run(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) < 0) return io::last_error();
  if (S_ISDIR(status.st_mode)) return std::make_error_code(std::errc::is_a_directory);
  if (!S_ISREG(status.st_mode)) return std::make_error_code(std::errc::permission_denied);
  return ::access(path.c_str(), X_OK) < 0 ? io::last_error() : std::error_code();
}

// Nothing is resolved: a wrapper may tell by argv[0] what it is to be, and `..` after a symlink is
// the kernel's to follow. Nothing is changed if the current directory is gone.
std::error_code make_absolute(std::string& path) {
  std::error_code error;
  if (path.front() == '/') return error;
  const auto here = std::filesystem::current_path(error);
  if (!error) path = here / path;
  return error;
}

std::error_code why_not(std::string& path, const program_check& refused) {
  if (const auto error = make_absolute(path)) return error;
  if (const auto error = cannot_be_run(path)) return error;
  return refused ? refused(path) : std::error_code();
}

// Of what was passed over, what is worth being told: a refusal, then that it may not be run.
int weight(std::error_code error) {
  if (error == std::errc::permission_denied || error == std::errc::is_a_directory) return 1;
  return error.category() == std::generic_category() || error.category() == std::system_category()
             ? 0
             : 2;
}

std::string in_directory(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && path.back() != '/') path += '/';
  return path.append(name);
}

std::string default_path() {
  std::string path(::confstr(_CS_PATH, nullptr, 0), '\0');
  ::confstr(_CS_PATH, path.data(), path.size());
  path.resize(path.find('\0'));
  return path;
}

found_program look_in_path(std::string_view name, std::string_view path,
                           const program_check& refused) {
  found_program none{"", std::make_error_code(std::errc::no_such_file_or_directory)};
  while (true) {
    const auto end = path.find(':');
    auto candidate = in_directory(path.substr(0, end), name);
    const auto error = why_not(candidate, refused);
    if (!error) return {std::move(candidate), {}};
    if (weight(error) > weight(none.error)) none.error = error;
    if (end == std::string_view::npos) return none;
    path.remove_prefix(end + 1);
  }
}

}  // namespace

found_program find_program(std::string_view name, std::string_view path,
                           const program_check& refused) {
  if (name.empty()) return {"", std::make_error_code(std::errc::no_such_file_or_directory)};
  if (name.find('\0') != std::string_view::npos)
    return {std::string(name), std::make_error_code(std::errc::invalid_argument)};
  if (name.find('/') == std::string_view::npos) {
    return path.empty() ? look_in_path(name, default_path(), refused)
                        : look_in_path(name, path, refused);
  }
  found_program named{std::string(name), {}};
  named.error = why_not(named.path, refused);
  return named;
}

}  // namespace shim::app
