#include <vt/stream/sgr.hpp>

#include <random>
#include <string>
#include <string_view>

#include <tests/catch.hpp>
#include <tests/support/text.hpp>
#include <vt/stream/scan.hpp>
#include <vt/stream/tokenizer.hpp>

namespace {

vt::pen behind(std::string_view text, vt::pen p = {}) {
  vt::tokenizer tokens;
  while (const auto t = tokens.next(text)) {
    if (t->kind != vt::token_kind::csi || t->function() != vt::function("m")) continue;
    const vt::parameter_list given(t->parameters);
    p.apply(given.begin(), given.end());
  }
  return p;
}

// As the tokenizer has it: naively.
std::size_t naive_size(std::string_view text) {
  auto rest = text;
  vt::tokenizer tokens;
  const auto t = tokens.next(rest);
  const bool is_sgr = text.starts_with('\x1b') && t && t->kind == vt::token_kind::csi &&
                      t->function() == vt::function("m");
  return is_sgr ? text.size() - rest.size() : 0;
}

std::string any_of(std::string_view bytes, std::size_t count, std::mt19937& random) {
  std::string text;
  while (text.size() < count) text += bytes[random() % bytes.size()];
  return text;
}

constexpr vt::pen drawn{0xffff, vt::pen::indexed | 1, vt::pen::indexed | 2, vt::pen::direct | 3};

}  // namespace

TEST_CASE("an SGR is found where a tokenizer finds it") {
  CHECK(vt::sgr_size("\x1b[m") == 3);
  CHECK(vt::sgr_size("\x1b[38:2::1:2:3;4mx") == 16);
  CHECK(vt::sgr_size("\x1b[1") == 0);
  CHECK(vt::sgr_size("\x1b[>4;1m") == 0);
  CHECK(vt::sgr_size("\x1b[1 m") == 0);
  CHECK(vt::sgr_size("\x1b[1\n;2m") == 0);
  CHECK(vt::sgr_size("x\x1b[m") == 0);
  for (const auto size : {255U, 256U, 257U}) {
    const auto text = "\x1b[" + std::string(size, '1') + "m";
    CHECK(vt::sgr_size(text) == naive_size(text));
  }
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto text =
        "\x1b[" + any_of("01;:>? m", random() % 12, random) + any_of("mK\n", 1, random);
    INFO(test::escaped(text));
    REQUIRE(vt::sgr_size(text) == naive_size(text));
  }
}

TEST_CASE("an SGR that is taken does what it says") {
  std::mt19937 random(2);
  int taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto text = "\x1b[" + any_of("0123456789;;;;", random() % 12, random) + "mx";
    INFO(test::escaped(text));
    auto rest = std::string_view(text);
    auto p = drawn;
    if (!vt::take_sgr(p, rest)) continue;
    ++taken;
    REQUIRE(rest == "x");
    REQUIRE(p == behind(text, drawn));
  }
  CHECK(taken > 15'000);
}

TEST_CASE("of many SGRs those since the pen was plain are enough") {
  CHECK(vt::since_plain("\x1b[1mab\x1b[0mcd\x1b[31mef") == "\x1b[0mcd\x1b[31mef");
  CHECK(vt::since_plain("\x1b[1mab\x1b[0;4mcd") == "\x1b[0;4mcd");
  CHECK(vt::since_plain("ab\x1b[1mcd\x1b[01m") == "\x1b[1mcd\x1b[01m");
  CHECK(vt::since_plain("ab\x1b[0:1mcd") == "\x1b[0:1mcd");
  CHECK(vt::since_plain("ab\x1b[1mcd\x1b[K\x1b[0K") == "\x1b[1mcd\x1b[K\x1b[0K");
  CHECK(vt::since_plain("abcd").empty());
  std::mt19937 random(3);
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    for (auto count = random() % 20; count > 0; --count)
      text += std::string(random() % 40, 'x') + "\x1b[" +
              any_of("0011234789;;;:", random() % 4, random) + "m";
    INFO(test::escaped(text));
    REQUIRE(behind(vt::since_plain(text), drawn) == behind(text, drawn));
  }
}

TEST_CASE("bytes of a set are counted from the end") {
  constexpr auto is_a = [](vt::word w) { return vt::equal_to(w, 'a'); };
  CHECK_FALSE(vt::find_last("", 1, is_a));
  std::mt19937 random(4);
  for (int i = 0; i < 2'000; ++i) {
    const auto text = any_of(i % 2 == 0 ? "ab" : "abbbbbbbbbbb\xe1", random() % 200, random);
    std::size_t count = 0;
    for (auto at = text.size(); at-- > 0;)
      if (text[at] == 'a') REQUIRE(vt::find_last(text, ++count, is_a) == at);
    REQUIRE_FALSE(vt::find_last(text, count + 1, is_a));
  }
}
