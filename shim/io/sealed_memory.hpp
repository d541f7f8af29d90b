// Memory that several processes map, as an fd. It is sealed: nobody who is handed it can make it
// shorter under another's feet, or longer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <system_error>

#include <shim/io/unique_fd.hpp>

namespace shim::io {

enum class memory_access : std::uint8_t { read, write };

// Of zeros.
unique_fd make_sealed_memory(const char* name, std::size_t size, std::error_code& error);

// Its size; 0 if it is not sealed memory.
std::size_t size_of_sealed_memory(int fd);

// `where` is null or, replacing what is there, an address. nullptr: errno says why not.
void* map_sealed_memory(int fd, std::size_t from, std::size_t size, memory_access how,
                        void* where = nullptr);

std::size_t page_size();

}  // namespace shim::io
