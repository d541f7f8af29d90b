#include <shim/app/find_ssh.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string>

#include <shim/io/unique_fd.hpp>

namespace shim::app {
namespace {

constexpr const char* depth_variable = "SSH_SHIM_DEPTH";

// A build of ours with sanitizers and debug information has 110 MB; a larger file is not read.
constexpr off_t max_program_size = off_t{256} * 1024 * 1024;

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

found_program find_ssh(std::string_view named, std::string_view path) {
  const bool by_path = named.find('/') != std::string_view::npos;
  const auto error =
      by_path ? find_ssh_errc::named_is_ssh_shim : find_ssh_errc::only_ssh_shim_in_path;
  return find_program(named.empty() ? "ssh" : named, path, [error](const std::string& file) {
    return is_ssh_shim(file) ? make_error_code(error) : std::error_code();
  });
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
