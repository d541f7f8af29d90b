#include <shim/hold/terminal_replies.hpp>

#include <random>

#include <tests/catch.hpp>

namespace {

vt::terminal_facts all_said() {
  return shim::hold::facts_in(
      "\x1b[?64;1;2;22c\x1b[>41;379;0c\x1bP>|XTerm(379)\x1b\\\x1b[?1u\x1b]10;rgb:0000/1111/"
      "2222\x1b\\"
      "\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
}

}  // namespace

TEST_CASE("what a terminal has said arrives as it was said, whatever it has left out") {
  const auto all = all_said();
  CHECK(all.attribute_count == 4);
  CHECK(all.version() == "XTerm(379)");
  CHECK(all.key_flags);
  CHECK(shim::hold::facts_in(shim::hold::spelled(all)) == all);
  std::mt19937 random(3);
  for (int trial = 0; trial < 200; ++trial) {
    auto some = all;
    if (random() % 2 == 0) some.attributes = {}, some.attribute_count = 0;
    if (random() % 2 == 0) some.secondary.reset();
    if (random() % 2 == 0) some.version_bytes = {};
    if (random() % 2 == 0) some.key_flags = false;
    for (auto& color : some.colors)
      if (random() % 2 == 0) color.reset();
    CHECK(shim::hold::facts_in(shim::hold::spelled(some)) == some);
  }
}

TEST_CASE("a terminal that has said nothing is not made to say anything") {
  CHECK(shim::hold::spelled({}).empty());
  CHECK(shim::hold::facts_in("") == vt::terminal_facts{});
}

TEST_CASE("all that can be said fits in a message") {
  auto most = all_said();
  most.attribute_count = vt::terminal_facts::max_attributes;
  most.attributes.fill(vt::terminal_facts::greatest_attribute);
  most.secondary = {65535, 65535, 65535};
  most.set_version(std::string(vt::terminal_facts::max_version_bytes, 'x'));
  CHECK(shim::hold::spelled(most).size() <= shim::hold::max_replies);
}

TEST_CASE("facts are found between what is typed, however it is cut") {
  const std::string typed = "ls\r\x1b[?62;22c~.\x1b[A\x1b]11;rgb:1234/1234/1234\x1b\\more";
  for (std::size_t size = 1; size < typed.size(); ++size) {
    shim::hold::fact_finder finder;
    for (std::size_t at = 0; at < typed.size(); at += size)
      finder.typed(std::string_view(typed).substr(at, size));
    CHECK(finder.facts() == shim::hold::facts_in("\x1b[?62;22c\x1b]11;rgb:1234/1234/1234\x1b\\"));
  }
}
