#include <shim/io/ring.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <string>

#include <tests/catch.hpp>

namespace {

constexpr std::size_t capacity = 64 * 1024;

void put(shim::io::ring& ring, std::string_view bytes) {
  std::ranges::copy(bytes, ring.begin(0, bytes.size()).begin());
  REQUIRE(ring.publish(0, bytes.size()));
}

}  // namespace

TEST_CASE("a ring gives back what was put in, across its end too, in one piece") {
  std::error_code error;
  shim::io::ring ring(capacity, error);
  REQUIRE_FALSE(error);
  std::mt19937 random(3);
  std::string all;
  while (all.size() < 5 * capacity) {
    std::string piece(random() % ring.most_room, '\0');
    for (auto& byte : piece) byte = static_cast<char>(random());
    put(ring, piece);
    all += piece;
    REQUIRE(ring.head() == all.size());
    const auto back = std::min(all.size(), ring.kept());
    REQUIRE(ring.bytes(all.size() - back, back) == std::string_view(all).substr(all.size() - back));
  }
}

TEST_CASE("what was not published is no output") {
  std::error_code error;
  shim::io::ring ring(capacity, error);
  REQUIRE_FALSE(error);
  put(ring, "kept");
  std::ranges::copy(std::string_view("dropped"), ring.begin(0, 7).begin());
  ring.publish(0, 0);
  put(ring, "next");
  CHECK(ring.bytes(0, 8) == "keptnext");
}

TEST_CASE("another process's ring shows what is put in, and refuses what is none") {
  std::error_code error;
  shim::io::ring ours(capacity, error);
  REQUIRE_FALSE(error);
  for (const auto how : {shim::io::memory_access::read, shim::io::memory_access::write}) {
    const shim::io::ring theirs(shim::io::unique_fd(::dup(ours.fd())), how, error);
    REQUIRE_FALSE(error);
    put(ours, "shared");
    CHECK(theirs.capacity() == capacity);
    CHECK(theirs.bytes(ours.head() - 6, 6) == "shared");
  }
  const shim::io::ring none(
      shim::io::make_sealed_memory("test", shim::io::page_size() + capacity, error),
      shim::io::memory_access::read, error);
  CHECK(error == std::errc::protocol_error);
  error.clear();
  const shim::io::ring unsealed(shim::io::unique_fd(::open("/dev/zero", O_RDWR)),
                                shim::io::memory_access::read, error);
  CHECK(error == std::errc::protocol_error);
}

TEST_CASE("who has lost the role of the reader puts nothing in") {
  std::error_code error;
  shim::io::ring ring(capacity, error);
  put(ring, "first");
  const auto epoch = ring.take();
  REQUIRE(epoch == 1);
  CHECK(ring.begin(0, 10).empty());
  CHECK_FALSE(ring.publish(0, 0));
  std::ranges::copy(std::string_view("second"), ring.begin(1, 6).begin());
  CHECK_FALSE(ring.take());
  CHECK(ring.publish(1, 6));
  CHECK(ring.take() == 2);
  CHECK(ring.bytes(0, 11) == "firstsecond");
}

TEST_CASE("what a reader that died had read is output") {
  std::error_code error;
  shim::io::ring ring(capacity, error);
  put(ring, "first");
  // Wherever it died: before the read, after it, and not in one at all.
  CHECK(ring.recover() == 1);
  ring.begin(1, 100);
  CHECK(ring.recover() == 2);
  CHECK(ring.head() == 5);
  std::ranges::copy(std::string_view("read\xff!"), ring.begin(2, 100).begin());
  CHECK(ring.recover() == 3);
  CHECK(ring.bytes(0, ring.head()) == "firstread\xff!");
  CHECK_FALSE(ring.publish(2, 6));
}

TEST_CASE("a ring of an impossible size is an error, not a crash") {
  std::error_code error;
  const shim::io::ring ring(std::size_t{1} << 60, error);
  CHECK(error);
}
