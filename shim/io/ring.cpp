#include <shim/io/ring.hpp>

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <new>
#include <string>
#include <utility>

#include <shim/io/error.hpp>

namespace shim::io {
namespace {

constexpr std::uint32_t magic = 0x53535247;  // "SSRG"
constexpr std::uint32_t version = 1;

constexpr char prepared = '\xff';  // what memory is filled with before a read: not in any UTF-8

// The data twice in a row: a reservation first, then both views over it.
char* map_twice(int fd, std::size_t capacity, memory_access how) {
  void* place = ::mmap(nullptr, 2 * capacity, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (place == MAP_FAILED) return nullptr;
  auto* data = static_cast<char*>(place);
  const bool mapped = map_sealed_memory(fd, page_size(), capacity, how, data) != nullptr &&
                      map_sealed_memory(fd, page_size(), capacity, how, data + capacity) != nullptr;
  if (mapped) return data;
  ::munmap(place, 2 * capacity);
  return nullptr;
}

// What is behind the header; 0 if no ring has such a size.
std::size_t capacity_of(int fd) {
  const auto size = size_of_sealed_memory(fd);
  const auto capacity = size - std::min(size, page_size());
  return std::has_single_bit(capacity) && capacity >= page_size() ? capacity : 0;
}

}  // namespace

ring::ring(std::size_t capacity, std::error_code& error)
    : memory_(make_sealed_memory("ssh-shim ring", page_size() + capacity, error)) {
  if (!error) error = map(capacity, memory_access::write);
  if (!error) header_ = new (header_) ring_header{magic, version, capacity, {0}};
}

ring::ring(unique_fd memory, memory_access how, std::error_code& error)
    : memory_(std::move(memory)) {
  const auto capacity = capacity_of(memory_.get());
  error = capacity == 0 ? std::make_error_code(std::errc::protocol_error) : map(capacity, how);
  if (error) return;
  const auto& h = *header_;
  if (h.magic != magic || h.version != version || h.capacity != capacity)
    error = std::make_error_code(std::errc::protocol_error);
}

ring::~ring() {
  if (data_ != nullptr) ::munmap(data_, 2 * capacity_);
  if (header_ != nullptr) ::munmap(header_, page_size());
}

std::error_code ring::map(std::size_t capacity, memory_access how) {
  header_ = static_cast<ring_header*>(map_sealed_memory(memory_.get(), 0, page_size(), how));
  if (header_ == nullptr) return last_error();
  data_ = map_twice(memory_.get(), capacity, how);
  if (data_ == nullptr) return last_error();
  capacity_ = capacity;
  return {};
}

// What was opened for reading is never mapped for writing, nor made so (mprotect(2), EACCES).
unique_fd ring::read_only(std::error_code& error) const {
  const auto name = "/proc/self/fd/" + std::to_string(memory_.get());
  unique_fd opened(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened) error = last_error();
  return opened;
}

bool ring::replace(ring_word now, std::optional<ring_word> next) {
  auto value = now.value();
  return next && header_->word.compare_exchange_strong(value, next->value());
}

// The memory is marked as being written to before it is, and prepared before it is read into: so
// that a taker neither meets a writer there, nor takes old bytes for new ones.
std::span<char> ring::begin(std::uint32_t epoch, std::size_t size) {
  const auto at = word();
  if (!replace(at, at.prepared(epoch))) return {};
  const std::span<char> room{data_ + at.position() % capacity_, most_room};
  std::ranges::fill(room, prepared);
  const auto now = word();
  return replace(now, now.begun(epoch)) ? room.first(size) : std::span<char>();
}

bool ring::publish(std::uint32_t epoch, std::size_t size) {
  const auto now = word();
  return replace(now, now.published(epoch, size));
}

std::optional<std::uint32_t> ring::take() {
  const auto now = word();
  return replace(now, now.taken()) ? std::optional(word().epoch()) : std::nullopt;
}

std::uint32_t ring::recover() {
  const auto now = word();
  std::size_t size = 0;
  if (now.now() == ring_word::phase::reading) {
    const auto room = bytes(now.position(), most_room);
    size = room.find_last_not_of(prepared) + 1;
  }
  replace(now, now.recovered(size));
  return word().epoch();
}

std::string_view ring::bytes(std::uint64_t position, std::size_t size) const {
  return {data_ + position % capacity_, size};
}

void ring::discard() { ::madvise(data_, capacity_, MADV_REMOVE); }

}  // namespace shim::io
