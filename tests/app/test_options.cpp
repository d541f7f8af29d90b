#include <string>
#include <variant>

#include <shim/app/options.hpp>
#include <tests/catch.hpp>

using namespace std::chrono_literals;
using shim::long_option;
using shim::app::option_error;
using shim::app::options;
using shim::app::read_options;

namespace {

options read(const std::vector<long_option>& given) {
  const auto result = read_options(given);
  REQUIRE(std::holds_alternative<options>(result));
  return std::get<options>(result);
}

// "WHAT: WHY"
std::string wrong(const std::vector<long_option>& given) {
  const auto result = read_options(given);
  const auto* error = std::get_if<option_error>(&result);
  return error == nullptr ? "" : error->what + ": " + error->why;
}

}  // namespace

TEST_CASE("the long options are read", "[options]") {
  const auto all = read({{"timeout", "20"},
                         {"idle-timeout", "1m"},
                         {"kill-after", "0"},
                         {"config", "f"},
                         {"name", "web"},
                         {"attach", {}},
                         {"detached", {}},
                         {"plain", {}},
                         {"pool", {}}});
  CHECK(all.timeout == 20s);
  CHECK(all.idle_timeout == 1min);
  CHECK(all.kill_after == 0s);
  CHECK(all.config_file == "f");
  CHECK(all.name == "web");
  CHECK(all.attach);
  CHECK(all.detached);
  CHECK(all.plain);
  CHECK(all.pool);
  CHECK_FALSE(all.no_hold);
}

TEST_CASE("what is wrong with an option is said", "[options]") {
  CHECK(wrong({{"tiemout", "1"}}) == "use --tiemout: there is no such option; see ssh-shim --help");
  CHECK(wrong({{"timeout", {}}}) == "use --timeout: it needs a value");
  CHECK(wrong({{"plain", "yes"}}) == "use --plain: it takes no value");
  CHECK(wrong({{"timeout", "soon"}}) ==
        "use --timeout: 'soon' is no duration: 20, 1.5m, 2h, 0 for none");
  CHECK(wrong({{"name", "a/b"}}) == "use --name: a name has no '/'");
  CHECK(wrong({{"name", ""}}) == "use --name: a name has 1 to 64 bytes");
  CHECK(wrong({{"pool", "2"}}) == "use --pool: it takes no value");
}

TEST_CASE("the options --detached and --no-hold exclude each other", "[options]") {
  const std::string why = "use --detached: with --no-hold nothing would keep the session";
  CHECK(wrong({{"detached", {}}, {"no-hold", {}}}) == why);
  CHECK(wrong({{"no-hold", {}}, {"detached", {}}}) == why);
  CHECK(read({{"no-hold", {}}}).no_hold);
}
