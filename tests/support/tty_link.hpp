// A line between the test and a terminal that is not the test's own (an xterm's, one behind ssh):
// the program `tty_end PATH`, run there, sets it raw, says what it reads and writes what it is
// told.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <tests/support/deadline.hpp>
#include <tests/support/fd.hpp>
#include <tests/support/temp_dir.hpp>

namespace test {

class tty_link {
 public:
  explicit tty_link(owned_fd connection) : connection_(std::move(connection)) {}

  // To the terminal.
  void write(std::string_view bytes);

  // From the terminal: waits until what was not yet taken holds it, and takes all up to its end.
  // `is_there` gives the position after what it looks for.
  using finder = std::function<std::optional<std::size_t>(std::string_view)>;
  std::string expect(const finder& is_there, std::string_view what, milliseconds within = patience);
  std::string expect(std::string_view text, milliseconds within = patience);

  // Writes a question and a DSR, and takes what comes before the DSR's answer: a terminal does
  // things one after the other, so all that was written is done by then.
  std::string ask(std::string_view question, milliseconds within = patience);

 private:
  owned_fd connection_;
  std::string received_;
};

class tty_link_server {
 public:
  tty_link_server();

  const std::string& path() const { return path_; }
  tty_link accept(milliseconds within = patience);  // the next tty_end; its terminal is raw by then

 private:
  temp_dir dir_;
  std::string path_ = dir_ / "link";
  owned_fd listening_;
};

}  // namespace test
