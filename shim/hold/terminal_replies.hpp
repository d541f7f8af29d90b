// What a terminal has said of itself, on its way to the holder: spelled as a terminal says it.
#pragma once

#include <string>
#include <string_view>

#include <vt/stream/keys.hpp>
#include <vt/stream/terminal_facts.hpp>

namespace shim::hold {

// At most max_replies bytes, and read back as the same facts; empty if it has said nothing.
inline constexpr std::size_t max_replies = 1024;
std::string spelled(const vt::terminal_facts& facts);
vt::terminal_facts facts_in(std::string_view replies);

// Notes them as they pass by in what is typed.
class fact_finder {
 public:
  void typed(std::string_view bytes);
  const vt::terminal_facts& facts() const { return reader_.facts(); }

 private:
  vt::key_decoder keys_;
  vt::terminal_facts_reader reader_;
};

}  // namespace shim::hold
