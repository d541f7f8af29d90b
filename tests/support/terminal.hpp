// The user's terminal: a pty pair whose slave is the controlling terminal of the program under
// test, with the test sitting at it.
#pragma once

#include <sys/types.h>
#include <termios.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/deadline.hpp>
#include <tests/support/spawn.hpp>

namespace test {

struct terminal_size {
  unsigned short rows = 24;
  unsigned short columns = 80;
  unsigned short x_pixels = 0;
  unsigned short y_pixels = 0;
};

class terminal {
 public:
  explicit terminal(const terminal_size& size = {});
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;
  ~terminal();  // what still runs is killed, with its process group, and reaped

  // As a terminal starts its program: leader of a session, this its terminal, fds 0 to 2 on it
  // unless the options say otherwise (there is nobody to read a stream that is `piped`).
  void start(const std::vector<std::string>& argv, const run_options& options = {});

  // A shell with job control, at its prompt, for lines that are typed. No readline: the terminal
  // stays cooked while the shell reads.
  void start_shell(const run_options& options = {});
  static constexpr std::string_view prompt = "[shell]$ ";
  // Types the line and waits for the next prompt; what came between.
  std::string run_line(std::string_view line, milliseconds within = patience);

  // Sends the bytes as they are, reading output meanwhile.
  void type(std::string_view bytes);

  // Waits until the output that was not yet expected holds `text` (`is_there` gives the position
  // after what it looks for), and takes all up to its end: the next one looks behind it. Returns
  // what was taken.
  std::string expect(std::string_view text, milliseconds within = patience);
  using finder = std::function<std::optional<std::size_t>(std::string_view)>;
  std::string expect(const finder& is_there, std::string_view what, milliseconds within = patience);

  // All output so far; reads what is there, waits for nothing.
  const std::string& output();
  // Of it, what no expect() has taken.
  std::string_view unexpected();

  // From now on the terminal reads nothing, as one that is frozen or scrolled back with ^S; the
  // waits for an end still work.
  void stop_reading() { reading_ = false; }
  void read_on() { reading_ = true; }

  // SIGWINCH comes by itself.
  void resize(const terminal_size& size);

  // The modes as they are, and waiting for them to become something.
  termios modes() const;
  void expect_modes(const std::function<bool(const termios&)>& right, std::string_view what,
                    milliseconds within = patience);

  pid_t pid() const { return pid_; }
  pid_t foreground() const;  // the process group that has the terminal
  int slave() const { return slave_.get(); }
  const std::string& name() const { return name_; }

  // The window is closed: SIGHUP to the session.
  void hang_up();

  bool ended();
  end_status wait_exit(milliseconds within = patience);

 private:
  void wait_for(const std::function<bool()>& until, std::string_view what, milliseconds within);
  void turn(int timeout, short master_events);
  void read_master();
  void reap();

  owned_fd master_;
  owned_fd slave_;
  std::string name_;
  pid_t pid_ = -1;
  owned_fd pidfd_;
  std::optional<end_status> end_;
  bool reading_ = true;
  std::string output_;
  std::size_t expected_ = 0;
  std::string what_runs_;
};

// ICANON, ECHO and ISIG as ssh(1) needs them in a session: all off.
bool is_raw(const termios& modes);
bool same_modes(const termios& a, const termios& b);

}  // namespace test
