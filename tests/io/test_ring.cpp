#include <shim/io/ring.hpp>

#include <algorithm>
#include <random>
#include <string>

#include <tests/catch.hpp>

namespace {

constexpr std::size_t capacity = 64 * 1024;

void put(shim::io::ring& ring, std::string_view bytes) {
  std::ranges::copy(bytes, ring.room(bytes.size()).begin());
  ring.publish(bytes.size());
}

}  // namespace

TEST_CASE("a ring gives back what was put in, across its end too, in one piece") {
  std::error_code error;
  shim::io::ring ring(capacity, error);
  REQUIRE_FALSE(error);
  std::mt19937 random(3);
  std::string all;
  while (all.size() < 5 * capacity) {
    std::string piece(random() % 5000, '\0');
    for (auto& byte : piece) byte = static_cast<char>(random());
    put(ring, piece);
    all += piece;
    REQUIRE(ring.head() == all.size());
    const auto back = std::min(all.size(), capacity);
    REQUIRE(ring.bytes(all.size() - back, back) == std::string_view(all).substr(all.size() - back));
  }
}

TEST_CASE("what was not published is no output") {
  std::error_code error;
  shim::io::ring ring(capacity, error);
  REQUIRE_FALSE(error);
  put(ring, "kept");
  std::ranges::copy(std::string_view("dropped"), ring.room(7).begin());
  put(ring, "next");
  CHECK(ring.bytes(0, 8) == "keptnext");
}

TEST_CASE("a ring of an impossible size is an error, not a crash") {
  std::error_code error;
  const shim::io::ring ring(std::size_t{1} << 60, error);
  CHECK(error);
}
