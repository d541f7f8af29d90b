#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <shim/app/find_ssh.hpp>
#include <tests/catch.hpp>
#include <tests/support/file.hpp>
#include <tests/support/temp_dir.hpp>

using shim::app::find_ssh;
using shim::app::find_ssh_errc;
using shim::app::is_ssh_shim;

namespace {

namespace fs = std::filesystem;

// At run time, so that this test itself does not carry the mark.
std::string mark() {
  std::string halves = SHIM_MARK_HEAD;
  return halves += SHIM_MARK_TAIL;
}

std::string another_build() { return "\x7f" + std::string("ELF ") + mark() + " and more"; }

// Directories a, b and c, and the current directory in the first of them until the test ends.
struct directories {
  directories() {
    for (const char* name : {"a", "b", "c"}) fs::create_directory(dir / name);
    fs::current_path(dir / "a");
  }
  directories(const directories&) = delete;
  directories& operator=(const directories&) = delete;
  ~directories() {
    std::error_code ignored;
    fs::current_path(before, ignored);
  }

  std::string operator/(std::string_view name) const { return dir / name; }
  // "a:b" with the names made absolute.
  std::string path(const std::vector<std::string>& names) const {
    std::string joined;
    for (const auto& name : names) {
      if (!joined.empty()) joined += ':';
      joined += dir / name;
    }
    return joined;
  }
  std::string program(std::string_view name, std::string_view content = "#!/bin/sh\n") const {
    test::write_file(dir / name, content, 0700);
    return dir / name;
  }

  fs::path before = fs::current_path();
  test::temp_dir dir;
};

std::string found(std::string_view named, std::string_view path) {
  const auto answer = find_ssh(named, path);
  CHECK_FALSE(answer.error);
  return answer.path;
}

std::error_code missed(std::string_view named, std::string_view path) {
  return find_ssh(named, path).error;
}

}  // namespace

TEST_CASE("the first ssh in PATH is found", "[find_ssh]") {
  const directories at;
  const auto in_b = at.program("b/ssh");
  at.program("c/ssh");
  CHECK(found("", at.path({"missing", "a", "b", "c"})) == in_b);
  CHECK(found("", at.path({"b"}) + "/") == at / "b/ssh");
}

TEST_CASE("what is ssh-shim under the name of ssh is passed over", "[find_ssh]") {
  const directories at;
  const auto real = at.program("c/ssh");
  const auto here = at / "b/ssh";
  SECTION("a symlink to this program") { fs::create_symlink("/proc/self/exe", here); }
  SECTION("a symlink to a symlink to it") {
    fs::create_symlink(fs::read_symlink("/proc/self/exe"), at / "b/link");
    fs::create_symlink("link", here);
  }
  SECTION("a hard link to it") {
    std::error_code error;
    fs::create_hard_link(fs::read_symlink("/proc/self/exe"), here, error);
    if (error) SHIM_SKIP("no hard link from the build folder to the temporary one");
  }
  SECTION("a copy, or another build") { at.program("b/ssh", another_build()); }
  CHECK(is_ssh_shim(here));
  CHECK(found("", at.path({"b", "c"})) == real);
  CHECK(missed("", at.path({"b", "a"})) == find_ssh_errc::only_ssh_shim_in_path);
}

TEST_CASE("a program that only links what looks for the mark does not carry it", "[find_ssh]") {
  const directories at;
  fs::copy_file("/proc/self/exe", at / "b/ssh");
  CHECK_FALSE(is_ssh_shim(at / "b/ssh"));
  CHECK(found("", at.path({"b"})) == at / "b/ssh");
}

TEST_CASE("the mark is seen wherever it is, and only whole", "[find_ssh]") {
  struct row {
    std::string content;
    bool marked;
  };
  const std::string head = SHIM_MARK_HEAD;
  const auto [content, marked] = GENERATE_COPY(values<row>({
      {mark(), true},
      {std::string(5000, 'x') + mark(), true},
      {mark() + std::string(5000, 'x'), true},
      {head + std::string(1, '\0') + head + head + mark(), true},
      {"", false},
      {head, false},
      {head + std::string(1, '\0') + SHIM_MARK_TAIL, false},
      {mark().substr(1), false},
      {mark().substr(0, mark().size() - 1), false},
  }));
  const directories at;
  CHECK(is_ssh_shim(at.program("b/file", content)) == marked);
}

TEST_CASE("what cannot be run is passed over, and told of if there is nothing else", "[find_ssh]") {
  const directories at;
  const auto here = at / "b/ssh";
  auto expected = std::errc::permission_denied;
  SECTION("a file that is not executable") { test::write_file(here, "", 0600); }
  SECTION("a FIFO") { REQUIRE(::mkfifo(here.c_str(), 0700) == 0); }
  SECTION("a directory") {
    fs::create_directory(here);
    expected = std::errc::is_a_directory;
  }
  SECTION("a dangling symlink") {
    fs::create_symlink("nowhere", here);
    expected = std::errc::no_such_file_or_directory;
  }
  SECTION("nothing at all") { expected = std::errc::no_such_file_or_directory; }
  CHECK(missed("", at.path({"b"})) == expected);
  CHECK(missed("", at.path({"missing", "b", "missing"})) == expected);
  const auto real = at.program("c/ssh");
  CHECK(found("", at.path({"b", "c"})) == real);
}

TEST_CASE("an empty or relative element of PATH is in the current directory", "[find_ssh]") {
  const directories at;
  const auto real = at.program("b/ssh");
  const auto here = fs::current_path().string();
  CHECK(found("", "missing:../b") == here + "/../b/ssh");
  fs::current_path(at / "b");
  const auto now_here = fs::current_path().string();
  for (const std::string path : {":", ":/nowhere", "/nowhere:", "/nowhere::/nowhere"}) {
    CAPTURE(path);
    CHECK(found("", path) == now_here + "/ssh");
  }
  CHECK(found("", ".") == now_here + "/./ssh");
}

TEST_CASE("where the current directory is gone, the absolute elements still count", "[find_ssh]") {
  const directories at;
  const auto real = at.program("b/ssh");
  fs::remove(at / "a");
  CHECK(found("", ".::" + at.path({"b"})) == real);
  CHECK(missed("./ssh", at.path({"b"})) == std::errc::no_such_file_or_directory);
}

TEST_CASE("a PATH that is not set is the system's, not the current directory", "[find_ssh]") {
  const directories at;
  at.program("a/ssh");
  at.program("a/sh");
  CHECK(find_ssh("", "").path != (fs::current_path() / "ssh").string());
  CHECK(found("sh", "").ends_with("/bin/sh"));
}

TEST_CASE("the one that is named is taken as it is", "[find_ssh]") {
  const directories at;
  const auto path = at.path({"c"});
  at.program("c/ssh");
  const auto named = at.program("b/ssh-10");
  CHECK(found(named, path) == named);
  CHECK(found("../b/ssh-10", path) == fs::current_path().string() + "/../b/ssh-10");
  fs::create_symlink(named, at / "a/link");
  CHECK(found(at / "a/link", path) == at / "a/link");
}

TEST_CASE("a bare name is looked up in PATH, not in the current directory", "[find_ssh]") {
  const directories at;
  at.program("a/ssh-10");
  const auto real = at.program("c/ssh-10");
  CHECK(found("ssh-10", at.path({"b", "c"})) == real);
  CHECK(missed("ssh-10", at.path({"b"})) == std::errc::no_such_file_or_directory);
}

TEST_CASE("why the one that is named cannot be run is told, and no other is taken", "[find_ssh]") {
  const directories at;
  const auto path = at.path({"c"});
  at.program("c/ssh");
  at.program("b/copy", another_build());
  test::write_file(at / "b/plain", "", 0600);
  test::write_file(at / "b/file", "");
  struct row {
    std::string named;
    std::error_code error;
  };
  const std::vector<row> rows = {
      {at / "b/missing", std::make_error_code(std::errc::no_such_file_or_directory)},
      {"./missing", std::make_error_code(std::errc::no_such_file_or_directory)},
      {at / "b", std::make_error_code(std::errc::is_a_directory)},
      {at / "b/plain", std::make_error_code(std::errc::permission_denied)},
      {at / "b/file/ssh", std::make_error_code(std::errc::not_a_directory)},
      {at / "b/copy", find_ssh_errc::named_is_ssh_shim},
      {"/proc/self/exe", find_ssh_errc::named_is_ssh_shim},
      {std::string("/bin/sh\0x", 9), std::make_error_code(std::errc::invalid_argument)},
  };
  for (const auto& [named, error] : rows) {
    CAPTURE(named);
    const auto answer = find_ssh(named, path);
    CHECK(answer.error == error);
    CHECK(answer.path.ends_with(named.substr(named.front() == '.' ? 2 : 0)));
  }
}

TEST_CASE("starts inside of each other end at the limit", "[find_ssh]") {
  ::unsetenv("SSH_SHIM_DEPTH");
  for (unsigned start = 1; start <= shim::app::max_depth; ++start) {
    CHECK_FALSE(shim::app::too_deep());
    CHECK(std::getenv("SSH_SHIM_DEPTH") == std::to_string(start));
  }
  CHECK(shim::app::too_deep());
  ::unsetenv("SSH_SHIM_DEPTH");
}

TEST_CASE("a depth that is no number counts for nothing, a huge one for too much", "[find_ssh]") {
  struct row {
    const char* value;
    bool too_deep;
  };
  const auto [value, too_deep] = GENERATE(values<row>({
      {"", false},
      {"x", false},
      {"-1", false},
      {"3x", false},
      {"8", true},
      {"99999999999999999999", true},
  }));
  CAPTURE(value);
  ::setenv("SSH_SHIM_DEPTH", value, 1);
  CHECK(shim::app::too_deep() == too_deep);
  ::unsetenv("SSH_SHIM_DEPTH");
}
