#include <shim/io/mux_connection.hpp>

#include <fcntl.h>

#include <chrono>

#include <shim/io/control_socket.hpp>
#include <tests/catch.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/scripted_master.hpp>
#include <tests/support/temp_dir.hpp>

namespace {

using namespace std::chrono_literals;
using namespace shim::mux_message;
using shim::mux_failure;
using shim::io::mux_connection;
using test::scripted_master;

// A master, and a connection to it.
struct conversation {
  explicit conversation(scripted_master::script answer,
                        std::string greeting = shim::encode(hello{}))
      : master(fd.get(), "socket", std::move(answer), std::move(greeting)) {}

  mux_connection connect(std::chrono::milliseconds patience = test::patience) {
    std::error_code error;
    auto socket = shim::io::control_socket(dir / "socket").connect(error);
    REQUIRE_FALSE(error);
    return {context, std::move(socket), patience};
  }

  test::temp_dir dir;
  shim::io::unique_fd fd{::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  shim::asio::io_context context{1};
  scripted_master master;
};

}  // namespace

TEST_CASE("a master is asked one thing after the other") {
  conversation talk(scripted_master::usual);
  auto connection = talk.connect();
  std::uint32_t pid = 0;
  std::string refused;
  connection.ask(alive_check{}, [&](const shim::mux_reply* first) {
    REQUIRE(first != nullptr);
    pid = std::get<alive>(*first).pid;
    connection.ask(open_forward{}, [&](const shim::mux_reply* second) {
      REQUIRE(second != nullptr);
      refused = std::get<failure>(*second).why;
      talk.context.stop();
    });
  });
  talk.context.run_for(test::patience);
  CHECK(pid == static_cast<std::uint32_t>(talk.master.pid()));
  CHECK(refused == "remote port forwarding failed");
}

TEST_CASE("a master that is stopped costs the patience that a connection has") {
  conversation talk(scripted_master::usual);
  test::send_signal(talk.master.pid(), SIGSTOP);
  auto connection = talk.connect(50ms);
  bool told = false;
  connection.ask(alive_check{}, [&](const shim::mux_reply* answer) { told = answer == nullptr; });
  talk.context.run_for(test::patience);
  CHECK(told);
  CHECK(connection.failed() == mux_failure::silent);
}

TEST_CASE("a master that ends, or is none, fails what it was asked") {
  const auto [greeting, why] = GENERATE(
      std::pair<std::string, mux_failure>{"HTTP/1.1 400 Bad Request\r\n", mux_failure::closed},
      std::pair<std::string, mux_failure>{shim::encode(ok{1}), mux_failure::nonsense},
      std::pair<std::string, mux_failure>{shim::encode(hello{5, {}}), mux_failure::other_version},
      std::pair<std::string, mux_failure>{"", mux_failure::closed});
  conversation talk(scripted_master::usual, greeting);
  auto connection = talk.connect();
  bool told = false;
  connection.ask(alive_check{}, [&](const shim::mux_reply* answer) { told = answer == nullptr; });
  if (greeting.empty()) talk.master.end();
  talk.context.run_for(test::patience);
  CHECK(told);
  CHECK(connection.failed() == why);
}
