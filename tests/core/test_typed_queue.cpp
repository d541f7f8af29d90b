#include <shim/core/typed_queue.hpp>

#include <random>

#include <tests/catch.hpp>

TEST_CASE("a queue gives back what was put in, in order, whatever is taken at a time") {
  std::mt19937 random(7);
  shim::typed_queue queue(1024);
  std::string put;
  std::string taken;
  for (int round = 0; round < 5'000; ++round) {
    const std::string piece(random() % 40, static_cast<char>('a' + random() % 26));
    queue.push(piece);
    put += piece;
    const auto some = queue.front().substr(0, random() % 60);
    taken += some;
    queue.pop(some.size());
    REQUIRE(queue.size() == put.size() - taken.size());
  }
  taken += queue.front();
  CHECK(taken == put);
}

TEST_CASE("a queue is full at its bound") {
  shim::typed_queue queue(4);
  queue.push("abc");
  CHECK_FALSE(queue.full());
  queue.push("def");
  CHECK(queue.full());
  CHECK(queue.size() == 6);
  queue.pop(3);
  CHECK_FALSE(queue.full());
  queue.clear();
  CHECK(queue.empty());
}
