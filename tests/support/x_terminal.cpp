#include <tests/support/x_terminal.hpp>

#include <csignal>

#include <tests/support/text.hpp>

namespace test {
namespace {

std::optional<std::string> missing(const char* program) {
  if (!found_in_path(program).empty()) return std::nullopt;
  return std::string("no ") + program + " here";
}

const char* name_of(x_terminal::kind which) {
  return which == x_terminal::kind::xterm ? "xterm" : "kitty";
}

// Nothing of the user's configuration. xterm takes a selection from its program only if told so.
std::vector<std::string> command(x_terminal::kind which, const std::vector<std::string>& more) {
  std::vector<std::string> words;
  if (which == x_terminal::kind::xterm) {
    words = {"xterm", "-fn", "fixed", "-xrm", "*allowWindowOps: true"};
  } else {
    words = {"kitty", "--config", "NONE"};
    for (const char* option :
         {"update_check_interval=0", "shell_integration=disabled", "remember_window_size=no",
          "initial_window_width=640", "initial_window_height=400", "linux_display_server=x11",
          "paste_actions=no-op"})
      words.insert(words.end(), {"-o", option});
  }
  words.insert(words.end(), more.begin(), more.end());
  if (which == x_terminal::kind::xterm) words.emplace_back("-e");
  return words;
}

std::vector<std::string> joined(std::vector<std::string> words,
                                const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

run_options on_display(const x_display& display, run_options options = {}) {
  options.env["DISPLAY"] = display.name();
  options.env["LIBGL_ALWAYS_SOFTWARE"] = "1";
  return options;
}

// By SIGTERM, so that it can put away its files in /tmp; process ends what does not obey.
void end(process& program) {
  try {
    ::kill(program.pid(), SIGTERM);
    program.wait(milliseconds(2000));
  } catch (const failure&) {
  }
}

}  // namespace

std::optional<std::string> x_display::why_not() {
  if (auto why = missing("Xvfb")) return why;
  return missing("xdotool");
}

x_display::x_display() {
  server_.emplace(std::vector<std::string>{"Xvfb", "-displayfd", "1", "-nolisten", "tcp",
                                           "-noreset", "-screen", "0", "800x600x24"});
  server_->expect_out("\n");
  name_ = ":" + server_->out().substr(0, server_->out().find('\n'));
}

x_display::~x_display() { end(*server_); }

std::string x_display::xdotool(std::vector<std::string> words) const {
  words.insert(words.begin(), "xdotool");
  return run_well(std::move(words), on_display(*this));
}

void x_display::press(const std::vector<std::string>& keys) const {
  xdotool(joined({"key", "--delay", "0"}, keys));
}

void x_display::click(int button) const {
  xdotool({"mousemove", "60", "60", "click", std::to_string(button)});
}

std::optional<std::string> x_terminal::why_not(kind which) {
  if (auto why = x_display::why_not()) return why;
  return missing(name_of(which));
}

x_terminal::x_terminal(const x_display& display, kind which, const std::vector<std::string>& argv,
                       const run_options& options, const std::vector<std::string>& more)
    : display_(display),
      program_(joined(command(which, more), argv), on_display(display, options)) {}

x_terminal::~x_terminal() { end(program_); }

void x_terminal::take_focus() {
  if (window_.empty()) {
    window_ = display_.xdotool({"search", "--sync", "--onlyvisible", "--class", "^(XTerm|kitty)$"});
    window_.resize(window_.find('\n'));
  }
  display_.xdotool({"windowfocus", window_});
}

// To the display's root window, which is the one without a number of its own in xdotool.
void x_terminal::lose_focus() { display_.xdotool({"windowfocus", "0"}); }

}  // namespace test
