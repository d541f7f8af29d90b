#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <tests/catch.hpp>
#include <tests/support/screen_model.hpp>
#include <tests/support/text.hpp>

namespace {

std::string in_pieces(std::string_view bytes, std::size_t size) {
  vt::screen s(8, 20);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size())))
    s.feed(bytes.substr(0, size));
  return test::dump(s) + std::string(s.pending());
}

}  // namespace

TEST_CASE("how reads are cut does not matter") {
  std::mt19937 random(1);
  for (int trial = 0; trial < 100; ++trial) {
    const auto bytes = test::editing_output(random, 40);
    const auto whole = in_pieces(bytes, bytes.size() + 1);
    INFO(test::escaped(bytes));
    for (const std::size_t size : {1U, 2U, 3U, 7U, 64U}) REQUIRE(in_pieces(bytes, size) == whole);
  }
}

TEST_CASE("what is unfinished is finished by the same bytes on another screen") {
  std::mt19937 random(2);
  for (int trial = 0; trial < 200; ++trial) {
    const auto first = test::editing_output(random, 20);
    const auto second = test::editing_output(random, 2);
    vt::screen one(8, 20);
    one.feed(first);
    for (const char byte : second) {
      vt::tokenizer again;
      auto pending = one.pending();
      while (again.next(pending)) CHECK(again.at_ground());
      INFO(test::escaped(second) << " pending " << test::escaped(one.pending()));
      CHECK(again.at_ground() == one.pending().empty());
      one.feed({&byte, 1});
    }
  }
}

TEST_CASE("no output and no size breaks the laws of a screen") {
  std::mt19937 random(3);
  const auto any = [&random](int most) { return static_cast<int>(random() % unsigned(most)) + 1; };
  for (int trial = 0; trial < 300; ++trial) {
    vt::screen s(any(12), any(24));
    for (int part = 0; part < 6; ++part) {
      const auto bytes = test::editing_output(random, 30);
      s.feed(bytes);
      INFO(test::escaped(bytes));
      REQUIRE(test::broken_law(s) == "");
      s.resize(any(12), any(24));
      REQUIRE(test::broken_law(s) == "");
    }
  }
}

TEST_CASE("random bytes break none either") {
  std::mt19937 random(4);
  for (int trial = 0; trial < 200; ++trial) {
    vt::screen s(6, 16);
    std::string bytes(600, '\0');
    constexpr std::string_view often = "\x1b[;?0123456789ABCDHJKLMPSTX@rmhl\xc2\xe4\xb8\x96";
    for (auto& byte : bytes)
      byte = random() % 2 == 0 ? often[random() % often.size()] : static_cast<char>(random());
    s.feed(bytes);
    INFO(test::escaped(bytes));
    REQUIRE(test::broken_law(s) == "");
  }
}

TEST_CASE("what is repeated is as if it were written again") {
  std::mt19937 random(5);
  constexpr std::string_view characters[] = {"x", "\u00e9", "\u4e16"};
  for (int trial = 0; trial < 600; ++trial) {
    const std::string character(characters[random() % std::size(characters)]);
    const bool between_margins = random() % 2 == 0;
    const int count = 1 + static_cast<int>(random() % (between_margins ? 1 : 80));
    // Nothing is unfinished, no shift holds for one character only.
    auto before = test::editing_output(random, 30) + "\x18q";
    if (!between_margins) before += "\x1b[?69l";
    vt::screen written(8, 20);
    written.feed(before + character);
    for (int i = 0; i < count; ++i) written.feed(character);
    vt::screen repeated(8, 20);
    repeated.feed(before + character + "\x1b[" + std::to_string(count) + 'b');
    INFO(test::escaped(before) << " " << character << " " << count);
    REQUIRE(test::dump(repeated) == test::dump(written));
  }
}

TEST_CASE("between column margins nothing is repeated beyond the next row") {
  vt::screen s(4, 20);
  s.feed("\x1b[?69h\x1b[3;6s\x1b[1;4Hx\x1b[65535b");
  CHECK(test::text_of(s) == "   xxx\n  xxxx");
}
