// A short run of a program for what it says, on either stream, while a loop goes on.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <shim/io/asio.hpp>
#include <shim/io/lifeline.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::io {

class told_output {
 public:
  // Called once, from the context, with what it said and its exit status (255 if it died of a
  // signal).
  using end_handler = std::function<void(std::string text, int status)>;

  // Starts it, without stdin, in a session of its own: no terminal tells it anything.
  told_output(asio::io_context& context, const std::string& path,
              const std::vector<std::string>& argv, end_handler on_end, std::error_code& error);
  ~told_output();  // kills it, if it has not ended
  told_output(const told_output&) = delete;
  told_output& operator=(const told_output&) = delete;

  void let_go() { pid_ = -1; }  // it is not killed any more, and nobody hears of its end

 private:
  void wait();
  void read();

  asio::posix::stream_descriptor output_;
  end_handler on_end_;
  std::string text_;
  pid_t pid_ = -1;
  unique_fd pidfd_;
  lifeline life_;
};

}  // namespace shim::io
