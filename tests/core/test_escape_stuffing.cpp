#include <shim/core/escape_stuffing.hpp>

#include <random>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/escape_model.hpp>

namespace {

constexpr shim::escape_char private_byte{0xff};

std::string stuffed(shim::escape_stuffing& stuffing, std::string_view typed) {
  std::string all;
  for (auto piece = stuffing.next(typed); !piece.empty(); piece = stuffing.next(typed))
    all += piece;
  return all;
}

std::string stuffed(std::string_view typed) {
  shim::escape_stuffing stuffing(private_byte);
  return stuffed(stuffing, typed);
}

// What an ssh with `-e` 0xff sends on; the commands it would take this for.
test::escape_model through_ssh(std::string_view bytes) {
  test::escape_model ssh{0xff, std::string(test::ssh_keys) + "I"};
  ssh.type(bytes);
  return ssh;
}

}  // namespace

TEST_CASE("a private byte typed at a line start is doubled, elsewhere not") {
  CHECK(stuffed("\xff") == "\xff\xff");
  CHECK(stuffed("a\xff") == "a\xff");
  CHECK(stuffed("a\r\xff\xff.") == "a\r\xff\xff\xff.");
  CHECK(stuffed("a\n\xff") == "a\n\xff\xff");
  CHECK(stuffed("plain\r") == "plain\r");
}

TEST_CASE("without a private byte nothing is changed") {
  shim::escape_stuffing stuffing{shim::escape_char()};
  CHECK(stuffed(stuffing, "\r\xff.\r\xff") == "\r\xff.\r\xff");
}

TEST_CASE("ssh's own rule undoes the doubling, however reads are cut") {
  std::mt19937 random(4711);
  static constexpr std::string_view likely = "\xff\xff\xff\r\n.?BR~x";
  for (int round = 0; round < 50'000; ++round) {
    std::string typed(random() % 16, '\0');
    for (auto& byte : typed) byte = likely[random() % likely.size()];
    const auto cut = random() % (typed.size() + 1);
    shim::escape_stuffing stuffing(private_byte);
    auto bytes = stuffed(stuffing, std::string_view(typed).substr(0, cut));
    bytes += stuffed(stuffing, std::string_view(typed).substr(cut));
    const auto ssh = through_ssh(bytes);
    CAPTURE(round, typed, bytes);
    REQUIRE(ssh.sent == typed);
    REQUIRE(ssh.acted.empty());
  }
}

TEST_CASE("a command handed over at a line start reaches ssh and leaves the line open") {
  shim::escape_stuffing stuffing(private_byte);
  std::string bytes = stuffed(stuffing, "ls\r");
  REQUIRE(stuffing.at_line_start());
  bytes +=
      "\xff"
      "B";
  bytes += stuffed(stuffing, "\xff.");
  const auto ssh = through_ssh(bytes);
  CHECK(ssh.acted == "B");
  CHECK(ssh.sent == "ls\r\xff.");
}
