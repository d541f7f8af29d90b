#include <vt/stream/replies.hpp>

#include <random>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/reply_model.hpp>
#include <vt/stream/pen.hpp>

namespace {

using vt::answer_numbers;
using vt::query;
using vt::query_kind;

std::string reply(const query& asked, const answer_numbers& numbers = {},
                  const vt::terminal_facts& terminal = {}) {
  return std::string(vt::reply_to(asked, numbers, terminal).bytes());
}

vt::terminal_facts kitty() {
  vt::terminal_facts facts;
  facts.attributes = {64, 1, 2};
  facts.attribute_count = 3;
  facts.secondary = {1, 4000, 26};
  facts.set_version("kitty(0.26.5)");
  facts.colors[1] = vt::color_value{0x1111, 0x2222, 0x0a0b};
  facts.key_flags = true;
  return facts;
}

constexpr auto indexed = vt::pen::indexed;
constexpr auto direct = vt::pen::direct;
constexpr std::uint32_t none = 0xffffffff;

}  // namespace

TEST_CASE("without a terminal there is a VT220 with colours, and no word of what is not known") {
  CHECK(reply({query_kind::primary_attributes}) == "\x1b[?62;22c");
  CHECK(reply({query_kind::secondary_attributes}) == "\x1b[>1;0;0c");
  CHECK(reply({query_kind::level}) == "\x1bP1$r62;1\"p\x1b\\");
  CHECK(reply({query_kind::version}).empty());
  CHECK(reply({query_kind::key_flags}, {5}).empty());
  for (std::uint16_t number = 10; number <= 12; ++number)
    CHECK(reply({query_kind::color, number}).empty());
}

TEST_CASE("what the last terminal said of itself is said again") {
  CHECK(reply({query_kind::primary_attributes}, {}, kitty()) == "\x1b[?64;1;2c");
  CHECK(reply({query_kind::secondary_attributes}, {}, kitty()) == "\x1b[>1;4000;26c");
  CHECK(reply({query_kind::level}, {}, kitty()) == "\x1bP1$r64;1\"p\x1b\\");
  CHECK(reply({query_kind::version}, {}, kitty()) == "\x1bP>|kitty(0.26.5)\x1b\\");
  CHECK(reply({query_kind::key_flags}, {5}, kitty()) == "\x1b[?5u");
  CHECK(reply({query_kind::color, 11}, {}, kitty()) == "\x1b]11;rgb:1111/2222/0a0b\x1b\\");
  CHECK(reply({query_kind::color, 10}, {}, kitty()).empty());
}

TEST_CASE("a colour that the program set is its own") {
  CHECK(reply({query_kind::color, 11}, {1, 0xffff, 0, 0x8080}, kitty()) ==
        "\x1b]11;rgb:ffff/0000/8080\x1b\\");
  CHECK(reply({query_kind::color, 10}, {1, 1, 2, 3}) == "\x1b]10;rgb:0001/0002/0003\x1b\\");
}

TEST_CASE("the numbers of a screen have their places") {
  CHECK(reply({query_kind::status}) == "\x1b[0n");
  CHECK(reply({query_kind::cursor}, {24, 80}) == "\x1b[24;80R");
  CHECK(reply({query_kind::cursor_in_page}, {24, 80}) == "\x1b[?24;80R");
  CHECK(reply({query_kind::ansi_mode, 4}, {1}) == "\x1b[4;1$y");
  CHECK(reply({query_kind::dec_mode, 2004}, {2}) == "\x1b[?2004;2$y");
  CHECK(reply({query_kind::rows}, {1, 24}) == "\x1bP1$r1;24r\x1b\\");
  CHECK(reply({query_kind::columns}, {1, 80}) == "\x1bP1$r1;80s\x1b\\");
  CHECK(reply({query_kind::cursor_style}, {5}) == "\x1bP1$r5 q\x1b\\");
  CHECK(reply({query_kind::guard}, {1}) == "\x1bP1$r1\"q\x1b\\");
  CHECK(reply({query_kind::no_setting}, {1}) == "\x1bP0$r\x1b\\");
}

TEST_CASE("a pen is spelled as one SGR, in which a colour is one parameter") {
  const query asked{query_kind::pen};
  CHECK(reply(asked) == "\x1bP1$r0m\x1b\\");
  CHECK(reply(asked, {0, indexed | 1, indexed | 12, 0}) == "\x1bP1$r0;31;104m\x1b\\");
  CHECK(reply(asked, {0, indexed | 16, indexed | 255, indexed | 9}) ==
        "\x1bP1$r0;38:5:16;48:5:255;58:5:9m\x1b\\");
  CHECK(reply(asked, {0, 0, direct | 0x010203, 0}) == "\x1bP1$r0;48:2::1:2:3m\x1b\\");
  CHECK(reply(asked, {1 | 3u << 16, 0, 0, 0}) == "\x1bP1$r0;1;4:3m\x1b\\");
  CHECK(reply(asked, {0, direct | 0xffffff, direct | 0xffffff, direct | 0xffffff}) ==
        "\x1bP1$r0;38:2::255:255:255;48:2::255:255:255;58:2::255:255:255m\x1b\\");
}

TEST_CASE("a pen that has no room in a reply, or that no SGR makes, is refused") {
  const query asked{query_kind::pen};
  const std::string refused = "\x1bP0$r\x1b\\";
  CHECK(reply(asked, {1, direct | 0xffffff, direct | 0xffffff, direct | 0xffffff}) == refused);
  CHECK(reply(asked, {1u << 31, 0, 0, 0}) == refused);
  CHECK(reply(asked, {15u << 20, 0, 0, 0}) == refused);
  CHECK(reply(asked, {0, 5, 0, 0}) == refused);
  CHECK(reply(asked, {0, indexed | 256, 0, 0}) == refused);
  CHECK(reply(asked, {0, indexed | direct | 1, 0, 0}) == refused);
  CHECK(reply(asked, {none, none, none, none}) == refused);
}

TEST_CASE("a number beyond what there can be is the nearest that can, or refused") {
  CHECK(reply({query_kind::cursor}, {0, none}) == "\x1b[1;9999R");
  CHECK(reply({query_kind::rows}, {none, 0}) == "\x1bP1$r9999;1r\x1b\\");
  CHECK(reply({query_kind::dec_mode, 65535}, {5}) == "\x1b[?65535;0$y");
  CHECK(reply({query_kind::cursor_style}, {7}) == "\x1bP0$r\x1b\\");
  CHECK(reply({query_kind::guard}, {none}) == "\x1bP1$r0\"q\x1b\\");
  CHECK(reply({query_kind::key_flags}, {none}, kitty()) == "\x1b[?31u");
  CHECK(reply({query_kind::color, 11}, {1, none, 0x10000, 0}) ==
        "\x1b]11;rgb:ffff/ffff/0000\x1b\\");
  CHECK(reply({query_kind::color, 11}, {2, 1, 1, 1}).empty());
  CHECK(reply({query_kind::color, 13}, {1, 1, 1, 1}).empty());
}

TEST_CASE("facts that nobody read are bounded once more") {
  vt::terminal_facts facts;
  facts.attributes.fill(65535);
  facts.attribute_count = 255;
  facts.version_bytes.fill('x');
  facts.secondary = {65535, 65535, 65535};
  CHECK(reply({query_kind::primary_attributes}, {}, facts) ==
        "\x1b[?999;999;999;999;999;999;999;999;999;999;999;999;999;999;999c");
  CHECK(reply({query_kind::level}, {}, facts) == "\x1bP1$r62;1\"p\x1b\\");
  CHECK(reply({query_kind::version}, {}, facts).size() == 62);
  facts.version_bytes[3] = '\x1b';
  CHECK(reply({query_kind::version}, {}, facts).empty());
}

TEST_CASE("no numbers and no facts make a reply that is longer, none or a query") {
  std::mt19937 random(7);
  for (int round = 0; round < 5000; ++round) {
    const auto number = [&random] {
      const auto any = static_cast<std::uint32_t>(random());
      return any % 4 == 0 ? any : any % 300;
    };
    const auto kind = static_cast<query_kind>(random() % 18);  // one beyond the last
    const query asked{kind, static_cast<std::uint16_t>(number())};
    vt::terminal_facts facts;
    for (auto& each : facts.attributes) each = static_cast<std::uint16_t>(number());
    facts.attribute_count = static_cast<std::uint8_t>(number());
    facts.secondary = {static_cast<std::uint16_t>(random() % 2), 0,
                       static_cast<std::uint16_t>(number())};
    for (auto& each : facts.version_bytes) each = static_cast<char>(number());
    facts.key_flags = random() % 2 == 0;
    const answer_numbers numbers{number(), number(), number(), number()};
    const auto broken = test::broken_law(asked, vt::reply_to(asked, numbers, facts).bytes());
    CAPTURE(static_cast<int>(kind), asked.number, numbers, broken);
    REQUIRE(broken.empty());
  }
}
