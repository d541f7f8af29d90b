#include <shim/core/control_path.hpp>

#include <string>

#include <tests/catch.hpp>

TEST_CASE("a control path is spelled for -S so that ssh expands it to itself") {
  using shim::quoted_control_path;
  CHECK(quoted_control_path("/tmp/a b:22") == "/tmp/a b:22");
  CHECK(quoted_control_path("/tmp/%h%%") == "/tmp/%%h%%%%");
  CHECK(quoted_control_path("/tmp/~/$HOME/$%{x}") == "/tmp/~/$HOME/$%%{x}");
  CHECK(quoted_control_path("/none") == "/none");
  CHECK(quoted_control_path("/tmp/a\nb") == "/tmp/a\nb");
}

TEST_CASE("a control path that ssh would take for another is not spelled at all") {
  for (const std::string& path :
       {std::string("/tmp/${HOME}"), std::string("/tmp/${"), std::string("none"),
        std::string("~/x"), std::string("x/y"), std::string(), std::string("/tmp/a\0b", 8)}) {
    CAPTURE(path);
    CHECK_FALSE(shim::quoted_control_path(path));
  }
}

TEST_CASE("a control path is too long as soon as its bind name is") {
  CHECK_FALSE(shim::control_path_problem("/" + std::string(89, 'x')));
  CHECK(shim::control_path_problem("/" + std::string(90, 'x')) ==
        "a control socket's path has at most 90 bytes, this one has 91");
}

TEST_CASE("a bind name is the path, a dot and 16 letters or digits") {
  CHECK(shim::is_bind_name("/tmp/s.AZaz09AZaz09AZaz", "/tmp/s"));
  CHECK(shim::path_of_bind_name("/tmp/s.AZaz09AZaz09AZaz") == "/tmp/s");
  CHECK(shim::path_of_bind_name("/tmp/s.AZaz09AZaz09AZaz.BZaz09AZaz09AZaz") ==
        "/tmp/s.AZaz09AZaz09AZaz");
  CHECK_FALSE(shim::is_bind_name("/tmp/s.AZaz09AZaz09AZaz", "/tmp/t"));
  CHECK_FALSE(shim::is_bind_name("/tmp/s.AZaz09AZaz09AZaz", "/tmp/s."));
  CHECK_FALSE(shim::is_bind_name("/tmp/s.AZaz09AZaz09AZaz", ""));
  for (const std::string name :
       {"", "/tmp/s", "/tmp/s.", "/tmp/s.AZaz09AZaz09AZa", "/tmp/s.AZaz09AZaz09AZazX",
        "/tmp/s,AZaz09AZaz09AZaz", "/tmp/s.AZaz09AZaz09AZa-", "/tmp/s.AZaz09AZaz09AZa\xc3",
        ".AZaz09AZaz09AZaz"}) {
    CAPTURE(name);
    CHECK_FALSE(shim::path_of_bind_name(name));
    CHECK_FALSE(shim::is_bind_name(name, "/tmp/s"));
  }
}
