// The scrollback of a screen: it takes the rows that leave the screen, as bytes.
#pragma once

#include <string>

#include <vt/screen/row_bytes.hpp>
#include <vt/screen/screen.hpp>
#include <vt/screen/scrollback.hpp>

namespace vt {

class history final : public line_sink {
 public:
  explicit history(scrollback_limits limits = {}) : rows_(limits) {}

  void push(const row_view& row, int columns, const cell_tables& tables) override;
  void clear() override { rows_.clear(); }

  const scrollback& rows() const { return rows_; }

 private:
  scrollback rows_;
  row_encoder encoder_;
  std::string text_;
};

}  // namespace vt
