#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include <shim/io/byte_locks.hpp>
#include <tests/catch.hpp>
#include <tests/support/temp_dir.hpp>

using shim::io::byte_locks;
using kind = byte_locks::kind;

TEST_CASE("a byte that one has alone no other one gets, until it is given back") {
  const test::temp_dir dir;
  const byte_locks one(dir / "locks");
  const byte_locks other(dir / "locks");
  CHECK(one.take(7, kind::sole));
  CHECK_FALSE(other.take(7, kind::sole));
  CHECK_FALSE(other.take(7, kind::shared));
  CHECK(other.take(8, kind::sole));
  CHECK(other.others_have(7));
  CHECK_FALSE(one.others_have(7));
  one.give_back(7);
  CHECK_FALSE(other.others_have(7));
  CHECK(other.take(7, kind::sole));
}

TEST_CASE("a byte that several share is nobody's alone before the others have given it back") {
  const test::temp_dir dir;
  const byte_locks one(dir / "locks");
  CHECK(one.take(3, kind::shared));
  {
    const byte_locks other(dir / "locks");
    CHECK(other.take(3, kind::shared));
    CHECK_FALSE(one.take(3, kind::sole));
    CHECK(one.others_have(3));
  }
  CHECK(one.take(3, kind::sole));
}

TEST_CASE("of a range all bytes are found that others have, and none of one's own") {
  const test::temp_dir dir;
  const byte_locks one(dir / "locks");
  const byte_locks other(dir / "locks");
  for (const off_t at : {0, 10, 13, 19, 20}) REQUIRE(one.take(at, kind::sole));
  REQUIRE(other.take(15, kind::sole));
  auto found = other.others_in(10, 20);
  std::ranges::sort(found);
  CHECK(found == std::vector<off_t>{10, 13, 19});
  CHECK(one.others_in(10, 20) == std::vector<off_t>{15});
}

TEST_CASE("without a file each has what it takes, and nobody else anything") {
  const test::temp_dir dir;
  REQUIRE(::symlink("elsewhere", (dir / "link").c_str()) == 0);
  const byte_locks none(dir / "link");
  CHECK(none.fd() < 0);
  CHECK(none.take(1, kind::sole));
  none.wait_for(1);
  none.give_back(1);
  CHECK(none.others_in(0, 9).empty());
  CHECK_FALSE(std::filesystem::exists(dir / "elsewhere"));
}
