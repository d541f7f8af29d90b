#include <vt/stream/terminal_facts.hpp>

#include <random>
#include <string>

#include <tests/catch.hpp>
#include <tests/support/text.hpp>
#include <tests/support/vectors.hpp>

namespace {

vt::terminal_facts facts_in_pieces(std::string_view sent, std::size_t size) {
  vt::key_decoder decoder;
  vt::terminal_facts_reader reader;
  for (; !sent.empty(); sent.remove_prefix(std::min(size, sent.size()))) {
    auto piece = sent.substr(0, size);
    while (const auto found = decoder.next(piece)) reader.take(*found);
  }
  return reader.facts();
}

vt::terminal_facts facts_of(std::string_view sent) {
  return facts_in_pieces(sent, sent.size() + 1);
}

vt::terminal_facts attributes(std::initializer_list<std::uint16_t> all) {
  vt::terminal_facts facts;
  for (const auto each : all) facts.attributes[facts.attribute_count++] = each;
  return facts;
}

// All that the captured terminal replied.
std::string captured_replies(std::string_view terminal) {
  std::string sent;
  for (const auto& row : test::read_vectors(SHIM_SOURCE_DIR "/tests/vectors/terminal_keys.txt"))
    if (row[0].starts_with(terminal) && row[2].starts_with("ask")) sent += test::unescaped(row[3]);
  return sent;
}

const std::string everything =
    "\x1b[?62;22;52c\x1b[>1;4000;26c\x1bP>|kitty(0.26.5)\x1b\\\x1b]10;rgb:dddd/dddd/dddd\x1b\\"
    "\x1b]11;rgb:00/11/22\x07\x1b]12;#ffffff\x1b\\\x1b[?0u";

}  // namespace

TEST_CASE("what a terminal says of itself is taken down from what it sends, at any cut") {
  const auto facts = facts_of(everything);
  CHECK(facts.attribute_count == 3);
  CHECK(facts.attributes[2] == 52);
  CHECK(facts.secondary == std::array<std::uint16_t, 3>{1, 4000, 26});
  CHECK(facts.version() == "kitty(0.26.5)");
  CHECK(facts.colors[0] == vt::color_value{0xdddd, 0xdddd, 0xdddd});
  CHECK(facts.colors[1] == vt::color_value{0, 0x1111, 0x2222});
  CHECK(facts.colors[2] == vt::color_value{0xff00, 0xff00, 0xff00});
  CHECK(facts.key_flags);
  for (std::size_t size = 1; size < everything.size(); ++size)
    CHECK(facts_in_pieces(everything, size) == facts);
}

TEST_CASE("the facts of xterm and kitty are what these replied") {
  const auto xterm = facts_of(captured_replies("XTerm"));
  CHECK(xterm.attribute_count == 12);
  CHECK(xterm.attributes[0] == 64);
  CHECK(xterm.attributes[11] == 28);
  CHECK(xterm.secondary == std::array<std::uint16_t, 3>{41, 379, 0});
  CHECK(xterm.version() == "XTerm(379)");
  CHECK(xterm.colors[1] == vt::color_value{0xffff, 0xffff, 0xffff});
  CHECK_FALSE(xterm.key_flags);

  const auto kitty = facts_of(captured_replies("kitty"));
  CHECK(kitty.attribute_count == 1);
  CHECK(kitty.attributes[0] == 62);
  CHECK(kitty.secondary == std::array<std::uint16_t, 3>{1, 4000, 26});
  CHECK(kitty.version() == "kitty(0.26.5)");
  CHECK(kitty.colors[1] == vt::color_value{0, 0, 0});
  CHECK(kitty.key_flags);
}

TEST_CASE("it is found among what is typed, which says nothing") {
  CHECK(facts_of("ls\r\x1b[A\x1b[?62;c\x1b[<0;3;4M~.") == attributes({62}));
  CHECK(facts_of("ls \x1b[200~\x1b[?1;2c\x1b[201~ ?62;22c [?62;22c\r\x1b"
                 "c\x1b[5;5R\x1b[97;5u") == vt::terminal_facts());
}

TEST_CASE("the last word counts") {
  CHECK(facts_of("\x1b[?64;1;2c\x1b[?62c") == attributes({62}));
  CHECK(facts_of("\x1bP>|one\x1b\\\x1bP>|2\x1b\\").version() == "2");
}

TEST_CASE("what is beyond a bound, broken off or no such reply is not taken down") {
  const auto sent = GENERATE(values<std::string>({
      "\x1b[?c",
      "\x1b[?;c",
      "\x1b[?62;1000c",
      "\x1b[?1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16c",
      "\x1b[?62;22\rc",
      "\x1b[?62;22\x1b",
      "\x1b[>c",
      "\x1b[>0c",
      "\x1b[>1;2c",
      "\x1b[>1;2;3;4c",
      "\x1b[?u",
      "\x1b[?1;2u",
      "\x1bP>|\x1b\\",
      "\x1bP1>|name\x1b\\",
      "\x1bP>|na\u00efve\x1b\\",
      "\x1bP>|a\x7f\x1b\\",
      "\x1bP>|a\rb\x1b\\",
      "\x1bP>|" + std::string(57, 'x') + "\x1b\\",
      "\x1bP>|" + std::string(5000, 'x') + "\x1b\\",
      "\x1b]11;red\x1b\\",
      "\x1b]11;?\x1b\\",
      "\x1b]13;rgb:0/0/0\x1b\\",
      "\x1b]11;rgb:0/0/0\x18",
  }));
  CAPTURE(test::escaped(sent));
  CHECK(facts_of(sent) == vt::terminal_facts());
  CHECK(facts_in_pieces(sent, 1) == vt::terminal_facts());
}

TEST_CASE("a name of the greatest length is one") {
  const std::string name(vt::terminal_facts::max_version_bytes, 'x');
  CHECK(facts_of("\x1bP>|" + name + "\x1b\\").version() == name);
}

TEST_CASE("no cut changes the facts, whatever is sent") {
  std::mt19937 random(5);
  constexpr std::string_view often = "\x1b[?>]P|;0123456789cucnR\\rgb:/#11;\x07\r~ M\xc2\x9b";
  for (int round = 0; round < 2000; ++round) {
    std::string sent;
    for (auto parts = 1 + random() % 6; parts > 0; --parts) {
      if (random() % 2 == 0) {
        const auto from = random() % everything.size();
        sent += everything.substr(from, random() % 30);
      } else {
        for (auto size = random() % 12; size > 0; --size) sent += often[random() % often.size()];
      }
    }
    CAPTURE(test::escaped(sent));
    const auto whole = facts_of(sent);
    for (const std::size_t size : {1u, 2u, 5u}) REQUIRE(facts_in_pieces(sent, size) == whole);
  }
}
