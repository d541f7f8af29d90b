// Sessions whose files were swept away, and places that cannot be had.
#include <sys/prctl.h>

#include <tests/hold/place_bench.hpp>
#include <tests/support/file.hpp>
#include <tests/support/process.hpp>

namespace {

namespace fs = std::filesystem;
using namespace shim::hold;
using test::claimed;
using test::files_in;
using test::place_bench;
using sessions = std::vector<listed_session>;
using enum shim::hold::if_taken;

}  // namespace

TEST_CASE("what was swept away is seen to be gone, and made anew") {
  const place_bench bench;
  claimed web(bench, "web");
  const std::string gone = GENERATE(as<std::string>{}, "", "web", "web/socket");
  CAPTURE(gone);
  fs::remove_all(bench / gone);
  CHECK_FALSE(web.it.still_there());
  CHECK(bench.connect("web") == std::errc::no_such_file_or_directory);
  CHECK_FALSE(web.restored());
  CHECK(web.it.still_there());
  CHECK(web.it.name() == "web");
  CHECK(bench.list() == sessions{{"web", true}});
  CHECK_FALSE(bench.connect("web"));
  CHECK(files_in(bench / "") == std::set<std::string>{"web"});
}

TEST_CASE("what was put in its place is seen to be another") {
  const place_bench bench;
  claimed web(bench, "web");
  SECTION("the place") {
    fs::rename(bench / "", bench.dir / "old");
    const claimed other(bench, "web");
    REQUIRE_FALSE(other.error);
    CHECK_FALSE(web.it.still_there());
    web.it.remove();
    CHECK(other.it.still_there());
    CHECK(fs::is_empty(bench.dir / "old"));
  }
  SECTION("the directory") {
    fs::remove_all(bench / "web");
    const claimed other(bench, "web");
    REQUIRE_FALSE(other.error);
    CHECK_FALSE(web.it.still_there());
    web.it.remove();
    CHECK(other.it.still_there());
  }
  SECTION("the socket") {
    fs::remove(bench / "web/socket");
    test::write_file(bench / "web/socket", "mine");
    CHECK_FALSE(web.it.still_there());
    web.it.remove();
    CHECK(test::read_file(bench / "web/socket") == "mine");
  }
}

TEST_CASE("a session whose name somebody took in the meantime is restored under the next one") {
  const place_bench bench;
  claimed web(bench, "web");
  fs::remove_all(bench / "web");
  const claimed other(bench, "web");
  CHECK_FALSE(web.restored());
  CHECK(web.it.name() == "web-2");
  CHECK(other.it.still_there());
  CHECK(web.it.still_there());
}

TEST_CASE("a session is restored in the next place if the first is gone for good") {
  const place_bench bench;
  fs::create_directory(bench.dir / "run");
  const std::vector<place_path> paths = {{bench.dir / "run", {}, {"ssh-shim"}},
                                         {bench.dir.path(), {"state"}, {"ssh-shim", "run-box"}}};
  claimed web(paths, "web");
  CHECK(web.it.where().path() == bench.dir / "run/ssh-shim");
  fs::remove_all(bench.dir / "run");
  CHECK_FALSE(web.it.still_there());
  CHECK_FALSE(web.restored());
  CHECK(web.it.where().path() == bench.dir / "state/ssh-shim/run-box");
  CHECK(web.it.still_there());
  std::error_code error;
  const auto found = find_places(paths);
  REQUIRE(found.places.size() == 1);
  CHECK(list_sessions(found.places[0], error) == sessions{{"web", true}});
}

TEST_CASE("without any place it is tried again later") {
  const place_bench bench;
  fs::create_directory(bench.dir / "run");
  const std::vector<place_path> paths = {{bench.dir / "run", {}, {"ssh-shim"}}};
  claimed web(paths, "web");
  fs::remove_all(bench.dir / "run");
  CHECK(web.restored() == std::errc::no_such_file_or_directory);
  CHECK(web.it.listener() == -1);
  CHECK_FALSE(web.it.still_there());
  CHECK(web.renamed("db") == std::errc::no_such_file_or_directory);
  CHECK(web.it.name() == "web");
  fs::create_directory(bench.dir / "run");
  CHECK_FALSE(web.restored());
  CHECK(web.it.still_there());
}

TEST_CASE("the first place that can be had is taken, and the first error told if none can") {
  const place_bench bench;
  fs::create_directory(bench.dir / "run");
  fs::create_directory(bench.dir / "run/ssh-shim");
  ::chmod((bench.dir / "run/ssh-shim").c_str(), 0777);
  std::vector<place_path> paths = {{bench.dir / "none", {}, {"ssh-shim"}},
                                   {bench.dir / "run", {}, {"ssh-shim"}}};
  const claimed nowhere(paths, "web");
  CHECK(nowhere.error.what == "use " + bench.dir.path() + "/none");
  CHECK(nowhere.error.why == std::errc::no_such_file_or_directory);
  paths.push_back(bench.paths[0]);
  const claimed web(paths, "web");
  CHECK_FALSE(web.error);
  CHECK(web.it.where().path() == bench.paths[0].path());
  CHECK(fs::is_empty(bench.dir / "run/ssh-shim"));
  const claimed lost(std::vector<place_path>{}, "web");
  CHECK(lost.error.what == "keep a session");
  CHECK(lost.error.why == place_errc::nowhere);
}

TEST_CASE("a home that cannot be written to is passed over, and told of if it is the only one") {
  if (::geteuid() != 0) SHIM_SKIP("only root can become another user");
  const test::temp_dir dir;
  ::chmod(dir.path().c_str(), 0755);
  fs::create_directory(dir / "run");
  REQUIRE(::chown((dir / "run").c_str(), 65534, 65534) == 0);
  CHECK(test::forked([&] {
          if (!test::become_nobody()) return 99;
          const place_path home{dir.path(), {".local"}, {"ssh-shim"}};
          const claimed refused({home}, "web");
          if (refused.error.why != std::errc::permission_denied) return 1;
          const claimed web({home, {dir / "run", {}, {"ssh-shim"}}}, "web");
          return web.error || !web.it.still_there() ? 2 : 0;
        }) == test::exited(0));
}

TEST_CASE("a name that lives in another of the places is taken") {
  const place_bench bench;
  const std::vector<place_path> paths = {bench.paths[0], {bench.dir.path(), {}, {"second"}}};
  const claimed second({paths[1]}, "web");
  claimed first(paths, "web", next_number);
  CHECK(first.it.where().path() == bench.paths[0].path());
  CHECK(first.it.name() == "web-2");
  CHECK(first.renamed("web") == place_errc::name_taken);
  const claimed insists(paths, "web");
  CHECK(insists.error.why == place_errc::name_taken);
}

// proc(5): what is not dumpable has files of root's in /proc.
TEST_CASE("a holder that cannot be dumped finds and restores its session") {
  const test::temp_dir dir;
  const bool is_root = ::geteuid() == 0;
  if (is_root) REQUIRE(::chown(dir.path().c_str(), 65534, 65534) == 0);
  CHECK(test::forked([&] {
          if (is_root && !test::become_nobody()) return 99;
          if (::prctl(PR_SET_DUMPABLE, 0) != 0) return 98;
          const std::vector<place_path> paths = {{dir.path(), {}, {"place"}}};
          claimed web(paths, "web");
          if (web.error || !web.it.still_there()) return 1;
          fs::remove_all(dir / "place");
          return web.restored() || !web.it.still_there() ? 2 : 0;
        }) == test::exited(0));
}

TEST_CASE("systemd-tmpfiles leaves a session alone, however old it is") {
  if (test::found_in_path("systemd-tmpfiles").empty()) SHIM_SKIP("there is no systemd-tmpfiles");
  const place_bench bench;
  const claimed web(bench, "web");
  {
    claimed dead(bench, "dead");
    dead.it.forget();
  }
  test::write_file(bench.dir / "old", "");
  const test::temp_dir rules;
  test::write_file(rules / "rules.conf", "d " + bench.dir.path() + " - - - 0\n");
  test::run({"systemd-tmpfiles", "--clean", rules / "rules.conf"});
  CHECK_FALSE(fs::exists(bench.dir / "old"));
  CHECK(web.it.still_there());
  CHECK_FALSE(bench.connect("web"));
}
