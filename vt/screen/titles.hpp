// What programs say of themselves in words: titles, the directory they are in, colours they set
// (xterm ctlseqs, OSC 0-2, 4, 5, 7, 10-19, XTPUSHTITLE). Kept as it was given, never interpreted.
//
// Bounded: a text of 4 KiB as a token has it, 10 titles on the stack, colours of 64 bytes.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vt {

struct titles {
  std::string icon;
  std::string window;

  bool operator==(const titles&) const = default;
};

struct pushed_title {
  unsigned kind = 0;  // 0: both, 1: the icon's, 2: the window's
  titles were;

  bool operator==(const pushed_title&) const = default;
};

struct spoken {
  static constexpr std::size_t max_pushed = 10;
  static constexpr std::size_t max_color_bytes = 64;

  titles now;
  std::vector<pushed_title> pushed;  // the topmost is the last
  std::string directory;             // OSC 7, as it was given

  // By number as in OSC 4, OSC 5's from 256 on; and OSC 10 to 19. Empty: not set.
  std::map<std::uint16_t, std::string> palette;
  std::array<std::string, 10> dynamic;

  void operating_system_command(std::string_view payload);
  void push_title(unsigned kind);
  void pop_title(unsigned kind);

  bool operator==(const spoken&) const = default;
};

}  // namespace vt
