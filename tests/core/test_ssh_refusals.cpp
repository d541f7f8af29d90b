#include <shim/core/ssh_refusals.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <tests/catch.hpp>

namespace {

using shim::ssh_refusal;
using enum shim::ssh_refusal::kind;

std::vector<ssh_refusal> found_in(std::string_view text, std::size_t cut) {
  std::vector<ssh_refusal> all;
  shim::ssh_refusal_reader reader;
  while (!text.empty()) {
    auto chunk = text.substr(0, cut);
    text.remove_prefix(chunk.size());
    while (const auto refusal = reader.next(chunk)) all.push_back(*refusal);
    REQUIRE(chunk.empty());
  }
  return all;
}

std::vector<ssh_refusal> found_in(const std::string& text) {
  const auto whole = found_in(text, text.size() + 1);
  for (const auto cut : {1U, 2U, 7U, 100U}) CHECK(found_in(text, cut) == whole);
  return whole;
}

std::vector<ssh_refusal> one(ssh_refusal::kind what, const std::string& about) {
  return {{what, about}};
}

const std::string no_session =
    "mux_client_request_session: session request failed: Session open refused by peer";

}  // namespace

TEST_CASE("each of ssh's refusals is found, with what it is about") {
  CHECK(found_in(no_session + "\r\n") == one(session, ""));
  CHECK(found_in("muxclient: master forward request failed\r\r\n") == one(forwarding, ""));
  CHECK(found_in("ControlSocket /tmp/a b:22 already exists, disabling multiplexing\r\n") ==
        one(control_socket, "/tmp/a b:22"));
  CHECK(found_in("kex_exchange_identification: Connection closed by remote host\n") ==
        one(identification, "Connection closed by remote host"));
  CHECK(found_in("kex_exchange_identification: read: Connection reset by peer\n") ==
        one(identification, "read: Connection reset by peer"));
  CHECK(found_in("ssh_exchange_identification: Connection closed by remote host\n") ==
        one(identification, "Connection closed by remote host"));
  CHECK(found_in("Connection closed by 192.0.2.1 port 22\n") ==
        one(connection, "192.0.2.1 port 22"));
  CHECK(found_in("Connection reset by fe80::1%eth0 port 22\r\n") ==
        one(connection, "fe80::1%eth0 port 22"));
  CHECK(found_in("Connection closed by UNKNOWN port 65535\r\n") ==
        one(connection, "UNKNOWN port 65535"));
}

TEST_CASE("refusals are found one after the other, between other lines") {
  const auto all = found_in(
      "Warning: Permanently added 'web' (ED25519) to the list of known hosts.\r\n" + no_session +
      "\r\n\r\nyou@web's password: \r\n"
      "ControlSocket /tmp/s already exists, disabling multiplexing\r\n"
      "Linux web 6.1\r\n");
  REQUIRE(all.size() == 2);
  CHECK(all[0].what == session);
  CHECK(all[1].what == control_socket);
}

TEST_CASE("ssh's own carriage return and the pty's make no other line") {
  CHECK(found_in(no_session + "\r\r\n") == one(session, ""));
}

TEST_CASE("what is not wholly such a line is none") {
  for (const std::string& line :
       {no_session + ".", "x" + no_session, no_session.substr(1), " " + no_session,
        no_session.substr(0, no_session.size() - 1), no_session + "\rx",
        std::string("mux_client_request_session: session request failed: Permission denied"),
        std::string("ControlSocket  already exists, disabling multiplexing"),
        std::string("ControlSocket already exists, disabling multiplexing"),
        std::string("ControlSocket /tmp/s already exists, disabling multiplexing."),
        std::string("kex_exchange_identification: "),
        std::string("debug1: kex_exchange_identification: banner line 0: x"),
        std::string("Connection closed by remote host"), std::string("Connection closed by  port "),
        std::string("Connection closed by web port ssh"),
        std::string("Connection closed by  port 22"),
        std::string("Connection to web closed by remote host."), std::string()}) {
    CAPTURE(line);
    CHECK(found_in(line + "\r\n").empty());
  }
}

TEST_CASE("a line counts at its end, not before") {
  shim::ssh_refusal_reader reader;
  std::string_view text = no_session;
  CHECK_FALSE(reader.next(text));
  text = "\r";
  CHECK_FALSE(reader.next(text));
  text = "\nmore";
  CHECK(reader.next(text) == ssh_refusal{session, ""});
  CHECK(text == "more");
}

TEST_CASE("a line of any length is passed over, and the next one is read") {
  const std::string long_line(100'000, 'x');
  CHECK(found_in(long_line + no_session + "\n").empty());
  CHECK(found_in(long_line + "\n" + no_session + "\n") == one(session, ""));
  const std::string longest = "kex_exchange_identification: " + std::string(512 - 29, 'x');
  CHECK(found_in(longest + "\n").size() == 1);
  CHECK(found_in(longest + "x\n").empty());
}
