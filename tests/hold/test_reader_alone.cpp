// A client that is alone reads the pty itself, so that a key's way there and back is through no
// other process of ours.
#include <string>

#include <tests/catch.hpp>
#include <tests/support/process.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/temp_dir.hpp>
#include <tests/support/terminal.hpp>

namespace {

// How often it has waited for something and got it.
long wakings_of(pid_t pid) {
  test::wait_until_sleeping(pid);
  return std::stol(test::status_line(pid, "voluntary_ctxt_switches"));
}

}  // namespace

TEST_CASE("what a client reads does not wake the holder") {
  const test::temp_dir place;
  const test::run_options options{.env = {{"SSH_SHIM_DIR", place.path()}}};
  test::terminal user;
  user.start({SHIM_BINARY, "hold", "--name", "keys", "sh", "-c", "stty raw -echo; echo up; cat"},
             options);
  user.expect("up");
  const auto children = test::children_of(user.pid());
  REQUIRE(children.size() == 1);
  const auto holder = children.front();
  const auto key_and_back = [&] {
    user.type("x");
    user.expect("x");
  };
  // A wait for output that was under way when the client came is still over once.
  key_and_back();
  const auto before = wakings_of(holder);
  constexpr int keys = 50;
  for (int key = 0; key < keys; ++key) key_and_back();
  CHECK(wakings_of(holder) - before < keys / 2);
  test::run({SHIM_BINARY, "kill", "keys", "--signal", "KILL"}, options);
  user.wait_exit();
}
