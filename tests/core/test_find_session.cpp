#include <shim/core/find_session.hpp>

#include <string>
#include <vector>

#include <tests/catch.hpp>

namespace {

constexpr shim::named_session sessions[] = {
    {"web", "web.prod"},                // 0
    {"web-2", "alice@web.prod"},        // 1
    {"db", "ssh://bob@DB.prod:2222/"},  // 2
    {"notes", ""},                      // 3
    {"my web", "carol@web"},            // 4
    {"weekly", "x"},                    // 5
};

using places = std::vector<std::size_t>;

places found(std::string_view word) { return shim::find_session(word, sessions); }
places matching(std::string_view word) { return shim::matching_sessions(word, sessions); }

}  // namespace

TEST_CASE("a word is a name, even where it is a host or begins other names, too") {
  CHECK(found("web") == places{0});
  CHECK(found("db") == places{2});
  CHECK(found("my web") == places{4});
}

TEST_CASE("else it is a host, as it was given or without the user and the port") {
  CHECK(found("db.prod") == places{2});
  CHECK(found("DB.PROD") == places{2});
  CHECK(found("x") == places{5});
}

TEST_CASE("a host to which there are several sessions names them all, a user tells them apart") {
  CHECK(found("web.prod") == places{0, 1});
  CHECK(found("alice@web.prod") == places{1});
  CHECK(found("ssh://alice@web.prod:22") == places{1});
  CHECK(found("ssh://web.prod") == places{0, 1});
  CHECK(found("Alice@web.prod").empty());
  CHECK(found("bob@db.prod") == places{2});
}

TEST_CASE("else it is the beginning of a name, and all that begin so if there are several") {
  CHECK(found("n") == places{3});
  CHECK(found("web-") == places{1});
  CHECK(found("we") == places{0, 1, 5});
  CHECK(found("wee") == places{5});
  CHECK(found("m") == places{4});
}

TEST_CASE("a name is told by its letters' case, and by its beginning only from the front") {
  CHECK(found("Notes").empty());
  CHECK(found("eb").empty());
  CHECK(found("webb").empty());
}

TEST_CASE("no word means no session, and a session without a host has none") {
  CHECK(found("").empty());
  CHECK(found("@").empty());
  CHECK(found("alice@").empty());
  CHECK(found("ssh://").empty());
}

TEST_CASE("two of one name, in different places, are both meant") {
  constexpr shim::named_session twice[] = {{"web", "a"}, {"web", "b"}};
  CHECK(shim::find_session("web", twice) == places{0, 1});
  CHECK(shim::find_session("web", {}).empty());
}

TEST_CASE("a pattern means all whose name or host it fits") {
  CHECK(matching("web*") == places{0, 1, 4});  // the last one by its host
  CHECK(matching("*.prod") == places{0, 1, 2});
  CHECK(matching("*.PROD") == places{0, 1, 2});
  CHECK(matching("alice@*") == places{1});
  CHECK(matching("d?") == places{2});
  CHECK(matching("*") == places{0, 1, 2, 3, 4, 5});
  CHECK(matching("W*") == places{0, 1, 4});
  CHECK(matching("N*").empty());
}

TEST_CASE("a pattern is no list") {
  CHECK(matching("my w*") == places{4});
  CHECK(matching("db,n*").empty());
  CHECK(matching("!d*").empty());
}

TEST_CASE("a word is a pattern by its wildcards alone") {
  CHECK(shim::is_session_pattern("w*"));
  CHECK(shim::is_session_pattern("?"));
  CHECK_FALSE(shim::is_session_pattern("[w]"));
  CHECK_FALSE(shim::is_session_pattern("!w,x"));
  CHECK_FALSE(shim::is_session_pattern(""));
}
