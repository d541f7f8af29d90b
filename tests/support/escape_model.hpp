// ssh's escapes as clientloop.c's process_escapes does them, a byte at a time: the model that the
// filter and the stuffing are held against. Commands come out as their keys.
#pragma once

#include <string>
#include <string_view>

namespace test {

struct escape_model {
  int escape;            // the escape character, or -1
  std::string commands;  // keys that act
  std::string own = "";  // keys that act, but only if they are not the escape character

  std::string sent = "";  // to the far end
  std::string acted = "";
  bool newline = true;
  bool pending = false;

  void type(char byte) {
    const int ch = static_cast<unsigned char>(byte);
    if (pending) {
      pending = false;
      const bool acts =
          commands.find(byte) != commands.npos || (ch != escape && own.find(byte) != own.npos);
      if (acts) {
        acted += byte;
        return;
      }
      if (ch != escape) sent += static_cast<char>(escape);
    } else if (newline && ch == escape) {
      pending = true;
      return;
    }
    newline = byte == '\r' || byte == '\n';
    sent += byte;
  }

  void type(std::string_view bytes) {
    for (const char byte : bytes) type(byte);
  }
};

// The keys of ssh 10.5, with ~I, and those of our table.
inline constexpr std::string_view ssh_keys = ".BRVv\x1a#&?C";
inline constexpr std::string_view own_keys = "DLMXIPN";

}  // namespace test
