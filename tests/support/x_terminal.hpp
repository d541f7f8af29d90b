// Real terminal emulators with real keys: xterm and kitty in an X server that has no screen (Xvfb),
// at whose keyboard and mouse the test sits by xdotool. All of it ends with the test.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tests/support/process.hpp>

namespace test {

class x_display {
 public:
  // Why there can be none here; for SHIM_SKIP.
  static std::optional<std::string> why_not();

  x_display();  // a free display, no TCP, the US keyboard that Xvfb has by itself
  x_display(const x_display&) = delete;
  x_display& operator=(const x_display&) = delete;
  ~x_display();

  const std::string& name() const { return name_; }  // for DISPLAY

  // xdotool(1) with these words; what it prints. The server has all events in order when it
  // returns, a terminal may be behind.
  std::string xdotool(std::vector<std::string> words) const;

  // Presses and lets go, one after the other: keysyms, "ctrl+z".
  void press(const std::vector<std::string>& keys) const;
  void click(int button) const;  // on the terminal, near its upper left corner

 private:
  std::optional<process> server_;
  std::string name_;
};

class x_terminal {
 public:
  enum class kind : std::uint8_t { xterm, kitty };
  static std::optional<std::string> why_not(kind which);

  // Runs argv in it and ends with it. `more` are words for the terminal itself. One at a time on a
  // display.
  x_terminal(const x_display& display, kind which, const std::vector<std::string>& argv,
             const run_options& options = {}, const std::vector<std::string>& more = {});
  x_terminal(const x_terminal&) = delete;
  x_terminal& operator=(const x_terminal&) = delete;
  ~x_terminal();

  // There is no window manager to do it: keys go to it from now on, or nowhere. Call the first when
  // argv is known to run: the window is there by then.
  void take_focus();
  void lose_focus();

 private:
  const x_display& display_;
  std::string window_;
  process program_;
};

}  // namespace test
