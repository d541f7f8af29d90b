// Tables of text, as verbs print them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shim::app {

// How a table is laid out: for people, with or without colours, or for cut(1): tabs between the
// columns, all of them, `-` for what is not known, times in seconds, no heading.
enum class table_style : std::uint8_t { coloured, uncoloured, plain };

// That of stdout, where no option says otherwise (NO_COLOR: no-color.org); and its width, 0 if it
// is no terminal.
table_style style_for_people();
std::size_t width_for_people();

struct column {
  std::string_view heading;
  bool if_any = false;                      // left out where no row has it, but for scripts
  std::vector<std::string> cells{};         // safe to print; of each column as many
  std::vector<std::string_view> colours{};  // of the cells, as SGR; none: it has no colours
  bool may_be_cut = false;                  // where a terminal is too narrow
};

// Empty if there are no rows. `width`: of the terminal; 0: nothing is cut.
std::string table_text(std::vector<column> columns, table_style style, std::size_t width = 0);

// What is safe to print of a text from outside; "-" if it is empty.
std::string cell_text(std::string_view text, std::size_t most = 64);

}  // namespace shim::app
