// A program without a terminal: started, spoken to through pipes, waited for with a deadline.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tests/support/deadline.hpp>
#include <tests/support/spawn.hpp>

namespace test {

// What a program that has ended leaves.
struct finished {
  end_status status{};
  std::string out{};
  std::string err{};

  bool operator==(const finished&) const = default;
};
std::ostream& operator<<(std::ostream& out, const finished& end);

class process {
 public:
  explicit process(std::vector<std::string> argv, const run_options& options = {});
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process();  // what still runs is killed, with its process group, and reaped

  pid_t pid() const { return pid_; }

  // To a piped stdin; sent while waiting, however much it is.
  void feed(std::string_view bytes) { input_ += bytes; }
  void end_input();  // once all that was fed has been sent

  const std::string& out() const { return out_.text; }
  const std::string& err() const { return err_.text; }

  // What stdout or stderr holds once it contains `text`.
  void expect_out(std::string_view text, milliseconds within = patience);
  void expect_err(std::string_view text, milliseconds within = patience);

  // Its end. Output that comes later (from something it left in the background) is not waited for.
  const finished& wait(milliseconds within = patience);

 private:
  struct captured {
    owned_fd from{};
    std::string text{};
  };

  owned_fd take_stdin(const stream& where);
  owned_fd take_output(const stream& where, captured& to);
  void pump(const std::function<bool()>& until, std::string_view what, milliseconds within);
  void pump_once(int timeout);
  void send_input();
  void reap();
  std::string seen() const;

  std::vector<std::string> argv_;
  pid_t pid_ = -1;
  owned_fd pidfd_;
  owned_fd stdin_;
  std::string input_;
  bool input_ends_ = true;
  captured out_;
  captured err_;
  bool reaped_ = false;
  finished end_;
};

// Runs it to its end; `input` is its whole stdin.
finished run(std::vector<std::string> argv, const run_options& options = {},
             std::string_view input = {});

// The same, but it must exit 0; its stdout.
std::string run_well(std::vector<std::string> argv, const run_options& options = {});

}  // namespace test
