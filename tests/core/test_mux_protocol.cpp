#include <shim/core/mux_protocol.hpp>

#include <string>
#include <vector>

#include <tests/catch.hpp>

namespace {

using namespace shim::mux_message;
using shim::mux_reply;
using shim::mux_request;

// As PROTOCOL.mux writes a packet: its fields one after the other.
class packet {
 public:
  packet& u32(std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0}) body_ += static_cast<char>(value >> shift & 0xff);
    return *this;
  }
  packet& text(const std::string& value) {
    u32(static_cast<std::uint32_t>(value.size()));
    body_ += value;
    return *this;
  }
  std::string bytes() const {
    return packet().u32(static_cast<std::uint32_t>(body_.size())).body_ + body_;
  }

 private:
  std::string body_;
};

template <class Any, class Message>
void check_one(const Message& message, const packet& wanted) {
  CHECK(shim::encode(message) == wanted.bytes());
  const auto bytes = wanted.bytes();
  std::string_view rest = bytes;
  const auto frame = std::get<shim::frame>(shim::take_frame(rest, shim::max_mux_frame));
  CHECK(rest.empty());
  CHECK(std::get<Message>(std::get<Any>(shim::decode<Any>(frame))) == message);
}

}  // namespace

TEST_CASE("what a mux client says is as PROTOCOL.mux writes it") {
  check_one<mux_request>(hello{}, packet().u32(1).u32(4));
  check_one<mux_request>(alive_check{7}, packet().u32(0x10000004).u32(7));
  check_one<mux_request>(terminate{7}, packet().u32(0x10000005).u32(7));
  check_one<mux_request>(stop_listening{7}, packet().u32(0x10000009).u32(7));
  check_one<mux_request>(proxy{7}, packet().u32(0x1000000f).u32(7));
  check_one<mux_request>(ask_info{7, "channels"}, packet().u32(0x20000001).u32(7).text("channels"));
  check_one<mux_request>(new_stdio_forward{7, "", "db", 5432},
                         packet().u32(0x10000008).u32(7).text("").text("db").u32(5432));
  const forward socks{forward::dynamic, "localhost", 1080, "", 0};
  check_one<mux_request>(
      open_forward{7, socks},
      packet().u32(0x10000006).u32(7).u32(3).text("localhost").u32(1080).text("").u32(0));
  const forward path{forward::remote, "/run/app", forward::unix_path, "localhost", 80};
  check_one<mux_request>(close_forward{7, path}, packet()
                                                     .u32(0x10000007)
                                                     .u32(7)
                                                     .u32(2)
                                                     .text("/run/app")
                                                     .u32(0xfffffffe)
                                                     .text("localhost")
                                                     .u32(80));
}

TEST_CASE("a new mux session has its environment behind all else") {
  const std::string environment("\0\0\0\6LANG=C\0\0\0\3A=1", 17);
  new_session wanted{7, "", 1, 0, 1, 0, '~', "xterm", "top", {environment}};
  check_one<mux_request>(wanted, packet()
                                     .u32(0x10000002)
                                     .u32(7)
                                     .text("")
                                     .u32(1)
                                     .u32(0)
                                     .u32(1)
                                     .u32(0)
                                     .u32('~')
                                     .text("xterm")
                                     .text("top")
                                     .text("LANG=C")
                                     .text("A=1"));
}

TEST_CASE("what a mux master says is read as PROTOCOL.mux writes it") {
  check_one<mux_reply>(ok{7}, packet().u32(0x80000001).u32(7));
  check_one<mux_reply>(permission_denied{7, "no"}, packet().u32(0x80000002).u32(7).text("no"));
  check_one<mux_reply>(failure{7, "why"}, packet().u32(0x80000003).u32(7).text("why"));
  check_one<mux_reply>(exit_message{2, 255}, packet().u32(0x80000004).u32(2).u32(255));
  check_one<mux_reply>(alive{7, 4711}, packet().u32(0x80000005).u32(7).u32(4711));
  check_one<mux_reply>(session_opened{7, 2}, packet().u32(0x80000006).u32(7).u32(2));
  check_one<mux_reply>(remote_port{7, 8080}, packet().u32(0x80000007).u32(7).u32(8080));
  check_one<mux_reply>(no_tty{2}, packet().u32(0x80000008).u32(2));
  check_one<mux_reply>(proxied{7}, packet().u32(0x8000000f).u32(7));
  check_one<mux_reply>(info{7, 1, "a\r\n"}, packet().u32(0x90000001).u32(7).u32(1).text("a\r\n"));
}

TEST_CASE("a mux hello announces extensions, each with a value") {
  const auto bytes = packet().u32(1).u32(4).text("info").text("0").text("next").text("x").bytes();
  std::string_view rest = bytes;
  const auto frame = std::get<shim::frame>(shim::take_frame(rest, shim::max_mux_frame));
  const auto read = std::get<hello>(std::get<mux_reply>(shim::decode<mux_reply>(frame)));
  CHECK(read.version == 4);
  CHECK(shim::mux_extensions(read) ==
        std::vector<shim::mux_extension>{{"info", "0"}, {"next", "x"}});
  CHECK(shim::mux_extensions({4, {read.extensions.bytes.substr(0, 20)}}) ==
        std::vector<shim::mux_extension>{{"info", "0"}});
}

TEST_CASE("a mux message of another type is kept as data") {
  const shim::frame later{0x80000099, "whatever"};
  CHECK(std::get<shim::unknown_message>(shim::decode<mux_reply>(later)).type == 0x80000099);
}
