#include <vt/screen/history.hpp>

#include <vt/screen/row_stretches.hpp>

namespace vt {

void history::push(const row_view& row, int columns, const cell_tables& tables) {
  // The encoder leaves out what is blank and plain at the end.
  if (!row.wrapped && row.fill == 0) columns = static_cast<int>(row.cells.size());
  encoder_.begin();
  for_each_stretch(row, columns, tables, text_, [this](const stretch& s) { encoder_.add(s); });
  rows_.push(encoder_.finish(row.wrapped));
}

}  // namespace vt
