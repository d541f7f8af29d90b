// A connection to an OpenSSH master, which drives core/mux_client.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <shim/core/mux_client.hpp>
#include <shim/io/asio.hpp>
#include <shim/io/frame_socket.hpp>
#include <shim/io/lifeline.hpp>
#include <shim/io/unique_fd.hpp>

namespace shim::io {

class mux_connection {
 public:
  // Gets the answer, whose views hold for the call, or null: failed() says why. Called once for
  // each request, from the context; it may ask again, and may not destroy the connection.
  using answer_handler = std::function<void(const mux_reply*)>;

  mux_connection(asio::io_context& context, unique_fd socket, std::chrono::milliseconds patience);
  ~mux_connection() = default;
  mux_connection(const mux_connection&) = delete;
  mux_connection& operator=(const mux_connection&) = delete;

  // One at a time, and none when it has failed.
  template <class Request>
  void ask(const Request& what, answer_handler answer) {
    answer_ = std::move(answer);
    socket_.send(client_.ask(what, std::chrono::steady_clock::now()));
    watch_deadline();
  }

  // What goes with a request, right behind it: duplicates, each with the byte that mux.c reads it
  // by. The master reads nothing else until all that belong to the request have come.
  void hand_over(std::span<const int> descriptors) {
    for (const int& each : descriptors) socket_.send(std::string(1, '\0'), {&each, 1});
  }

  std::optional<mux_failure> failed() const { return client_.failed(); }
  bool has_info() const { return client_.has_info(); }  // once anything was answered

 private:
  bool take(const frame& from);
  void watch_deadline();
  void settle(const mux_reply* answer);

  mux_client client_;
  frame_socket socket_;
  asio::steady_timer timer_;
  answer_handler answer_;
  lifeline life_;
};

}  // namespace shim::io
