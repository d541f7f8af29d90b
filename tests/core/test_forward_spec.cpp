#include <shim/core/forward_spec.hpp>

#include <tests/catch.hpp>

using shim::forward_spec;
using shim::parse_forward_spec;
using forward = shim::mux_message::forward;

TEST_CASE("a forward is read as ssh reads it") {
  constexpr auto path = forward::unix_path;
  CHECK(parse_forward_spec('L', "8080:db:5432") ==
        forward_spec{forward::local, "", 8080, "db", 5432});
  CHECK(parse_forward_spec('L', "127.0.0.1:8080:db:5432") ==
        forward_spec{forward::local, "127.0.0.1", 8080, "db", 5432});
  CHECK(parse_forward_spec('L', ":8080:db:5432") ==
        forward_spec{forward::local, "*", 8080, "db", 5432});
  CHECK(parse_forward_spec('L', "[::1]:8080:[fe80::1]:5432") ==
        forward_spec{forward::local, "::1", 8080, "fe80::1", 5432});
  CHECK(parse_forward_spec('L', "8080:/run/app") ==
        forward_spec{forward::local, "", 8080, "/run/app", path});
  CHECK(parse_forward_spec('L', "::1:8080:/run/app") == std::nullopt);
  CHECK(parse_forward_spec('L', "[::1]:8080:/run/app") ==
        forward_spec{forward::local, "::1", 8080, "/run/app", path});
  CHECK(parse_forward_spec('L', "/tmp/here:db:5432") ==
        forward_spec{forward::local, "/tmp/here", path, "db", 5432});
  CHECK(parse_forward_spec('L', "/tmp/here:/tmp/there") ==
        forward_spec{forward::local, "/tmp/here", path, "/tmp/there", path});
  CHECK(parse_forward_spec('R', "0:localhost:80") ==
        forward_spec{forward::remote, "", 0, "localhost", 80});
  CHECK(parse_forward_spec('R', "1080") == forward_spec{forward::remote, "", 1080, "socks", 0});
  CHECK(parse_forward_spec('D', "1080") == forward_spec{forward::dynamic, "", 1080, "socks", 0});
  CHECK(parse_forward_spec('D', "*:1080") == forward_spec{forward::dynamic, "*", 1080, "socks", 0});
  CHECK(parse_forward_spec('L', "1\\:2/x:db:5432") ==
        forward_spec{forward::local, "1:2/x", path, "db", 5432});
}

TEST_CASE("a forward that ssh does not take is none") {
  for (const auto* text :
       {"", "8080", "8080:db", "0:db:80", "x:db:80", "8080::80", "8080:db:0", "8080:db:65536",
        "a:8080:db:80:more", "[::1:8080:db:80", "[::1]x:80:b:1", "/tmp/a:b", "8080:db:80x"}) {
    CAPTURE(text);
    CHECK(parse_forward_spec('L', text) == std::nullopt);
  }
  for (const auto* text : {"", "0", "x", "a:b:1", "1080:db:80"}) {
    CAPTURE(text);
    CHECK(parse_forward_spec('D', text) == std::nullopt);
  }
}
