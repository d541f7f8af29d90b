#include <filesystem>

#include <shim/app/find_program.hpp>
#include <tests/catch.hpp>
#include <tests/support/file.hpp>
#include <tests/support/temp_dir.hpp>

using shim::app::find_program;

namespace {

namespace fs = std::filesystem;

struct programs {
  test::temp_dir dir;
  fs::path before = fs::current_path();

  programs() {
    for (const char* name : {"a", "b"}) fs::create_directory(dir / name);
    test::write_file(dir / "a/plain", "no program", 0600);
    test::write_file(dir / "b/plain", "#!/bin/sh\n", 0700);
    test::write_file(dir / "b/other", "#!/bin/sh\n", 0700);
    test::write_file(dir / "a/data", "no program", 0600);
    fs::create_directory(dir / "a/other");
    fs::current_path(dir / "b");
  }
  programs(const programs&) = delete;
  programs& operator=(const programs&) = delete;
  ~programs() {
    std::error_code ignored;
    fs::current_path(before, ignored);
  }

  std::string path() const { return dir / "a" + ":" + (dir / "b"); }
};

}  // namespace

TEST_CASE("a name is looked up in PATH, and what is no program passed over", "[find_program]") {
  const programs p;
  CHECK(find_program("plain", p.path()).path == p.dir / "b/plain");
  CHECK(find_program("other", p.path()).path == p.dir / "b/other");
  CHECK(find_program("data", p.path()).error == std::errc::permission_denied);
  CHECK(find_program("nothing", p.path()).error == std::errc::no_such_file_or_directory);
  CHECK(find_program("", p.path()).error == std::errc::no_such_file_or_directory);
  CHECK(find_program(std::string_view("a\0b", 3), p.path()).error == std::errc::invalid_argument);
}

TEST_CASE("an empty part of PATH is the current directory, and an unset one the system's",
          "[find_program]") {
  const programs p;
  CHECK(find_program("other", (p.dir / "nowhere") + ":").path == p.dir / "b/other");
  CHECK(find_program("sh", "").path.ends_with("/sh"));
}

TEST_CASE("a name with a slash is a path, and made absolute", "[find_program]") {
  const programs p;
  CHECK(find_program("./other", p.dir / "a").path == p.dir / "b/./other");
  CHECK(find_program(p.dir / "b/plain", "").path == p.dir / "b/plain");
  CHECK(find_program("../a/data", p.path()).error == std::errc::permission_denied);
  CHECK(find_program("../a", p.path()).error == std::errc::is_a_directory);
  CHECK(find_program("./nothing", p.path()).error == std::errc::no_such_file_or_directory);
}

TEST_CASE("what is refused is passed over, and told of if there is no other", "[find_program]") {
  const programs p;
  const auto refuse_b = [&](const std::string& path) {
    return path.starts_with(p.dir / "b") ? std::make_error_code(std::errc::too_many_links)
                                         : std::error_code();
  };
  CHECK(find_program("plain", p.path(), refuse_b).error);
  CHECK(find_program("./other", p.path(), refuse_b).error == std::errc::too_many_links);
}
