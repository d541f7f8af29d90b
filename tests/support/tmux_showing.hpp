// A tmux that shows output of the test's making, and has shown all of it.
#pragma once

#include <optional>
#include <string>

#include <tests/support/temp_dir.hpp>
#include <tests/support/tmux.hpp>

namespace test {

class tmux_showing {
 public:
  // Bytes that leave no sequence unfinished. The window's title is another one behind them.
  tmux_showing(const std::string& bytes, int rows, int columns);

  tmux* operator->() { return &*pane_; }
  tmux& operator*() { return *pane_; }

 private:
  temp_dir dir_;
  std::optional<tmux> pane_;
};

}  // namespace test
