// A screen process, the ring it reads, and a loop that waits for what it says.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <shim/hold/screen_process.hpp>
#include <tests/support/deadline.hpp>

namespace test {

struct screen_bench {
  std::error_code error;
  shim::io::ring ring;
  shim::asio::io_context context{1};
  std::optional<shim::hold::screen_process> screen;

  explicit screen_bench(shim::hold::screen_settings settings = {},
                        std::size_t capacity = shim::io::ring::default_capacity)
      : ring(capacity, error) {
    if (settings.program == "/proc/self/exe") settings.program = SHIM_BINARY;
    if (settings.size.rows == 0) settings.size = {24, 80, 0, 0};
    screen.emplace(context, ring, settings, error);
    if (error) throw std::system_error(error);
  }

  void start() { screen->start(ring.head()); }

  // Output, at most what the ring holds and the screen process has not read yet.
  void put(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto piece = bytes.substr(0, shim::io::ring::most_room);
      std::ranges::copy(piece, ring.begin(0, piece.size()).begin());
      ring.publish(0, piece.size());
      bytes.remove_prefix(piece.size());
    }
  }

  void run_until(const std::function<bool()>& holds, milliseconds within = patience) {
    const deadline end(within);
    while (!holds()) {
      if (end.passed()) throw failure("what was waited for did not come");
      context.run_one_for(milliseconds(10));
      context.restart();
    }
  }

  std::optional<shim::hold::screen_process::picture> picture(
      std::uint32_t most_history = shim::hold::screen_process::all_history,
      std::uint64_t from_row = 0) {
    std::optional<shim::hold::screen_process::picture> made;
    bool done = false;
    screen->paint(most_history, from_row, [&](auto answer) {
      made = std::move(answer);
      done = true;
    });
    run_until([&] { return done; });
    return made;
  }
};

}  // namespace test
