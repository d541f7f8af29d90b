#include <vt/stream/color_spec.hpp>

#include <string>

#include <tests/catch.hpp>

using vt::color_value;

namespace {

struct spelled {
  std::string_view spec;
  color_value value;
};

}  // namespace

TEST_CASE("colours are read as XParseColor reads them") {
  const auto row = GENERATE(values<spelled>({
      {"rgb:ffff/0000/8000", {0xffff, 0, 0x8000}},
      {"rgb:ff/00/80", {0xffff, 0, 0x8080}},
      {"rgb:f/0/8", {0xffff, 0, 0x8888}},
      {"rgb:FFF/00/8", {0xffff, 0, 0x8888}},
      {"rgb:123/1/12", {0x1231, 0x1111, 0x1212}},
      {"#f08", {0xf000, 0, 0x8000}},
      {"#Ff0080", {0xff00, 0, 0x8000}},
      {"#fff000888", {0xfff0, 0, 0x8880}},
      {"#123456789abc", {0x1234, 0x5678, 0x9abc}},
  }));
  INFO(row.spec);
  CHECK(vt::read_color(row.spec) == row.value);
}

TEST_CASE("any other spelling is no colour") {
  for (const std::string_view spec : {"",
                                      "#",
                                      "rgb:",
                                      "red",
                                      "?",
                                      "#ff",
                                      "#ffff",
                                      "#12345",
                                      "#1234567890abcdef",
                                      "#fg0",
                                      "rgb:f/f",
                                      "rgb:f/f/f/f",
                                      "rgb:f//f",
                                      "rgb:12345/0/0",
                                      "rgb:-1/0/0",
                                      "rgb:+1/0/0",
                                      "rgb: 1/0/0",
                                      "rgb:0x1/0/0",
                                      "rgb:1/0/0 ",
                                      "rgba:f/f/f/f",
                                      "rgbi:1.0/0/0",
                                      "RGB:f/f/f"}) {
    INFO(spec);
    CHECK(vt::read_color(spec) == std::nullopt);
  }
}
