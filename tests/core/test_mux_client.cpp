#include <shim/core/mux_client.hpp>

#include <chrono>

#include <tests/catch.hpp>
#include <tests/core/start.hpp>

namespace {

using namespace std::chrono_literals;
using namespace shim::mux_message;
using shim::mux_client;
using shim::mux_failure;

using test::start;

template <class Message>
std::optional<shim::mux_reply> said(mux_client& to, const Message& what) {
  static std::string bytes;  // views of the answer hold until the next one
  bytes = shim::encode(what);
  std::string_view rest = bytes;
  return to.received(std::get<shim::frame>(shim::take_frame(rest, shim::max_mux_frame)));
}

}  // namespace

TEST_CASE("a mux client greets, asks, and knows the answer by its number") {
  mux_client client(2s);
  CHECK(client.begin(start) == shim::encode(hello{}));
  CHECK(client.ask(alive_check{}, start) == shim::encode(alive_check{1}));
  CHECK(client.waits());
  CHECK(!said(client, hello{}));
  CHECK(!said(client, alive{9, 1}));  // another request's
  CHECK(!said(client, no_tty{1}));    // a session's, whatever its number
  const auto answer = said(client, alive{1, 4711});
  REQUIRE(answer);
  CHECK(std::get<alive>(*answer).pid == 4711);
  CHECK(!client.waits());
  CHECK(!client.deadline());
  CHECK(client.ask(terminate{}, start) == shim::encode(terminate{2}));
}

TEST_CASE("a master that says nothing costs the time it has, and no more") {
  mux_client client(2s);
  client.begin(start);
  CHECK(client.deadline() == start + 2s);
  client.expired(start + 1999ms);
  CHECK(!client.failed());
  client.expired(start + 2s);
  CHECK(client.failed() == mux_failure::silent);
  CHECK(!client.deadline());
}

TEST_CASE("a master that greets and then says nothing is as silent") {
  mux_client client(2s);
  client.begin(start);
  said(client, hello{});
  CHECK(!client.deadline());
  client.ask(alive_check{}, start + 5s);
  CHECK(client.deadline() == start + 7s);
  client.expired(start + 7s);
  CHECK(client.failed() == mux_failure::silent);
  CHECK(!said(client, alive{1, 4711}));  // too late
}

TEST_CASE("a mux conversation fails by what is no master") {
  mux_client client(2s);
  client.begin(start);
  SECTION("another version") {
    said(client, hello{5, {}});
    CHECK(client.failed() == mux_failure::other_version);
  }
  SECTION("an answer before the hello") {
    client.ask(alive_check{}, start);
    CHECK(!said(client, alive{1, 4711}));
    CHECK(client.failed() == mux_failure::nonsense);
  }
  SECTION("a message that is cut short") {
    said(client, hello{});
    CHECK(!client.received({alive::type, "ab"}));
    CHECK(client.failed() == mux_failure::nonsense);
  }
  SECTION("an end") {
    client.closed();
    CHECK(client.failed() == mux_failure::closed);
    client.expired(start + 9s);
    CHECK(client.failed() == mux_failure::closed);
  }
}

TEST_CASE("a mux client learns from the hello whether the master tells of itself") {
  mux_client client(2s);
  client.begin(start);
  CHECK(!client.has_info());
  SECTION("it does") {
    said(client, hello{4,
                       {std::string_view("\0\0\0\4info\0\0\0\1"
                                         "0",
                                         13)}});
    CHECK(client.has_info());
  }
  SECTION("it does not") {
    said(client, hello{});
    CHECK(!client.has_info());
  }
}

TEST_CASE("a message that a later master adds is passed over") {
  mux_client client(2s);
  client.begin(start);
  said(client, hello{});
  client.ask(alive_check{}, start);
  CHECK(!client.received({0x80000099, "whatever"}));
  CHECK(!client.failed());
  CHECK(said(client, alive{1, 4711}));
}
