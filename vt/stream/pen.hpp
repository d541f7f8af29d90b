// How a terminal draws the next character: what SGR changes (ECMA-48, xterm ctlseqs, and the styles
// and colours of underlines that VTE and kitty brought).
//
// Kept exactly, so that it can be put back. It never says how two attributes look together.
#pragma once

#include <cstdint>

#include <vt/stream/parameter_list.hpp>
#include <vt/stream/sequence_writer.hpp>

namespace vt {

struct pen {
  // 0: the terminal's own. Else `indexed` and a number in the palette, or `direct` and 0xrrggbb.
  using color = std::uint32_t;
  static constexpr color indexed = 1u << 24;
  static constexpr color direct = 2u << 24;

  std::uint32_t attributes = 0;  // bits as the table in pen.cpp has them
  color foreground = 0;
  color background = 0;
  color underline = 0;

  bool operator==(const pen&) const = default;
  bool plain() const { return *this == pen{}; }

  // The parameters of an SGR. What is unknown or incomplete changes nothing.
  void apply(const parameter* first, const parameter* end);
};

// The SGR that makes a plain pen this one; nothing if it is plain. At most 256 bytes.
void write(sequence_writer& out, const pen& wanted) noexcept;

// The SGR that makes `now` the wanted one, as short as can be: from a plain pen on, if that is
// shorter. At most 256 bytes.
void write_change(sequence_writer& out, const pen& now, const pen& wanted) noexcept;

}  // namespace vt
