#include <shim/core/session_name.hpp>

#include <string>
#include <utility>
#include <vector>

#include <tests/catch.hpp>

namespace {

using shim::check_session_name;
using shim::next_free_name;
using shim::session_file;
using shim::session_name_errc;
using shim::session_name_for;
using shim::session_of_file;

const std::string longest(shim::max_session_name, 'x');

// 64 bytes, the last character of which has three.
const std::string longest_wide = std::string(61, 'x') + "\xe2\x82\xac";

}  // namespace

TEST_CASE("a session may be called by any short text that is shown as it is") {
  for (const std::string& name : {std::string("web"), std::string("x"), std::string("my web 2"),
                                  std::string("alice@web.prod:22"), std::string("::1"),
                                  std::string("z\xc3\xbcrich \xe2\x9c\x93"),
                                  std::string("a-.%'\"\\$"), longest, longest_wide}) {
    CAPTURE(name);
    CHECK_FALSE(check_session_name(name));
  }
}

TEST_CASE("what no session may be called is refused with the reason") {
  struct row {
    std::string name;
    session_name_errc why;
  };
  using enum session_name_errc;
  const row rows[] = {
      {"", length},
      {longest + "x", length},
      {std::string(100'000, '\n'), length},
      {"a\x1b[31m", not_text},
      {std::string("a\0b", 3), not_text},
      {"a\tb", not_text},
      {"a\x7f", not_text},
      {"\xc2\x9b"
       "31m",
       not_text},
      {"\xff", not_text},
      {"a\xe2\x82", not_text},
      {"\xe2\x80\xae"
       "exe",
       not_text},
      {"x/y", slash},
      {"/", slash},
      {"web*", wildcard},
      {"why?", wildcard},
      {" web", end_space},
      {"web ", end_space},
      {" ", end_space},
      {".", beginning},
      {"..", beginning},
      {".web", beginning},
      {"-web", beginning},
  };
  for (const auto& [name, why] : rows) {
    CAPTURE(name);
    CHECK(check_session_name(name) == why);
  }
}

TEST_CASE("the reason stands behind a colon") {
  const auto why = [](std::string_view name) { return check_session_name(name).message(); };
  CHECK(why("") == "a name has 1 to 64 bytes");
  CHECK(why("\n") == "a name is UTF-8 text without control characters");
  CHECK(why("x/y") == "a name has no '/'");
  CHECK(why("x?") == "a name has neither '*' nor '?'");
  CHECK(why("x ") == "a name neither begins nor ends with a space");
  CHECK(why("-x") == "a name begins with neither '.' nor '-'");
}

TEST_CASE("a session nobody names is called after its host") {
  using row = std::pair<std::string, std::string>;
  for (const auto& [destination, name] : {
           row{"web", "web"},
           row{"alice@web", "web"},
           row{"ssh://alice@web:2222/", "web"},
           row{"alice@::1", "::1"},
           row{"ssh://[fe80::1%eth0]:22", "fe80::1%eth0"},
           row{"Web.Example", "Web.Example"},
           row{"", "session"},
           row{"alice@", "session"},
           row{" .-", "session"},
           row{"../etc/x", "_etc_x"},
           row{"-oProxyCommand=x", "oProxyCommand=x"},
           row{"a*b?", "a_b_"},
           row{"a\x1b", "a\\x1b"},
           row{longest + "more", longest},
           row{"x" + longest_wide, "x" + std::string(61, 'x')},
           row{std::string(62, 'x') + "  x", std::string(62, 'x')},
       }) {
    CAPTURE(destination);
    CHECK(session_name_for(destination) == name);
    CHECK_FALSE(check_session_name(session_name_for(destination)));
  }
}

TEST_CASE("the next one is numbered, and a number that is free again is given again") {
  CHECK(next_free_name("web", {}) == "web");
  CHECK(next_free_name("web", {"db"}) == "web");
  CHECK(next_free_name("web", {"web"}) == "web-2");
  CHECK(next_free_name("web", {"web-3", "web", "web-2"}) == "web-4");
  CHECK(next_free_name("web", {"web", "web-3"}) == "web-2");
  CHECK(next_free_name("web-2", {"web-2"}) == "web-2-2");
}

TEST_CASE("a long name gives way to its number") {
  CHECK(next_free_name(longest, {longest}) == std::string(62, 'x') + "-2");
  CHECK(next_free_name(longest_wide, {longest_wide}) == std::string(61, 'x') + "-2");
  const auto spaced = std::string(61, 'x') + " yz";
  CHECK(next_free_name(spaced, {spaced}) == std::string(61, 'x') + "-2");
}

TEST_CASE("a hundred of one name have a hundred names") {
  std::vector<std::string> taken;
  while (taken.size() < 100) taken.push_back(next_free_name(longest_wide, taken));
  CHECK(taken[99] == std::string(60, 'x') + "-100");
  for (const auto& name : taken) CHECK_FALSE(check_session_name(name));
}

TEST_CASE("a name's file can be typed, and gives the name back") {
  using row = std::pair<std::string, std::string>;
  for (const auto& [name, file] : {
           row{"web-2.prod_x", "web-2.prod_x"},
           row{"alice@web:22+a,b=c", "alice@web:22+a,b=c"},
           row{"my web", "my%20web"},
           row{"50%", "50%25"},
           row{"z\xc3\xbcrich", "z%C3%BCrich"},
           row{"~'\"\\$", "%7E%27%22%5C%24"},
       }) {
    CHECK(session_file(name) == file);
    CHECK(session_of_file(file) == name);
  }
}

TEST_CASE("no name's file is too long for a file system") {
  std::string widest;
  while (widest.size() < shim::max_session_name) widest += "\xc3\xa9";
  REQUIRE_FALSE(check_session_name(widest));
  CHECK(session_file(widest).size() == 192);
  CHECK(session_of_file(session_file(widest)) == widest);
}

TEST_CASE("what is no name's file is none") {
  for (const std::string& file :
       {std::string(), std::string("."), std::string(".web"), std::string("-web"),
        std::string("%2Eweb"), std::string("my web"), std::string("%"), std::string("web%"),
        std::string("web%2"), std::string("web%2g"), std::string("50%2f"), std::string("%77eb"),
        std::string("a%2Fb"), std::string("a%0A"), std::string("%FF"), std::string("z\xc3\xbcrich"),
        std::string(193, 'x'), std::string(65, 'x')}) {
    CAPTURE(file);
    CHECK_FALSE(session_of_file(file));
  }
}
