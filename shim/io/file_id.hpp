// Which file it is, whatever path leads to it.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <optional>
#include <string>

namespace shim::io {

// Holds as long as somebody has the file open: after that the number may be another's.
struct file_id {
  dev_t device = 0;
  ino_t number = 0;

  bool operator==(const file_id&) const = default;
};

// Nothing: there is none, or it cannot be told.
inline std::optional<file_id> file_id_of(int fd) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return std::nullopt;
  return file_id{about.st_dev, about.st_ino};
}

// Of what `name` is in the directory, or the path is if it is absolute; of a symbolic link itself.
inline std::optional<file_id> file_id_of(int directory, const std::string& name) {
  struct stat about {};
  if (::fstatat(directory, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return file_id{about.st_dev, about.st_ino};
}

}  // namespace shim::io
