#include <shim/hold/places.hpp>

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

#include <shim/core/session_name.hpp>
#include <shim/io/error.hpp>
#include <shim/io/umask_guard.hpp>

namespace shim::hold {
namespace {

constexpr mode_t ours_alone = S_IRWXU;
constexpr mode_t of_others = S_IRWXG | S_IRWXO;  // the group's bits cover an ACL, too (acl(5))

bool is_absolute(const std::string& path) { return path.starts_with('/'); }

std::string below(std::string path, const std::string& name) {
  if (!path.ends_with('/')) path += '/';
  return path + name;
}

// The last name is ours to make, and ours alone.
place_path named_place(std::string path) {
  if (!is_absolute(path)) return {std::move(path), {}, {}};
  path.erase(path.find_last_not_of('/') + 1);  // npos + 1 is 0
  if (path.empty()) return {"/", {}, {"."}};
  const auto name_at = path.rfind('/') + 1;
  return {path.substr(0, name_at), {}, {path.substr(name_at)}};
}

// $XDG_STATE_HOME is made if it alone is missing, a home never.
std::optional<place_path> state_place(const place_inputs& inputs) {
  const std::vector<std::string> own = {"ssh-shim", "run-" + session_file(inputs.machine)};
  if (is_absolute(inputs.state_home)) {
    auto [base, none, last] = named_place(inputs.state_home);
    return place_path{base, last, own};
  }
  if (!is_absolute(inputs.home)) return std::nullopt;
  return place_path{inputs.home, {".local", "state"}, own};
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string machine_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// root's directories are above everybody's.
std::error_code check_base(int fd) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return io::last_error();
  const bool of_another = about.st_uid != ::geteuid() && about.st_uid != 0;
  return of_another ? place_errc::of_another_user : std::error_code();
}

std::error_code check_own(int fd) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return io::last_error();
  if (about.st_uid != ::geteuid()) return place_errc::of_another_user;
  return (about.st_mode & of_others) != 0 ? place_errc::open_to_others : std::error_code();
}

// To be called when `name` could not be opened as a directory.
std::error_code why_not_opened(int above, const std::string& name) {
  const auto error = io::last_error();
  struct stat about {};
  const bool is_there = ::fstatat(above, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0;
  return is_there && S_ISLNK(about.st_mode) ? place_errc::symbolic_link : error;
}

// One path on its way down.
class descent {
 public:
  descent(std::string base, if_missing what, place_error& error)
      : path_(std::move(base)), what_(what), error_(error) {}

  io::unique_fd go(const place_path& where) {
    fd_ = io::unique_fd(::open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    const auto refused = fd_ ? check_base(fd_.get()) : io::last_error();
    if (refused) fail(refused);
    for (const auto& name : where.parents) enter(name, O_PATH);
    for (const auto& name : where.own) enter(name, O_RDONLY | O_NOFOLLOW);
    return std::move(fd_);
  }

 private:
  void fail(std::error_code why) {
    error_ = {"use " + path_, why};
    fd_.reset();
  }

  void enter(const std::string& name, int flags) {
    if (!fd_) return;
    path_ = below(std::move(path_), name);
    auto next = open(name, flags);
    if (!next && errno == ENOENT && what_ == if_missing::make) {
      const io::umask_guard ours;
      if (::mkdirat(fd_.get(), name.c_str(), ours_alone) == 0 || errno == EEXIST)
        next = open(name, flags);
    }
    if (!next) return fail(why_not_opened(fd_.get(), name));
    const bool is_own = (flags & O_NOFOLLOW) != 0;
    const auto refused = is_own ? check_own(next.get()) : std::error_code();
    if (refused) return fail(refused);
    fd_ = std::move(next);
  }

  io::unique_fd open(const std::string& name, int flags) {
    return io::unique_fd(::openat(fd_.get(), name.c_str(), flags | O_DIRECTORY | O_CLOEXEC));
  }

  std::string path_;
  if_missing what_;
  place_error& error_;
  io::unique_fd fd_;
};

}  // namespace

std::string place_path::path() const {
  auto all = base;
  for (const auto* names : {&parents, &own})
    for (const auto& name : *names) all = below(std::move(all), name);
  return all;
}

std::vector<place_path> places_for(const place_inputs& inputs) {
  if (!inputs.shim_dir.empty()) return {named_place(inputs.shim_dir)};
  std::vector<place_path> places;
  if (is_absolute(inputs.runtime_dir)) places.push_back({inputs.runtime_dir, {}, {"ssh-shim"}});
  if (auto state = state_place(inputs)) places.push_back(std::move(*state));
  return places;
}

std::vector<place_path> places_of_environment() {
  return places_for({variable("SSH_SHIM_DIR"), variable("XDG_RUNTIME_DIR"),
                     variable("XDG_STATE_HOME"), variable("HOME"), machine_name()});
}

place::place(const place_path& where, if_missing what, place_error& error) : path_(where.path()) {
  if (!is_absolute(path_)) {
    error = {"use " + path_, place_errc::not_absolute};
  } else {
    fd_ = descent(where.base, what, error).go(where);
  }
}

present_places find_places(const std::vector<place_path>& paths) {
  present_places found;
  for (const auto& path : paths) {
    place_error error;
    place there(path, if_missing::fail, error);
    if (there) {
      found.places.push_back(std::move(there));
    } else if (error.why != std::errc::no_such_file_or_directory) {
      found.refused.push_back(std::move(error));
    }
  }
  return found;
}

}  // namespace shim::hold
