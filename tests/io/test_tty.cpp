#include <shim/io/tty.hpp>

#include <fcntl.h>

#include <tests/catch.hpp>
#include <tests/support/terminal.hpp>

using namespace std::chrono_literals;

namespace {

shim::io::unique_fd opened(const test::terminal& user) {
  return shim::io::unique_fd(
      ::open(user.name().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
}

}  // namespace

TEST_CASE("what is written to a terminal arrives as it is") {
  test::terminal user;
  std::error_code error;
  shim::io::tty terminal(opened(user), error);
  REQUIRE_FALSE(error);
  REQUIRE_FALSE(terminal.enter_raw());
  terminal.write("\x1b[?1000l\r\n", 1s);
  user.expect("\x1b[?1000l\r\n");
}

TEST_CASE("a terminal that does not read keeps nobody waiting") {
  test::terminal user;
  std::error_code error;
  shim::io::tty terminal(opened(user), error);
  REQUIRE_FALSE(error);
  user.stop_reading();
  const std::string more_than_it_holds(1024 * 1024, 'x');
  terminal.write(more_than_it_holds, 20ms);  // returns
  user.read_on();
  user.expect("xxx");
  CHECK(user.output().size() < more_than_it_holds.size());
}

TEST_CASE("nothing keeps a terminal that has been hung up from being left") {
  test::terminal user;
  std::error_code error;
  shim::io::tty terminal(opened(user), error);
  user.hang_up();
  terminal.write("gone", 1s);
  CHECK(terminal.size() == shim::window_size{});
}
