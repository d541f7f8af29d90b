#include <shim/io/sealed_memory.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <shim/io/error.hpp>

namespace shim::io {
namespace {

constexpr int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

}  // namespace

unique_fd make_sealed_memory(const char* name, std::size_t size, std::error_code& error) {
  unique_fd memory(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory || ::ftruncate(memory.get(), static_cast<off_t>(size)) != 0 ||
      ::fcntl(memory.get(), F_ADD_SEALS, seals) != 0)
    error = last_error();
  return memory;
}

std::size_t size_of_sealed_memory(int fd) {
  struct stat about {};
  const int found = ::fcntl(fd, F_GET_SEALS);
  if (found < 0 || (found & seals) != seals || ::fstat(fd, &about) != 0) return 0;
  return static_cast<std::size_t>(about.st_size);
}

void* map_sealed_memory(int fd, std::size_t from, std::size_t size, memory_access how,
                        void* where) {
  const int protection = how == memory_access::write ? PROT_READ | PROT_WRITE : PROT_READ;
  const int fixed = where == nullptr ? 0 : MAP_FIXED;
  void* at = ::mmap(where, size, protection, MAP_SHARED | fixed, fd, static_cast<off_t>(from));
  return at == MAP_FAILED ? nullptr : at;
}

std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

}  // namespace shim::io
