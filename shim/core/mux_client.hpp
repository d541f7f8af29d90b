// A conversation with an OpenSSH master, from our side: hello, then requests, one at a time, each
// with a deadline, as a master that is stopped takes what it is sent and never answers.
//
// It reads no socket and looks at no clock: frames and times are given to it, and it gives back
// what is to be written. A conversation that has failed is over for good.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <shim/core/kill_ladder.hpp>
#include <shim/core/mux_protocol.hpp>

namespace shim {

enum class mux_failure : std::uint8_t {
  silent,    // no answer within the time it has
  closed,    // the master closed the connection
  nonsense,  // it does not speak this protocol
  other_version,
};

std::string_view described(mux_failure why);

class mux_client {
 public:
  // `patience`: how long an answer may take, and the hello.
  explicit mux_client(std::chrono::milliseconds patience = std::chrono::milliseconds{2000})
      : patience_(patience) {}

  // The first bytes to be written; the master's hello is due from now on.
  std::string begin(steady_time now);

  // The bytes of a request, whose number is given to it here. Not while another one waits for its
  // answer, and not when the conversation is over. It need not wait for the master's hello.
  template <class Request>
  std::string ask(Request what, steady_time now) {
    what.request = begin_request(now);
    return encode(what);
  }

  // The answer to what was asked, if this frame is it: a view of the frame. What belongs to no
  // request of ours is passed over.
  std::optional<mux_reply> received(const frame& from);
  void closed() { fail(mux_failure::closed); }

  std::optional<steady_time> deadline() const { return due_; }
  void expired(steady_time now);

  bool waits() const { return request_.has_value(); }  // for an answer
  std::optional<mux_failure> failed() const { return failure_; }
  // The master has told what extensions it has; before that it has none.
  bool has_info() const { return has_info_; }

 private:
  std::uint32_t begin_request(steady_time now);
  void greeted(const mux_message::hello& by);
  void fail(mux_failure why);

  std::chrono::milliseconds patience_;
  std::uint32_t last_request_ = 0;
  std::optional<std::uint32_t> request_;  // that waits for its answer
  std::optional<steady_time> due_;
  std::optional<mux_failure> failure_;
  bool greeted_ = false;
  bool has_info_ = false;
};

}  // namespace shim
