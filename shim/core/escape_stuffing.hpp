// Typed bytes made safe for an ssh that has a private escape character (`-e` with a byte that does
// not occur in UTF-8), so that commands can still be handed to it: where that byte is typed at what
// ssh takes for a line start, it is doubled, and ssh's own rule (clientloop.c) undoes it.
#pragma once

#include <string_view>

#include <shim/core/escape_char.hpp>

namespace shim {

class escape_stuffing {
 public:
  // None: nothing is ever changed, and no command can be handed over.
  explicit escape_stuffing(escape_char private_byte) : private_(private_byte) {}

  // Gives the next piece of what ssh must get instead of `typed`, and takes it off its front; empty
  // when all is taken. A view into `typed`: a doubled byte comes as two pieces that overlap.
  std::string_view next(std::string_view& typed);

  // Whether ssh would take the private byte for an escape now. A command handed over changes
  // nothing: ssh's line stays open.
  bool at_line_start() const { return line_start_; }

 private:
  escape_char private_;
  bool line_start_ = true;  // as at the start of client_loop()
  bool doubling_ = false;   // the byte in front has been given once
};

}  // namespace shim
