// What an ssh says on its standard error while it is not sure yet that it gets a session: passed on
// line by line, up to a line that is a refusal. That one and all behind it, which is of what ssh
// tries then, is kept back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <shim/core/ssh_refusals.hpp>

namespace shim {

class ssh_refusal_filter {
 public:
  // What is to be shown now.
  std::string pass(std::string_view text);

  // From now on nothing is looked at: whoever writes such a line is not ssh. Gives what was kept
  // back of a line; nothing if there was a refusal.
  std::string stop_looking();

  const std::optional<ssh_refusal>& refusal() const { return refusal_; }

 private:
  static constexpr std::size_t longest_line = 512;  // as ssh_refusal_reader has it

  ssh_refusal_reader reader_;
  std::string line_;  // its beginning
  bool looks_ = true;
  bool is_too_long_ = false;  // its beginning was passed on
  std::optional<ssh_refusal> refusal_;
};

}  // namespace shim
