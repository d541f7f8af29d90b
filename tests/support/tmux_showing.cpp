#include <tests/support/tmux_showing.hpp>

#include <tests/support/file.hpp>
#include <tests/support/text.hpp>

namespace test {

// tmux's answers go to the second cat, without which the pane may end before all is shown.
tmux_showing::tmux_showing(const std::string& bytes, int rows, int columns) {
  write_file(dir_ / "bytes", bytes + "\x1b]2;all shown\x1b\\");
  run_options options;
  options.env["LC_ALL"] = "C.UTF-8";
  const auto show = "stty raw -echo; cat " + quoted({dir_ / "bytes"}) + "; exec cat > /dev/null";
  pane_.emplace(std::vector<std::string>{"sh", "-c", show}, options, rows, columns);
  pane_->wait_for(
      [this](const std::string&) { return pane_->format("#{pane_title}") == "all shown"; },
      "the end");
}

}  // namespace test
