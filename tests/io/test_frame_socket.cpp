#include <shim/io/frame_socket.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>

#include <shim/core/wire_message.hpp>
#include <tests/catch.hpp>
#include <tests/support/deadline.hpp>

namespace {

using namespace std::chrono_literals;
namespace io = shim::io;

constexpr std::size_t most = 64 * 1024;

std::string frame_of(std::uint32_t type, std::string_view body) {
  return shim::frame_writer(type).bytes(body).finish();
}

// Two ends in one loop; what has come to each.
struct pair {
  shim::asio::io_context context{1};
  std::optional<io::frame_socket> left, right;
  std::string seen;  // on the right: "type:body;"
  bool left_ended = false;
  bool right_ended = false;

  pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    left.emplace(context, io::unique_fd(ends[0]), most);
    right.emplace(context, io::unique_fd(ends[1]), most);
    left->start([](const shim::frame&) { return true; },
                [this] {
                  left_ended = true;
                  left.reset();
                });
    right->start(
        [this](const shim::frame& f) {
          seen += std::to_string(f.type) + ':' + std::string(f.body) + ';';
          return f.type != 13;
        },
        [this] {
          right_ended = true;
          right.reset();
        });
  }

  template <class Holds>
  void run_until(const Holds& holds) {
    const test::deadline end(test::patience);
    while (!holds()) {
      REQUIRE_FALSE(end.passed());
      context.run_one_for(10ms);
      context.restart();
    }
  }
};

}  // namespace

TEST_CASE("frames arrive as they were sent, several in one go and one in pieces") {
  pair p;
  p.left->send(frame_of(1, "one") + frame_of(2, ""));
  const auto third = frame_of(3, "three");
  p.left->send(third.substr(0, 5));
  p.run_until([&] { return p.seen == "1:one;2:;"; });
  p.left->send(third.substr(5));
  p.run_until([&] { return p.seen == "1:one;2:;3:three;"; });
}

TEST_CASE("what the other side does not take waits, and arrives whole") {
  pair p;
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const std::string body(60'000, static_cast<char>('a' + i % 26));
    p.left->send(frame_of(7, body));
    expected += "7:" + body + ';';
  }
  CHECK(p.left->unsent() > 1'000'000);
  p.run_until([&] { return p.seen.size() >= expected.size(); });
  CHECK(p.seen == expected);
  CHECK(p.left->unsent() == 0);
}

TEST_CASE("descriptors are there when the frame they came with is read, in order") {
  pair p;
  int pipe_ends[2];
  REQUIRE(::pipe2(pipe_ends, O_CLOEXEC) == 0);
  const io::unique_fd reading(pipe_ends[0]);
  io::unique_fd writing(pipe_ends[1]);
  std::vector<io::unique_fd> got;
  p.right->start(
      [&](const shim::frame& f) {
        if (f.type == 5) got = p.right->take_descriptors(2);
        return true;
      },
      [] {});
  p.left->send(frame_of(4, std::string(50'000, 'x')));
  const int both[] = {reading.get(), writing.get()};
  p.left->send(frame_of(5, "here"), both);
  writing.reset();
  p.run_until([&] { return got.size() == 2; });
  CHECK((::fcntl(got[0].get(), F_GETFD) & FD_CLOEXEC) != 0);
  REQUIRE(::write(got[1].get(), "!", 1) == 1);
  char byte = 0;
  CHECK(::read(got[0].get(), &byte, 1) == 1);
  CHECK(byte == '!');
  CHECK(p.right->take_descriptors(1).empty());
}

TEST_CASE("an end of the other side is told once, behind all that it sent") {
  pair p;
  p.left->send(frame_of(1, "last words"));
  p.left.reset();
  p.run_until([&] { return p.right_ended; });
  CHECK(p.seen == "1:last words;");
}

TEST_CASE("what makes no sense is an end, and so is a frame that is refused") {
  pair p;
  p.left->send(std::string("\xff\xff\xff\xff", 4));
  p.run_until([&] { return p.right_ended; });
  p.run_until([&] { return p.left_ended; });
  pair q;
  q.left->send(frame_of(13, "") + frame_of(14, "not read"));
  q.run_until([&] { return q.right_ended; });
  CHECK(q.seen == "13:;");
}

TEST_CASE("a socket that is gone calls nobody any more") {
  pair p;
  p.left->send(frame_of(1, "x"));
  p.right.reset();
  for (int i = 0; i < 10; ++i) p.context.run_one_for(1ms), p.context.restart();
  CHECK(p.seen.empty());
  CHECK_FALSE(p.right_ended);
}
