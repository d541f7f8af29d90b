// Bytes made readable, words made safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace test {

// "a\r\n\x1b[m": what a terminal must not see raw in a test's report.
std::string escaped(std::string_view bytes);

// The last `most` bytes, escaped, with a mark where something was left out.
std::string escaped_tail(std::string_view bytes, std::size_t most = 2000);

// For a line typed to a shell, GIT_SSH_COMMAND and rsync -e: each word in single quotes if needed.
std::string quoted(const std::vector<std::string>& words);

std::vector<std::string> split(std::string_view text, char separator);

// "cannot open /x: No such file or directory", from errno.
std::string cannot(std::string_view what);

}  // namespace test
