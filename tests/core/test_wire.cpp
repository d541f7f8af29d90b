#include <shim/core/wire_message.hpp>

#include <random>
#include <string>

#include <tests/catch.hpp>

namespace {

constexpr std::size_t most = 1024;

struct greeting {
  static constexpr std::uint32_t type = 7;
  std::uint32_t number = 0;
  std::uint64_t position = 0;
  std::string_view name;
  std::array<std::uint32_t, 2> pair{};
  static constexpr auto fields = [](auto& m) {
    return std::tie(m.number, m.position, m.name, m.pair);
  };
  bool operator==(const greeting&) const = default;
};

struct nothing {
  static constexpr std::uint32_t type = 8;
  static constexpr auto fields = [](auto&) { return std::tie(); };
  bool operator==(const nothing&) const = default;
};

using any = std::variant<greeting, nothing>;

const greeting some{0x01020304, 0x05060708090a0b0c, "na\0me", {1, 0xffffffff}};

shim::frame taken(std::string_view bytes) {
  return std::get<shim::frame>(shim::take_frame(bytes, most));
}

}  // namespace

TEST_CASE("a message is spelled as RFC 4251 has its fields, behind its length and type") {
  const std::string expected(
      "\0\0\0\36\0\0\0\7\1\2\3\4\5\6\7\10\11\12\13\14\0\0\0\2na\0\0\0\1\377\377\377\377", 34);
  CHECK(shim::encode(some) == expected);
  CHECK(shim::encode(nothing{}) == std::string("\0\0\0\4\0\0\0\10", 8));
}

TEST_CASE("what was written is read, and what follows is left alone") {
  const auto two = shim::encode(some) + shim::encode(nothing{}) + "rest";
  std::string_view rest = two;
  const auto first = std::get<shim::frame>(shim::take_frame(rest, most));
  CHECK(std::get<greeting>(std::get<any>(shim::decode<any>(first))) == some);
  const auto second = std::get<shim::frame>(shim::take_frame(rest, most));
  CHECK(std::holds_alternative<nothing>(std::get<any>(shim::decode<any>(second))));
  CHECK(rest == "rest");
}

TEST_CASE("every beginning of a frame wants more, and takes nothing") {
  const auto whole = shim::encode(some);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto begin = std::string_view(whole).substr(0, size);
    CHECK(std::holds_alternative<shim::need_more>(shim::take_frame(begin, most)));
    CHECK(begin.size() == size);
  }
}

TEST_CASE("a frame that is too long is refused at its length, one without a type as well") {
  std::string_view long_one("\0\0\4\1", 4);
  CHECK(std::get<shim::malformed>(shim::take_frame(long_one, most)).why ==
        "a frame that is too long");
  std::string_view longest("\377\377\377\377", 4);
  CHECK(std::holds_alternative<shim::malformed>(shim::take_frame(longest, most)));
  std::string_view short_one("\0\0\0\3xyz", 7);
  CHECK(std::get<shim::malformed>(shim::take_frame(short_one, most)).why ==
        "a frame without a type");
}

TEST_CASE("a message that lacks something is malformed, one with more is of a later version") {
  const auto bytes = shim::encode(some);
  const auto whole = taken(bytes);
  for (std::size_t size = 0; size < whole.body.size(); ++size) {
    const shim::frame cut{whole.type, whole.body.substr(0, size)};
    CHECK(std::holds_alternative<shim::malformed>(shim::decode<any>(cut)));
  }
  const auto longer = std::string(whole.body) + "more";
  CHECK(std::get<greeting>(std::get<any>(shim::decode<any>({whole.type, longer}))) == some);
}

TEST_CASE("a type that nobody knows is data") {
  CHECK(std::get<shim::unknown_message>(shim::decode<any>({9, "body"})).type == 9);
}

TEST_CASE("a reader that ran out of bytes gives nothing from then on") {
  shim::wire_reader in(std::string_view("\0\0\0\1\0\0\0\5abc", 11));
  CHECK(in.u32() == 1);
  CHECK(in.ok());
  CHECK(in.string().empty());
  CHECK_FALSE(in.ok());
  CHECK(in.u32() == 0);
  CHECK(in.rest().empty());
}
