#include <vector>

#include <shim/app/find_target.hpp>
#include <tests/app/listed.hpp>
#include <tests/app/variable.hpp>
#include <tests/catch.hpp>
#include <tests/support/temp_dir.hpp>

using shim::app::find_target;
using shim::app::find_targets;
using shim::app::known_sessions;
using shim::app::latest;
using test::listed;

namespace {

// Nothing is found where they are looked for, and these are put in its place.
struct sessions {
  explicit sessions(std::vector<shim::hold::session_info> these) {
    CHECK(all.sessions.empty());
    all.sessions = std::move(these);
  }

  std::string one(std::string_view word) const {
    const auto* found = find_target(all, word);
    return found == nullptr ? "" : found->name;
  }
  std::vector<std::string> several(const std::vector<std::string>& words) const {
    const auto found = find_targets(all, words);
    if (!found) return {"nothing"};
    std::vector<std::string> names;
    for (const auto* each : *found) names.push_back(each->name);
    return names;
  }

  test::temp_dir dir;
  test::variable place{"SSH_SHIM_DIR", dir / "sessions"};
  known_sessions all;
};

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("a word means the session it says alone", "[find_target]") {
  const sessions s(
      {listed("db", "me@db.test"), listed("web-1", "web.test"), listed("web-2", "you@web.test")});
  CHECK(s.one("db") == "db");
  CHECK(s.one("DB.test") == "db");
  CHECK(s.one("you@web.test") == "web-2");
  CHECK(s.one("web-1") == "web-1");
  CHECK(s.one("d") == "db");
  CHECK(s.one("web").empty());
  CHECK(s.one("web.test").empty());
  CHECK(s.one("x").empty());
  CHECK(s.one("").empty());
}

TEST_CASE("words mean their sessions once each, in the order of the list", "[find_target]") {
  const sessions s({listed("a"), listed("b", "b.test"), listed("c", "c.test")});
  CHECK(s.several({"c", "a", "c.test"}) == names{"a", "c"});
  CHECK(s.several({"?"}) == names{"a", "b", "c"});
  CHECK(s.several({"*.test", "b"}) == names{"b", "c"});
  CHECK(s.several({}).empty());
}

TEST_CASE("one word that means nothing spoils all", "[find_target]") {
  const sessions s({listed("a"), listed("b1"), listed("b2")});
  CHECK(s.several({"a", "x"}) == names{"nothing"});
  CHECK(s.several({"a", "x*"}) == names{"nothing"});
  CHECK(s.several({"a", "b"}) == names{"nothing"});
}

TEST_CASE("the latest is the one that was left last, else the one that began last",
          "[find_target]") {
  const auto with = [](const char* name, std::uint64_t since, std::uint64_t detached) {
    auto one = listed(name);
    one.numbers.since = since;
    one.numbers.detached = detached;
    return one;
  };
  const sessions left({with("a", 10, 50), with("b", 20, 60), with("c", 30, 0)});
  REQUIRE(latest(all_of(left.all)) != nullptr);
  CHECK(latest(all_of(left.all))->name == "b");
  const sessions shown({with("a", 40, 0), with("b", 30, 0)});
  REQUIRE(latest(all_of(shown.all)) != nullptr);
  CHECK(latest(all_of(shown.all))->name == "a");
  CHECK(latest(all_of(sessions({}).all)) == nullptr);
}
