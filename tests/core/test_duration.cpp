#include <shim/core/duration.hpp>

#include <string>

#include <tests/catch.hpp>

using namespace std::chrono_literals;

TEST_CASE("a duration is what timeout(1) takes for one") {
  struct row {
    std::string text;
    std::chrono::milliseconds expected;
  };
  const row rows[] = {
      {"20", 20s},
      {"20s", 20s},
      {"1m", 1min},
      {"2h", 2h},
      {"3d", 72h},
      {"0", 0ms},
      {"0d", 0ms},
      {"0.0", 0ms},
      {"1.5", 1500ms},
      {".5m", 30s},
      {"5.", 5s},
      {"0.25s", 250ms},
      {"007", 7s},
      {"0.1h", 6min},
      {"1.0000000000", 1s},
      {"10000d", 240'000h},
      {"864000000", 240'000h},
      {"0.333", 333ms},
  };
  for (const auto& [text, expected] : rows) {
    CAPTURE(text);
    const auto parsed = shim::parse_duration(text);
    REQUIRE(parsed);
    CHECK(*parsed == expected);
  }
}

TEST_CASE("a short duration is never taken for none") {
  for (const std::string text : {"0.0001", "0.0000000000000000001", ".00000000001d", "0.0009"}) {
    CAPTURE(text);
    CHECK(shim::parse_duration(text) == 1ms);
  }
}

TEST_CASE("what is no duration is refused") {
  const std::string refused[] = {
      "",
      "s",
      ".",
      ".s",
      "-1",
      "+1",
      "1e3",
      "0x10",
      "inf",
      "nan",
      " 1",
      "1 ",
      "1 s",
      "1S",
      "1ms",
      "1ss",
      "1w",
      "1,5",
      "1.2.3",
      "one",
      "1\n",
      "10001d",
      "864000001",
      "10000.0001d",
      "99999999999999999999999999",
      "9223372036854775807d",
      std::string("1\0", 2),
  };
  for (const auto& text : refused) {
    CAPTURE(text);
    CHECK_FALSE(shim::parse_duration(text));
  }
}
