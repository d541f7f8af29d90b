#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include <shim/app/session_json.hpp>
#include <tests/app/listed.hpp>
#include <tests/catch.hpp>
#include <tests/support/temp_dir.hpp>

using nlohmann::json;
using shim::app::sessions_json;
using test::listed;

namespace {

struct somewhere {
  test::temp_dir dir;
  shim::hold::place_error error;
  shim::hold::place place{{dir.path(), {}, {"sessions"}}, shim::hold::if_missing::make, error};

  json of(shim::hold::session_info one) const {
    one.where = &place;
    const auto all = json::parse(sessions_json(std::vector{one}));
    REQUIRE(all.at("sessions").size() == 1);
    return all.at("sessions").at(0);
  }
};

}  // namespace

TEST_CASE("no session is an empty list, under the schema's number", "[session_json]") {
  CHECK(sessions_json({}) == "{\n  \"schema\": 1,\n  \"sessions\": []\n}\n");
}

TEST_CASE("a session is all that its holder tells", "[session_json]") {
  const somewhere s;
  auto one = listed("a");
  one.numbers.clients = 2;
  one.numbers.since = 11;
  one.numbers.active = 12;
  one.numbers.detached = 0;
  one.numbers.has_agent = 1;
  one.title = "vi";
  CHECK(s.of(one) == json{{"name", "a"},
                          {"state", "attached"},
                          {"place", s.place.path()},
                          {"host", "far"},
                          {"command", "ssh far"},
                          {"clients", 2},
                          {"pid", 1234},
                          {"holder", 1233},
                          {"rows", 24},
                          {"columns", 80},
                          {"since", 11},
                          {"active", 12},
                          {"detached", nullptr},
                          {"ends", nullptr},
                          {"exit_status", nullptr},
                          {"signal", nullptr},
                          {"agent", true},
                          {"title", "vi"},
                          {"directory", nullptr}});
}

TEST_CASE("an end is a status or a signal", "[session_json]") {
  const somewhere s;
  auto one = listed("a");
  one.numbers.end_how = 1;
  CHECK(s.of(one).at("state") == "ended");
  CHECK(s.of(one).at("exit_status") == 0);
  CHECK(s.of(one).at("signal") == nullptr);
  one.numbers.end_how = 2;
  one.numbers.end_value = 9;
  CHECK(s.of(one).at("exit_status") == nullptr);
  CHECK(s.of(one).at("signal") == 9);
}

TEST_CASE("of a session that does not answer there is its name", "[session_json]") {
  const somewhere s;
  CHECK(s.of(test::mute("a")) ==
        json{{"name", "a"}, {"state", "not answering"}, {"place", s.place.path()}});
}

TEST_CASE("any bytes make JSON", "[session_json]") {
  const somewhere s;
  auto one = listed("a");
  one.title = "\xff\x1b\"\\\n";
  CHECK(s.of(one).at("title") == "\xef\xbf\xbd\x1b\"\\\n");
}

TEST_CASE("plain clients are a list of their own, if they were asked for", "[session_json]") {
  CHECK_FALSE(json::parse(sessions_json({})).contains("clients"));
  CHECK(json::parse(sessions_json({}, {})).at("clients") == json::array());
  const auto all = json::parse(sessions_json({}, {{77, "", "/dev/pts/3", "ssh: x [mux]"}}));
  CHECK(all.at("clients") == json::array({{{"pid", 77},
                                           {"host", nullptr},
                                           {"terminal", "/dev/pts/3"},
                                           {"command", "ssh: x [mux]"}}}));
}
