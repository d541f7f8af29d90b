// Characters on a screen: how wide they are (Unicode's tables, as utf8proc has them), how they are
// spelled, and what a character set makes of a byte.
#pragma once

#include <string>
#include <string_view>

#include <vt/stream/terminal_state.hpp>

namespace vt {

// 0 (joins the one before it), 1 or 2. What is not assigned is 1, as is what is ambiguous.
int width_of(char32_t character);

// Takes the first character of text that is well-formed and not empty.
char32_t take_character(std::string_view& text);

void append_utf8(std::string& text, char32_t character);

// What a printable byte of ASCII is in the set; sets that are not known are ASCII.
char32_t translated(charsets::charset set, char byte);

}  // namespace vt
