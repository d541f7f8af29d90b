#include <shim/io/screen_mark.hpp>

#include <sys/mman.h>

#include <new>
#include <utility>

#include <shim/io/error.hpp>
#include <shim/io/sealed_memory.hpp>

namespace shim::io {
namespace {

constexpr std::size_t size = sizeof(std::atomic<std::uint64_t>);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace

screen_mark::screen_mark(std::error_code& error)
    : memory_(make_sealed_memory("ssh-shim mark", size, error)) {
  if (!error) error = map();
  if (!error) new (position_) std::atomic<std::uint64_t>(nobody);
}

screen_mark::screen_mark(unique_fd memory, std::error_code& error) : memory_(std::move(memory)) {
  const bool is_one = size_of_sealed_memory(memory_.get()) == size;
  error = is_one ? map() : std::make_error_code(std::errc::protocol_error);
}

screen_mark::~screen_mark() {
  if (position_ != nullptr) ::munmap(position_, size);
}

std::error_code screen_mark::map() {
  void* at = map_sealed_memory(memory_.get(), 0, size, memory_access::write);
  if (at == nullptr) return last_error();
  position_ = static_cast<std::atomic<std::uint64_t>*>(at);
  return {};
}

}  // namespace shim::io
