// The escape filter against what real terminals send.
#include <set>

#include <tests/catch.hpp>
#include <tests/support/captured_escapes.hpp>

namespace {

std::vector<test::captured_mode> captured() {
  return test::read_terminal_keys(SHIM_SOURCE_DIR "/tests/vectors/terminal_keys.txt");
}

}  // namespace

TEST_CASE("the captured keys are those of every keyboard mode of both terminals") {
  std::set<std::string> xterm;
  std::set<std::string> kitty;
  for (const test::captured_mode& each : captured())
    (each.terminal.starts_with("kitty") ? kitty : xterm).insert(each.mode);
  CHECK(xterm ==
        std::set<std::string>{"plain", "other1", "other2", "application", "other1-u", "other2-u"});
  for (int flags = 0; flags < 32; ++flags) CHECK(kitty.count(std::to_string(flags)) == 1);
}

TEST_CASE("escapes act as real terminals send them, in every keyboard mode") {
  test::check_escapes(captured());
}
