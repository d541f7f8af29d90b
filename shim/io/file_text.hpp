// What a file holds, for files that may go while they are read: those of /proc do with their
// process.
#pragma once

#include <string>

namespace shim::io {

// Up to where it could be read; of a directory, or what cannot be opened, nothing. (A read of
// std::filebuf throws where that of the system fails: EISDIR, and ESRCH of a process that has
// gone.)
std::string file_text(const std::string& path);

}  // namespace shim::io
