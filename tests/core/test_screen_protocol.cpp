#include <shim/core/screen_protocol.hpp>

#include <tests/catch.hpp>

namespace {

using namespace shim::screen_message;

template <class Any, class Message>
void comes_back(const Message& message) {
  const auto bytes = shim::encode(message);
  std::string_view rest = bytes;
  const auto taken = std::get<shim::frame>(shim::take_frame(rest, shim::max_screen_frame));
  CHECK(std::get<Message>(std::get<Any>(shim::decode<Any>(taken))) == message);
}

}  // namespace

TEST_CASE("what is asked of a screen process, and what it says, arrives as it was said") {
  comes_back<shim::screen_request>(begin{1ull << 40, 24, 80, 10'000, 1ull << 33});
  comes_back<shim::screen_request>(resize{77, 50, 132});
  comes_back<shim::screen_request>(paint{3, 0xffffffff, 1ull << 40});
  comes_back<shim::screen_request>(ask{4, 1ull << 40, 7, 2004});
  comes_back<shim::screen_request>(describe{5});
  comes_back<shim::screen_report>(alive{});
  comes_back<shim::screen_report>(picture{3, 1ull << 41, 1ull << 20});
  comes_back<shim::screen_report>(piece{"\x1b[mtext"});
  comes_back<shim::screen_report>(answer{4, 1, {1, 2, 3, 0xffffffff}});
  comes_back<shim::screen_report>(description{5, 1ull << 40, "title", "file://host/home"});
}

TEST_CASE("a report is no request") {
  CHECK(std::holds_alternative<shim::unknown_message>(
      shim::decode<shim::screen_request>({alive::type, ""})));
  CHECK(std::holds_alternative<shim::unknown_message>(
      shim::decode<shim::screen_report>({paint::type, std::string_view("\0\0\0\1\0\0\0\1", 8)})));
}
