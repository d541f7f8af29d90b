// tests/vectors/terminal_keys.txt: what real terminals send for the keys pressed in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace test {

// A keyboard mode and what a program writes to have it, whatever other was before.
struct keyboard_mode {
  std::string name;  // "plain", "5"
  std::string sequence;
};

// What was pressed, or happened otherwise ("click ?1006", "ask CPR"), in the order it was captured,
// and the bytes that came.
struct captured_key {
  std::string pressed;
  std::string bytes;

  // Not typed: the terminal's own words (focus, mouse, answers to questions).
  bool is_report() const;
  bool is_bracketed_paste() const;
};

struct captured_mode {
  std::string terminal;  // as it calls itself: "XTerm(379)"
  std::string mode;      // a keyboard_mode's name
  std::vector<captured_key> keys;

  // Of the key of that name; throws if it was not captured.
  const std::string& bytes(std::string_view pressed) const;
};

// Throws if the file cannot be read.
std::vector<captured_mode> read_terminal_keys(const std::string& path);

// Rows of the file; the modes in which a terminal sends the same for a key share one.
std::string written(const std::vector<captured_mode>& captured);

}  // namespace test
