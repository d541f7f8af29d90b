#include <shim/io/mux_connection.hpp>

namespace shim::io {

using std::chrono::steady_clock;

mux_connection::mux_connection(asio::io_context& context, unique_fd socket,
                               std::chrono::milliseconds patience)
    : client_(patience), socket_(context, std::move(socket), max_mux_frame), timer_(context) {
  socket_.start([this](const frame& from) { return take(from); },
                [this] {
                  client_.closed();
                  settle(nullptr);
                });
  socket_.send(client_.begin(steady_clock::now()));
  watch_deadline();
}

bool mux_connection::take(const frame& from) {
  const auto answer = client_.received(from);
  if (answer) settle(&*answer);
  return !client_.failed();
}

void mux_connection::watch_deadline() {
  const auto due = client_.deadline();
  if (!due) return;
  timer_.expires_at(*due);
  timer_.async_wait(life_.guard([this] {
    client_.expired(steady_clock::now());
    if (client_.failed()) settle(nullptr);
  }));
}

// What is answered, or has failed, has no deadline any more.
void mux_connection::settle(const mux_reply* answer) {
  timer_.cancel();
  if (const auto told = std::exchange(answer_, nullptr)) told(answer);
}

}  // namespace shim::io
