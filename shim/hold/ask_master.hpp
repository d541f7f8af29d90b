// Questions about the mux master that a session goes through, asked by a program of their own: the
// terminal is served meanwhile, however long a master takes that hangs.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <shim/core/relay.hpp>
#include <shim/io/relay_loop.hpp>
#include <shim/io/told_output.hpp>

namespace shim::hold {

using master_question = effect::ask_master::question;

// The words of this program, argv[0] included, that answer it for an ssh: status 0, or why not.
using master_words = std::function<std::vector<std::string>(master_question, pid_t ssh)>;

class master_asker {
 public:
  // `loop` is told the answers, and outlives this.
  master_asker(asio::io_context& context, io::relay_loop& loop, master_words words);
  ~master_asker();  // the end of a master goes on: it is this session's end, too
  master_asker(const master_asker&) = delete;
  master_asker& operator=(const master_asker&) = delete;

  // One at a time: what is still asked is given up.
  void ask(master_question what, pid_t ssh);

 private:
  void tell(master_question what, const std::string& text, int status);

  asio::io_context& context_;
  io::relay_loop& loop_;
  master_words words_;
  std::optional<io::told_output> running_;
  master_question what_ = master_question::check;
};

}  // namespace shim::hold
