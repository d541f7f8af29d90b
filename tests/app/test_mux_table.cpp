#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <shim/app/mux_passengers.hpp>
#include <shim/app/mux_table.hpp>
#include <tests/catch.hpp>
#include <tests/support/text.hpp>

using namespace std::chrono_literals;
using nlohmann::json;
using shim::app::described;
using shim::app::label_of;
using shim::app::master_state;
using shim::app::masters_json;
using shim::app::masters_table;
using shim::app::mux_master;
using shim::app::mux_passenger;
using shim::app::table_style;

namespace {

mux_master master(master_state state) {
  mux_master one;
  one.path = "/home/me/.ssh/me@web:22";
  one.host = "web";
  one.user = "me";
  one.port = "22";
  one.state = state;
  return one;
}

mux_master live() {
  auto one = master(master_state::alive);
  one.pid = 4711;
  one.owner = ::geteuid();
  one.since = std::chrono::system_clock::now() - 3h;
  return one;
}

mux_master failed(master_state state, const std::string& why) {
  auto one = master(state);
  one.why = why;
  return one;
}

}  // namespace

TEST_CASE("where a master leads is told with the user, and with a port that is not ssh's own",
          "[mux_table]") {
  mux_master one;
  one.path = "/tmp/a";
  CHECK(destination_of(one).empty());
  CHECK(label_of(one) == "/tmp/a");
  one.host = "web";
  CHECK(destination_of(one) == "web");
  one.user = "me";
  one.port = "22";
  CHECK(destination_of(one) == "me@web");
  one.port = "2222";
  CHECK(destination_of(one) == "me@web:2222");
  CHECK(label_of(one) == "me@web:2222");
  one.asked = "w\x1b[2J";
  CHECK(label_of(one).find('\x1b') == std::string::npos);
  CHECK(label_of(one).starts_with("w"));
}

TEST_CASE("a master is described by its state, who uses it and what is wrong", "[mux_table]") {
  auto one = live();
  CHECK(described(one) == "alive, pid 4711, nobody uses it");
  one.passengers = 1;
  CHECK(described(one) == "alive, pid 4711, 1 connection");
  one.passengers = 2;
  one.round_trip = 449us;
  CHECK(described(one) == "alive, pid 4711, 2 connections, its server answers within 0.4 ms");
  CHECK(described(failed(master_state::stale, "nobody listens")) == "stale: nobody listens");
  CHECK(described(failed(master_state::none, "")) == "none");
  auto wedged = failed(master_state::wedged, "it says \x1b[31mnothing");
  wedged.passengers = 3;
  CHECK(described(wedged).starts_with("wedged, 3 connections: it says "));
  CHECK(described(wedged).find('\x1b') == std::string::npos);
}

TEST_CASE("who uses a master is described by the session, else by the process", "[mux_table]") {
  mux_passenger one{4711, "", "", {"ssh", "web"}};
  CHECK(described(one) == "pid 4711 (ssh web)");
  one.terminal = "/dev/pts/3";
  CHECK(described(one) == "pid 4711 at /dev/pts/3 (ssh web)");
  one.session = "db";
  CHECK(described(one) == "session db");
}

TEST_CASE("masters are a table with a heading, and a plain one without", "[mux_table]") {
  auto one = live();
  one.passengers = 2;
  const auto lines = test::split(masters_table({one}, table_style::uncoloured), '\n');
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "HOST    STATE  PID   USED BY  AGE  SOCKET");
  CHECK(lines[1] == "me@web  alive  4711  2        3 h  /home/me/.ssh/me@web:22");
  one.persist = "600";
  one.listens = {1080, 8080};
  CHECK(masters_table({one}, table_style::uncoloured).find("  1080,8080  ") != std::string::npos);
  CHECK(masters_table({one}, table_style::uncoloured).find("PERSIST") != std::string::npos);
  const auto none = masters_table({master(master_state::none)}, table_style::plain);
  CHECK(none == "me@web\tnone\t-\t0\t-\t-\t-\t/home/me/.ssh/me@web:22\n");
  CHECK(masters_table({}, table_style::uncoloured).empty());
  CHECK(masters_table({one}, table_style::coloured).find("\x1b[32malive") != std::string::npos);
}

TEST_CASE("of a socket of another user's people are told whose it is", "[mux_table]") {
  auto one = failed(master_state::refused, "its control socket is another user's");
  one.owner = ::geteuid() + 4'000'000;
  const auto name = "uid " + std::to_string(*one.owner);
  CHECK(masters_table({one}, table_style::uncoloured).find("refused (" + name + ")") !=
        std::string::npos);
  CHECK(masters_table({one}, table_style::plain).find(name) == std::string::npos);
}

TEST_CASE("what is not known of a master is null", "[mux_table]") {
  const auto none = json::parse(masters_json({mux_master{}}));
  CHECK(none.at("schema") == 1);
  const auto& one = none.at("masters").at(0);
  for (const auto* member : {"path", "why", "host", "user", "port", "owner", "since", "pid",
                             "persist", "round_trip_us", "silent_ms", "channels"}) {
    CAPTURE(member);
    CHECK(one.at(member) == nullptr);
  }
  CHECK(one.at("listens") == json::array());
  CHECK(one.at("state") == "unknown");
  CHECK(one.at("passengers") == 0);
  CHECK(one.at("known_passengers") == json::array());
}

TEST_CASE("a master is one object with all that is known", "[mux_table]") {
  auto one = live();
  one.path += '\xff';
  one.passengers = 2;
  one.known_passengers = {{4712, "db", "/dev/pts/3", {"ssh", "web"}}};
  one.round_trip = 449us;
  one.silent_for = 2s;
  one.channels = "";
  one.persist = "yes";
  const auto text = masters_json({one});
  CHECK(text.ends_with("}\n"));
  const auto told = json::parse(text).at("masters").at(0);
  CHECK(told.at("path") == "/home/me/.ssh/me@web:22\xef\xbf\xbd");
  CHECK(told.at("host") == "web");
  CHECK(told.at("port") == "22");
  CHECK(told.at("owner") == ::geteuid());
  CHECK(told.at("pid") == 4711);
  CHECK(told.at("since") ==
        std::chrono::duration_cast<std::chrono::seconds>(one.since.time_since_epoch()).count());
  CHECK(told.at("persist") == "yes");
  CHECK(told.at("passengers") == 2);
  CHECK(told.at("known_passengers") == json::array({{{"pid", 4712},
                                                     {"session", "db"},
                                                     {"terminal", "/dev/pts/3"},
                                                     {"command", "ssh web"}}}));
  CHECK(told.at("round_trip_us") == 449);
  CHECK(told.at("silent_ms") == 2000);
  CHECK(told.at("channels") == "");
}
