// A tmux server of the test's own: a terminal with a screen, for what only a screen shows.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/process.hpp>
#include <tests/support/temp_dir.hpp>

namespace test {

class tmux {
 public:
  // Why no tmux can be run here; for SHIM_SKIP.
  static std::optional<std::string> why_not();

  // One window of that size, no status line, kept on the screen after its program has ended.
  explicit tmux(const std::vector<std::string>& argv, const run_options& options = {},
                int rows = 24, int columns = 80);
  tmux(const tmux&) = delete;
  tmux& operator=(const tmux&) = delete;
  ~tmux();

  // `send-keys -l`, and by tmux's names: "Enter", "C-c", "M-x", "F1".
  void type(std::string_view text);
  void press(const std::string& key_name);
  void send_bytes(std::string_view bytes);  // `-H`: as they are, whatever they mean

  void resize(int rows, int columns);

  // `capture-pane -p`, without the empty lines at the end; `words` are more options ("-e", "-J").
  std::string screen(const std::vector<std::string>& words = {});

  // The screen, as soon as it shows the text.
  std::string wait_for(std::string_view text, milliseconds within = patience);
  std::string wait_for(const std::function<bool(const std::string&)>& right, std::string_view what,
                       milliseconds within = patience);

  // `display-message -p`: "#{cursor_x}", "#{mouse_any_flag}", "#{alternate_on}".
  std::string format(const std::string& what);

  // Of the program in the window, once it has ended.
  end_status wait_exit(milliseconds within = patience);

  // Any tmux command, for this server; its stdout.
  std::string command(std::vector<std::string> words);

 private:
  finished try_command(std::vector<std::string> words);
  void wait_for_server();

  temp_dir dir_;
  std::string socket_;
  std::optional<process> server_;
};

}  // namespace test
