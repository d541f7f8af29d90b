// tests/vectors/*.txt: rows of columns separated by `|`, text in C's notation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace test {

// Every row that is not empty and no comment, its columns trimmed of blanks, not yet unescaped.
// Throws if the file cannot be read.
std::vector<std::vector<std::string>> read_vectors(const std::string& path);

// \r \n \t \e \0 \\ \xNN. Throws for anything else after a backslash.
std::string unescaped(std::string_view text);

}  // namespace test
