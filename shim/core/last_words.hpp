// What ssh says when a session ends, found again in what it wrote: on the alternate screen those
// words vanish with the screen, and then they are all that tells why.
#pragma once

#include <cstddef>
#include <string_view>

namespace shim {

// As much of the end of the output is to be kept for it.
constexpr std::size_t last_words_bound = 1024;

// The lines with which ssh itself took its leave (clientloop.c, packet.c, ssh.c), newlines
// included, if they are the very end of `output`; else empty. A view into it.
std::string_view last_words_of_ssh(std::string_view output);

// Whether ssh says anywhere in `output` that the connection is closed. Newer versions (10.x) do so
// after a hang-up too, older ones (9.2) do not.
bool tells_of_the_end(std::string_view output);

}  // namespace shim
