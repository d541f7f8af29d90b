// What masters say of themselves, all asked at the same time, each with a deadline of its own.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <shim/app/mux_master.hpp>
#include <shim/core/mux_protocol.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::app {

// As long as an answer of a master, and of its server, may take.
inline constexpr std::chrono::milliseconds master_time{2000};

enum class how_far : std::uint8_t {
  to_the_master,  // is it alive, and what are its channels?
  to_the_server,  // and does the server answer? No session is opened for it.
};

// Looks at the sockets of those whose state is unknown, asks who listens there, and fills in what
// they say.
void ask_masters(std::span<mux_master> masters, how_far question,
                 std::chrono::milliseconds patience = master_time);

// A connection to the one at that path, if its socket is to be trusted; nothing, and its state and
// why, if not.
std::optional<io::unique_fd> connect_to(mux_master& one);

// Has one do something. The answer is why it did not, safe to print; empty if it did. `port`: the
// one that the server has chosen for a remote forward.
struct request_result {
  std::string why_not;
  std::optional<std::uint32_t> port{};
};
request_result request_of_master(const std::string& path, const mux_request& what,
                                 std::chrono::milliseconds patience = master_time);

}  // namespace shim::app
