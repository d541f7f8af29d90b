#include <shim/io/ring.hpp>

#include <fcntl.h>
#include <sys/mman.h>

#include <new>

#include <shim/io/error.hpp>

namespace shim::io {
namespace {

constexpr std::uint32_t magic = 0x53535247;  // "SSRG"
constexpr std::uint32_t version = 1;

std::size_t header_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

// Nobody who is handed the memory may make it shorter under our feet, or longer.
bool seal(int fd) {
  return ::fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
}

void* map_shared(void* where, std::size_t size, int fd, std::size_t offset) {
  const int fixed = where == nullptr ? 0 : MAP_FIXED;
  return ::mmap(where, size, PROT_READ | PROT_WRITE, MAP_SHARED | fixed, fd,
                static_cast<off_t>(offset));
}

// The data twice in a row: a reservation first, then both views over it.
char* map_twice(int fd, std::size_t capacity) {
  void* place = ::mmap(nullptr, 2 * capacity, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (place == MAP_FAILED) return nullptr;
  auto* data = static_cast<char*>(place);
  const bool mapped = map_shared(data, capacity, fd, header_size()) != MAP_FAILED &&
                      map_shared(data + capacity, capacity, fd, header_size()) != MAP_FAILED;
  if (mapped) return data;
  ::munmap(place, 2 * capacity);
  return nullptr;
}

}  // namespace

ring::ring(std::size_t capacity, std::error_code& error) {
  memory_ = unique_fd(::memfd_create("ssh-shim ring", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const auto size = static_cast<off_t>(header_size() + capacity);
  if (!memory_ || ::ftruncate(memory_.get(), size) != 0 || !seal(memory_.get())) {
    error = last_error();
    return;
  }
  void* header = map_shared(nullptr, header_size(), memory_.get(), 0);
  data_ = map_twice(memory_.get(), capacity);
  if (header == MAP_FAILED || data_ == nullptr) {
    error = last_error();
    return;
  }
  header_ = new (header) ring_header{magic, version, capacity, {0}};
  capacity_ = capacity;
}

ring::~ring() {
  if (data_ != nullptr) ::munmap(data_, 2 * capacity_);
  if (header_ != nullptr) ::munmap(header_, header_size());
}

std::span<char> ring::room(std::size_t size) { return {data_ + head() % capacity_, size}; }

void ring::publish(std::size_t size) {
  header_->head.store(head() + size, std::memory_order_release);
}

std::string_view ring::bytes(std::uint64_t position, std::size_t size) const {
  return {data_ + position % capacity_, size};
}

}  // namespace shim::io
