// Replies to what programs ask their terminal while none is there (fish waits ten seconds for one).
//
// It reads the output itself and replies only to queries that it has met there, in their order; of
// the screen process it takes numbers (vt/stream/replies.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include <shim/hold/screen_process.hpp>
#include <shim/io/ring.hpp>
#include <vt/stream/queries.hpp>
#include <vt/stream/replies.hpp>

namespace shim::hold {

class unattended {
 public:
  // What is to be typed into the pty.
  using typist = std::function<void(std::string_view)>;

  unattended(const io::ring& output, screen_process& screen, typist type)
      : output_(output), screen_(screen), type_(std::move(type)) {}

  // Nobody looks on from this place in the output on; or somebody does again.
  void begin(std::uint64_t position);
  void end() { reader_.reset(); }

  void read_on();  // there is more output

  void facts(const vt::terminal_facts& terminal) { terminal_ = terminal; }

 private:
  void met(const vt::placed_query& query);

  const io::ring& output_;
  screen_process& screen_;
  typist type_;
  std::optional<vt::query_reader> reader_;
  std::uint64_t position_ = 0;  // read up to here
  std::uint64_t from_ = 0;      // what was asked before is the business of who looked on then
  vt::terminal_facts terminal_;
};

}  // namespace shim::hold
