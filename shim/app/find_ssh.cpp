#include <shim/app/find_ssh.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include <shim/io/error.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::app {
namespace {

constexpr const char* depth_variable = "SSH_SHIM_DEPTH";

// A build of ours with debug information stays well below it; a larger file is not read.
constexpr off_t max_program_size = off_t{64} * 1024 * 1024;

class find_ssh_category : public std::error_category {
 public:
  const char* name() const noexcept override { return "find_ssh"; }
  std::string message(int value) const override {
    return static_cast<find_ssh_errc>(value) == find_ssh_errc::named_is_ssh_shim
               ? "it is ssh-shim itself"
               : "the only one in PATH is ssh-shim itself";
  }
};

// A file in memory, read-only; empty if it cannot be.
class mapped_file {
 public:
  explicit mapped_file(const std::string& path);
  mapped_file(const mapped_file&) = delete;
  mapped_file& operator=(const mapped_file&) = delete;
  ~mapped_file() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }

  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

// O_NONBLOCK: opening must not wait, even if the file is a FIFO by now.
mapped_file::mapped_file(const std::string& path) {
  const io::unique_fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) < 0 || !S_ISREG(status.st_mode)) return;
  if (status.st_size <= 0 || status.st_size > max_program_size) return;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd.get(), 0);
  if (start != MAP_FAILED) bytes_ = {static_cast<const char*>(start), size};
}

std::string_view found_in(std::string_view bytes, std::string_view what) {
  if (bytes.size() < what.size()) return {};
  const void* at = ::memmem(bytes.data(), bytes.size(), what.data(), what.size());
  if (at == nullptr) return {};
  return bytes.substr(static_cast<std::size_t>(static_cast<const char*>(at) - bytes.data()));
}

bool carries_mark(std::string_view bytes) {
  constexpr std::string_view head = SHIM_MARK_HEAD;
  constexpr std::string_view tail = SHIM_MARK_TAIL;
  while (true) {
    bytes = found_in(bytes, head);
    if (bytes.empty()) return false;
    bytes.remove_prefix(head.size());
    if (bytes.starts_with(tail)) return true;
  }
}

bool is_this_file(const std::string& path) {
  struct stat ours {};
  struct stat theirs {};
  return ::stat("/proc/self/exe", &ours) == 0 && ::stat(path.c_str(), &theirs) == 0 &&
         ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

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

found_ssh take_named(std::string_view named) {
  found_ssh found{std::string(named), {}};
  found.error = make_absolute(found.path);
  if (!found.error) found.error = cannot_be_run(found.path);
  if (!found.error && is_ssh_shim(found.path)) found.error = find_ssh_errc::named_is_ssh_shim;
  return found;
}

// As execvp(3): one that may not be run is passed over, and told of if nothing else is found.
int weight(std::error_code error) {
  if (error == find_ssh_errc::only_ssh_shim_in_path) return 2;
  return error == std::errc::permission_denied || error == std::errc::is_a_directory ? 1 : 0;
}

std::error_code why_passed_over(std::string& candidate) {
  if (const auto error = make_absolute(candidate)) return error;
  if (const auto error = cannot_be_run(candidate)) return error;
  return is_ssh_shim(candidate) ? find_ssh_errc::only_ssh_shim_in_path : std::error_code();
}

std::string in_directory(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && path.back() != '/') path += '/';
  return path.append(name);
}

found_ssh look_in_path(std::string_view name, std::string_view path) {
  found_ssh none{"", std::make_error_code(std::errc::no_such_file_or_directory)};
  while (true) {
    const auto end = path.find(':');
    auto candidate = in_directory(path.substr(0, end), name);
    const auto error = why_passed_over(candidate);
    if (!error) return {std::move(candidate), {}};
    if (weight(error) > weight(none.error)) none.error = error;
    if (end == std::string_view::npos) return none;
    path.remove_prefix(end + 1);
  }
}

std::string default_path() {
  std::string path(::confstr(_CS_PATH, nullptr, 0), '\0');
  ::confstr(_CS_PATH, path.data(), path.size());
  path.resize(path.find('\0'));
  return path;
}

// What is no number was not written by us and counts for nothing.
unsigned parse_depth(std::string_view text) {
  unsigned depth = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), depth);
  if (read.ec == std::errc::result_out_of_range) return max_depth;
  return read.ptr == text.data() + text.size() ? depth : 0;
}

}  // namespace

std::error_code make_error_code(find_ssh_errc error) {
  static const find_ssh_category category;
  return {static_cast<int>(error), category};
}

found_ssh find_ssh(std::string_view named, std::string_view path) {
  if (named.find('\0') != std::string_view::npos)
    return {std::string(named), std::make_error_code(std::errc::invalid_argument)};
  if (named.find('/') != std::string_view::npos) return take_named(named);
  const auto name = named.empty() ? "ssh" : named;
  return path.empty() ? look_in_path(name, default_path()) : look_in_path(name, path);
}

bool is_ssh_shim(const std::string& path) {
  return is_this_file(path) || carries_mark(mapped_file(path).bytes());
}

bool too_deep() {
  const char* counted = std::getenv(depth_variable);
  const auto depth = counted == nullptr ? 0 : parse_depth(counted);
  if (depth >= max_depth) return true;
  ::setenv(depth_variable, std::to_string(depth + 1).c_str(), 1);
  return false;
}

}  // namespace shim::app
