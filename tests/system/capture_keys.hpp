// Presses the keys of tests/vectors/terminal_keys.txt in a real terminal and takes down what it
// sends.
#pragma once

#include <string>
#include <vector>

#include <tests/support/terminal_keys.hpp>
#include <tests/support/x_terminal.hpp>

namespace test {

// How a terminal is started, and the keyboard modes that its program then can ask for.
struct terminal_setup {
  x_terminal::kind which;
  std::vector<std::string> words;
  std::vector<keyboard_mode> modes;
};
std::vector<terminal_setup> terminal_setups(x_terminal::kind which);

// In each of its keyboard modes; the first one also has its reports and pastes.
std::vector<captured_mode> capture_keys(const x_display& display, x_terminal::kind which);

}  // namespace test
