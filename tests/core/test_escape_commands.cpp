#include <shim/core/escape_commands.hpp>

#include <fstream>
#include <iterator>
#include <set>

#include <tests/catch.hpp>

namespace {

const shim::escape_command& named(std::string_view name) {
  for (const auto& command : shim::escape_commands())
    if (command.name == name) return command;
  throw std::runtime_error("no such command");
}

bool always(const shim::escape_command&) { return true; }

}  // namespace

TEST_CASE("no two commands share a key") {
  std::set<char> keys;
  for (const auto& command : shim::escape_commands()) CHECK(keys.insert(command.key).second);
}

TEST_CASE("letters of our own are capitals, so that ~root/bin/x stays what it is") {
  for (const auto& command : shim::escape_commands())
    if (command.owner == shim::key_owner::shim) CHECK((command.key >= 'A' && command.key <= 'Z'));
}

TEST_CASE("a key of ours can be moved, and the old one is text again") {
  shim::escape_keys keys;
  REQUIRE(keys.bind("detach", 'd'));
  CHECK(keys.of_shim('d') == &named("detach"));
  CHECK(keys.of_shim('D') == nullptr);
  CHECK(keys.key_of(named("detach")) == 'd');
}

TEST_CASE("a key that is taken, unknown or unprintable is refused and changes nothing") {
  shim::escape_keys keys;
  CHECK_FALSE(keys.bind("detach", 'L'));
  CHECK_FALSE(keys.bind("detach", '.'));
  CHECK_FALSE(keys.bind("detach", '\x04'));
  CHECK_FALSE(keys.bind("detach", ' '));
  CHECK_FALSE(keys.bind("no such command", 'd'));
  CHECK_FALSE(keys.bind("", 'd'));
  CHECK(keys.of_shim('D') == &named("detach"));
}

TEST_CASE("binding a command to the key it has is no error") {
  shim::escape_keys keys;
  CHECK(keys.bind("repaint", 'P'));
  CHECK(keys.of_shim('P') == &named("repaint"));
}

TEST_CASE("the help lists what is available, with the keys as they are now") {
  shim::escape_keys keys;
  REQUIRE(keys.bind("detach", 'd'));
  const auto text = shim::escape_help(shim::escape_char('~'), keys, always);
  CHECK(text.starts_with("~?\r\n"));
  CHECK(text.find("\r\n ~.   - disconnect\r\n") != text.npos);
  CHECK(text.find("\r\n ~^Z  - suspend") != text.npos);
  CHECK(text.find("\r\n ~d   - detach") != text.npos);
  CHECK(text.find("\r\n ~~   - send the escape character") != text.npos);
  const auto none = [](const shim::escape_command&) { return false; };
  CHECK(shim::escape_help(shim::escape_char(0x1d), keys, none).find("^].") == text.npos);
}

TEST_CASE("the man page has every command of the table") {
  std::ifstream file(SHIM_SOURCE_DIR "/docs/ssh-shim.1");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  REQUIRE_FALSE(page.empty());
  for (const auto& command : shim::escape_commands()) {
    const auto item = ".It Ic ~" + shim::shown_key(command.key);
    CAPTURE(item);
    CHECK(page.find(item + "\n") != page.npos);
  }
}
