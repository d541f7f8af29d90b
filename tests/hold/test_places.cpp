#include <shim/hold/places.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <tests/hold/place_bench.hpp>
#include <tests/support/file.hpp>

namespace {

namespace fs = std::filesystem;
using namespace shim::hold;
using test::mode_of;

std::vector<std::string> paths_for(const place_inputs& inputs) {
  std::vector<std::string> paths;
  for (const auto& place : places_for(inputs)) paths.push_back(place.path());
  return paths;
}

using paths = std::vector<std::string>;

place_path in(const std::string& base) { return {base, {}, {"place"}}; }

place_error made(const place_path& where) {
  place_error error;
  const place there(where, if_missing::make, error);
  CHECK(static_cast<bool>(there) == !error);
  CHECK(there.path() == where.path());
  return error;
}

// What is set in the environment while it lives.
class variables {
 public:
  explicit variables(const std::vector<std::pair<const char*, const char*>>& set) {
    for (const char* name : {"SSH_SHIM_DIR", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "HOME"}) {
      const char* value = std::getenv(name);
      before_.emplace_back(name, value == nullptr ? "" : value);
      ::unsetenv(name);
    }
    for (const auto& [name, value] : set) ::setenv(name, value, 1);
  }
  variables(const variables&) = delete;
  variables& operator=(const variables&) = delete;
  ~variables() {
    for (const auto& [name, value] : before_) {
      ::unsetenv(name);
      if (!value.empty()) ::setenv(name, value.c_str(), 1);
    }
  }

 private:
  std::vector<std::pair<const char*, std::string>> before_;
};

}  // namespace

TEST_CASE("a place is looked for where the environment says, in this order") {
  struct row {
    place_inputs inputs;
    paths expected;
  };
  const row rows[] = {
      {{"", "/run/user/7", "", "/home/me", "box"},
       {"/run/user/7/ssh-shim", "/home/me/.local/state/ssh-shim/run-box"}},
      {{"", "/run/user/7", "/state", "/home/me", "box"},
       {"/run/user/7/ssh-shim", "/state/ssh-shim/run-box"}},
      {{"", "", "", "/home/me", "box"}, {"/home/me/.local/state/ssh-shim/run-box"}},
      {{"", "", "/deep/state/", "", "box"}, {"/deep/state/ssh-shim/run-box"}},
      {{"", "/run/user/7", "", "", "box"}, {"/run/user/7/ssh-shim"}},
      {{"", "", "", "", "box"}, {}},
      {{"/my/own", "/run/user/7", "/state", "/home/me", "box"}, {"/my/own"}},
      {{"/my//own//", "", "", "", "box"}, {"/my//own"}},
      {{"/own", "", "", "", ""}, {"/own"}},
      {{"/", "", "", "", ""}, {"/."}},
      {{"mine", "/run/user/7", "", "/home/me", "box"}, {"mine"}},
      // "All paths set in these environment variables must be absolute", or they do not count.
      {{"", "run", "state", "/", "box"}, {"/.local/state/ssh-shim/run-box"}},
      {{"", "run", "", "home", "box"}, {}},
      {{"", "", "/state", "", "a/b c"}, {"/state/ssh-shim/run-a%2Fb%20c"}},
      {{"", "", "/state", "", "../x"}, {"/state/ssh-shim/run-..%2Fx"}},
  };
  for (const auto& [inputs, expected] : rows) {
    CAPTURE(inputs.shim_dir, inputs.runtime_dir, inputs.state_home, inputs.home, inputs.machine);
    CHECK(paths_for(inputs) == expected);
  }
}

TEST_CASE("the environment is read with this machine's name") {
  const variables set({{"XDG_RUNTIME_DIR", "/run/x"}, {"HOME", "/home/x"}});
  char machine[256] = {};
  ::gethostname(machine, sizeof machine - 1);
  CHECK(places_of_environment() ==
        places_for({"", "/run/x", "", "/home/x", static_cast<const char*>(machine)}));
  const variables all({{"SSH_SHIM_DIR", "/a"}, {"XDG_STATE_HOME", "/b"}});
  CHECK(places_of_environment() == places_for({"/a", "", "/b", "", ""}));
}

TEST_CASE("a place is made for this user alone, whatever the umask") {
  for (const mode_t mask : {0u, 022u, 0777u}) {
    CAPTURE(mask);
    const test::temp_dir dir;
    const auto before = ::umask(mask);
    const auto error = made({dir.path(), {".local", "state"}, {"ssh-shim", "run-box"}});
    CHECK(::umask(before) == mask);
    CHECK_FALSE(error);
    for (const char* name :
         {".local", ".local/state", ".local/state/ssh-shim", ".local/state/ssh-shim/run-box"})
      CHECK(mode_of(dir / name) == 0700);
  }
}

TEST_CASE("one that is there is used as it is") {
  const test::temp_dir dir;
  REQUIRE_FALSE(made(in(dir.path())));
  ::chmod((dir / "place").c_str(), 0500);
  place_error error;
  const place there(in(dir.path()), if_missing::fail, error);
  CHECK_FALSE(error);
  CHECK(mode_of(dir / "place") == 0500);
  struct stat by_fd {};
  struct stat by_path {};
  ::fstat(there.fd(), &by_fd);
  ::stat((dir / "place").c_str(), &by_path);
  CHECK(by_fd.st_ino == by_path.st_ino);
}

TEST_CASE("nothing is made for who only looks") {
  const test::temp_dir dir;
  place_error error;
  const place there({dir.path(), {"state"}, {"place"}}, if_missing::fail, error);
  CHECK_FALSE(there);
  CHECK(error.why == std::errc::no_such_file_or_directory);
  CHECK(fs::is_empty(dir.path()));
}

TEST_CASE("what is below a home is made, a home is not") {
  const test::temp_dir dir;
  const auto in_home = places_for({"", "", "", dir / "home", "box"})[0];
  const auto in_state = places_for({"", "", dir / "state", "", "box"})[0];
  const auto far = places_for({"", "", dir / "not/there", "", "box"})[0];
  CHECK(made(in_home).why == std::errc::no_such_file_or_directory);
  CHECK(made(far).why == std::errc::no_such_file_or_directory);
  CHECK_FALSE(made(in_state));
  fs::create_directory(dir / "home");
  CHECK_FALSE(made(in_home));
}

TEST_CASE("a directory into which others may look is refused, and stays as it is") {
  const test::temp_dir dir;
  fs::create_directory(dir / "place");
  for (const mode_t mode : {0777u, 0701u, 0710u, 0740u, 01777u}) {
    CAPTURE(mode);
    ::chmod((dir / "place").c_str(), mode);
    const auto error = made(in(dir.path()));
    CHECK(error.why == place_errc::open_to_others);
    CHECK(error.what == "use " + dir.path() + "/place");
    CHECK(error.why.message() == "others have access to it; chmod 700 takes it away");
    CHECK(mode_of(dir / "place") == mode);
  }
}

TEST_CASE("so is one above it that is ours to make") {
  const test::temp_dir dir;
  fs::create_directory(dir / "ssh-shim");
  ::chmod((dir / "ssh-shim").c_str(), 0755);
  const auto error = made({dir.path(), {}, {"ssh-shim", "run-box"}});
  CHECK(error.why == place_errc::open_to_others);
  CHECK(error.what == "use " + dir.path() + "/ssh-shim");
  CHECK(fs::is_empty(dir / "ssh-shim"));
}

TEST_CASE("what is no directory in the place of one is refused") {
  const test::temp_dir dir;
  SECTION("a file") {
    test::write_file(dir / "place", "mine");
    CHECK(made(in(dir.path())).why == std::errc::not_a_directory);
    CHECK(test::read_file(dir / "place") == "mine");
  }
  SECTION("a symbolic link to a directory that would do") {
    fs::create_directory(dir / "other");
    ::chmod((dir / "other").c_str(), 0700);
    fs::create_symlink("other", dir / "place");
    CHECK(made(in(dir.path())).why == place_errc::symbolic_link);
    CHECK(fs::is_empty(dir / "other"));
  }
  SECTION("a symbolic link to nothing") {
    fs::create_symlink("other", dir / "place");
    CHECK(made(in(dir.path())).why == place_errc::symbolic_link);
    CHECK_FALSE(fs::exists(dir / "other"));
  }
}

TEST_CASE("a symbolic link above what is ours is the user's own business") {
  const test::temp_dir dir;
  fs::create_directory(dir / "disk");
  fs::create_symlink("disk", dir / ".local");
  CHECK_FALSE(made({dir.path(), {".local", "state"}, {"ssh-shim"}}));
  CHECK(fs::is_directory(dir / "disk/state/ssh-shim"));
  CHECK_FALSE(made(in(dir / ".local")));
}

TEST_CASE("a path that is not absolute is refused, whole") {
  const auto error = made(places_for({"some/where", "", "", "", ""})[0]);
  CHECK(error.why == place_errc::not_absolute);
  CHECK(error.what == "use some/where");
  CHECK_FALSE(fs::exists("some"));
}

TEST_CASE("the root directory is no place") {
  CHECK(made(places_for({"///", "", "", "", ""})[0]).why);
}

TEST_CASE("a path longer than a socket's may be is a place like others") {
  const test::temp_dir dir;
  auto base = dir.path();
  for (int level = 0; level < 4; ++level) base += "/" + std::string(100, 'x');
  fs::create_directories(base);
  CHECK_FALSE(made(in(base)));
}

TEST_CASE("a directory that belongs to another user is refused") {
  if (::geteuid() != 0) SHIM_SKIP("only root can give a directory away");
  const test::temp_dir dir;
  const auto path = dir / "place";
  fs::create_directory(path);
  ::chmod(path.c_str(), 0700);
  REQUIRE(::chown(path.c_str(), 65534, 65534) == 0);
  CHECK(made(in(dir.path())).why == place_errc::of_another_user);
  // And it is not made in one: with somebody else's XDG_RUNTIME_DIR, root would.
  const auto error = made(in(path));
  CHECK(error.why == place_errc::of_another_user);
  CHECK(error.what == "use " + path);
  CHECK(fs::is_empty(path));
}

TEST_CASE("one of root's is above everybody's, but is not one's own") {
  if (::geteuid() != 0) SHIM_SKIP("only root can become another user");
  const test::temp_dir dir;
  ::chmod(dir.path().c_str(), 01777);
  fs::create_directory(dir / "roots");
  ::chmod((dir / "roots").c_str(), 0700);
  CHECK(test::forked([&] {
          if (!test::become_nobody()) return 99;
          place_error error;
          const place squatted({dir.path(), {}, {"roots"}}, if_missing::make, error);
          if (squatted || error.why != std::errc::permission_denied) return 1;
          error = {};
          const place own(in(dir.path()), if_missing::make, error);
          return own && !error ? 0 : 2;
        }) == test::exited(0));
}

TEST_CASE("where nothing may be made is told with the path at which it ended") {
  if (::geteuid() != 0) SHIM_SKIP("only root can become another user");
  const test::temp_dir dir;
  ::chmod(dir.path().c_str(), 0755);
  CHECK(test::forked([&] {
          if (!test::become_nobody()) return 99;
          place_error error;
          const place none({dir.path(), {".local"}, {"place"}}, if_missing::make, error);
          const bool told = error.what == "use " + (dir / ".local");
          return !none && told && error.why == std::errc::permission_denied ? 0 : 1;
        }) == test::exited(0));
}

TEST_CASE("who looks for sessions finds the places that are there, and hears of what is refused") {
  const test::temp_dir dir;
  for (const char* name : {"a", "b", "c"}) fs::create_directory(dir / name);
  REQUIRE_FALSE(made(in(dir / "a")));
  REQUIRE_FALSE(made(in(dir / "c")));
  ::chmod((dir / "c/place").c_str(), 0755);
  const auto [places, refused] =
      find_places({in(dir / "a"), in(dir / "b"), in(dir / "c"), in(dir / "d")});
  REQUIRE(places.size() == 1);
  CHECK(places[0].path() == dir / "a/place");
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].why == place_errc::open_to_others);
}
