// Text from outside (host names, titles, file names) made safe to write to a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vt {

// Every byte that could act on a terminal or reorder the line comes out as text: C0, DEL, C1 (also
// as UTF-8), bidirectional controls, line and paragraph separators and invalid UTF-8 become \xNN
// per byte; a backslash stays, so the result is for people, not for parsing back. At most
// `max_characters` code points of `text` are shown, then `...`. The result holds no control
// character.
std::string printable(std::string_view text, std::size_t max_characters = 256);

}  // namespace vt
