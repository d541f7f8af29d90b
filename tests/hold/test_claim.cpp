#include <shim/hold/claim.hpp>

#include <sys/socket.h>

#include <optional>

#include <shim/core/session_name.hpp>
#include <shim/io/unix_socket.hpp>
#include <tests/hold/place_bench.hpp>
#include <tests/support/file.hpp>
#include <tests/support/process.hpp>

namespace {

namespace fs = std::filesystem;
using namespace shim::hold;
using test::claimed;
using test::files_in;
using test::holding_process;
using test::mode_of;
using test::place_bench;
using sessions = std::vector<listed_session>;
using enum shim::hold::if_taken;

std::error_code refused(const place_bench& bench, const std::string& name) {
  const claimed other(bench, name);
  CHECK(other.it.listener() == -1);
  CHECK(other.error.what == "name the session '" + name + "'");
  return other.error.why;
}

}  // namespace

TEST_CASE("a session that was claimed is listed, and can be connected to at once") {
  const place_bench bench;
  const claimed web(bench, "web");
  REQUIRE_FALSE(web.error);
  CHECK(web.it.name() == "web");
  CHECK(web.it.where().path() == bench.paths[0].path());
  CHECK(web.it.still_there());
  CHECK(bench.list() == sessions{{"web", true}});
  CHECK_FALSE(bench.connect("web"));
  const int served = ::accept4(web.it.listener(), nullptr, nullptr, SOCK_CLOEXEC);
  CHECK(served >= 0);
  ::close(served);
}

TEST_CASE("what a claim makes is this user's alone, under any umask") {
  for (const mode_t mask : {0u, 0777u}) {
    const place_bench bench;
    const auto before = ::umask(mask);
    const claimed web(bench, "web");
    CHECK(::umask(before) == mask);
    REQUIRE_FALSE(web.error);
    CHECK(mode_of(bench / "") == 0700);
    CHECK(mode_of(bench / "web") == 0700);
    CHECK(mode_of(bench / "web/socket") == 0700);
  }
}

TEST_CASE("a claim takes away what it made, and nothing else is left") {
  const place_bench bench;
  { const claimed web(bench, "web"); }
  CHECK(fs::is_empty(bench / ""));
  claimed web(bench, "web");
  web.it.remove();
  CHECK(fs::is_empty(bench / ""));
  CHECK(web.it.listener() == -1);
  CHECK_FALSE(web.it.still_there());
  web.it.remove();
}

TEST_CASE("a name that is taken is refused, or the next number is given") {
  const place_bench bench;
  const claimed first(bench, "web");
  CHECK(refused(bench, "web") == place_errc::name_taken);
  CHECK(refused(bench, "web").message() == "there is one of that name");
  const claimed second(bench, "web", next_number);
  CHECK(second.it.name() == "web-2");
  std::optional<claimed> third;
  third.emplace(bench, "web", next_number);
  CHECK(third->it.name() == "web-3");
  third.reset();
  const claimed again(bench, "web", next_number);
  CHECK(again.it.name() == "web-3");
  CHECK(first.it.still_there());
  CHECK(files_in(bench / "") == std::set<std::string>{"web", "web-2", "web-3"});
}

TEST_CASE("a name that no session may have is refused before anything is made") {
  const place_bench bench;
  CHECK(refused(bench, "x/y") == shim::session_name_errc::slash);
  CHECK(refused(bench, "") == shim::session_name_errc::length);
  CHECK(refused(bench, "../x") == shim::session_name_errc::slash);
  CHECK_FALSE(fs::exists(bench / ""));
}

TEST_CASE("any name there may be can be claimed, found and connected to") {
  const place_bench bench;
  std::string widest;
  while (widest.size() < shim::max_session_name) widest += "\xc3\xa9";
  for (const std::string& name : {std::string("my web"), std::string("::1"), std::string("50%"),
                                  std::string("x.socket"), std::string("socket"), widest}) {
    CAPTURE(name);
    const claimed session(bench, name);
    REQUIRE_FALSE(session.error);
    CHECK(bench.list() == sessions{{name, true}});
    CHECK_FALSE(bench.connect(name));
  }
}

TEST_CASE("a claim goes on in a fork of the process that made it") {
  const place_bench bench;
  test::gate end;
  claimed web(bench, "web");
  const pid_t holder = test::start_fork([&] {
    end.opens.reset();
    end.wait();
    const bool there = web.it.still_there();
    web.it.remove();
    return there ? 0 : 1;
  });
  web.it.forget();
  CHECK(bench.list() == sessions{{"web", true}});
  CHECK_FALSE(bench.connect("web"));
  end.opens.reset();
  CHECK(test::reaped(holder) == test::exited(0));
  CHECK(fs::is_empty(bench / ""));
}

TEST_CASE("a claim ends with the fork that has it") {
  const place_bench bench;
  claimed web(bench, "web");
  const pid_t holder = test::start_fork([] { return ::pause(); });
  web.it.forget();
  CHECK(bench.list() == sessions{{"web", true}});
  ::kill(holder, SIGKILL);
  test::reaped(holder);
  CHECK(bench.list() == sessions{{"web", false}});
}

TEST_CASE("a claim does not go on in a program that is run") {
  const place_bench bench;
  claimed web(bench, "web");
  test::process other({"cat"}, {.in = test::stream::piped()});
  web.it.forget();
  CHECK(bench.list() == sessions{{"web", false}});
}

TEST_CASE("what is no session of ours stays, and its name is not to be had") {
  const place_bench bench;
  bench.place();
  const auto path = bench / "web";
  std::string kept = path;
  SECTION("a file") { test::write_file(path, "mine"); }
  SECTION("a symbolic link") { fs::create_symlink(bench.dir / "other", path); }
  SECTION("a directory with something else in it") {
    fs::create_directory(path);
    test::write_file(kept += "/notes", "mine");
  }
  SECTION("a file where a socket should be") {
    fs::create_directory(path);
    test::write_file(kept += "/socket", "mine");
  }
  CAPTURE(kept);
  CHECK(refused(bench, "web") == place_errc::name_blocked);
  const claimed next(bench, "web", next_number);
  CHECK(next.it.name() == "web-2");
  claimed db(bench, "db");
  CHECK(db.renamed("web") == place_errc::name_blocked);
  CHECK(db.it.still_there());
  bench.list();
  CHECK(fs::exists(fs::symlink_status(kept)));
  CHECK(bench.connect("web"));
}

TEST_CASE("a socket of another user stays, too, and nobody connects to it") {
  if (::geteuid() != 0) SHIM_SKIP("only root can become another user");
  const place_bench bench;
  claimed web(bench, "web");
  fs::remove(bench / "web/socket");
  ::chmod((bench / "web").c_str(), 0777);
  const auto directory = open_session(web.it.where(), "web");
  test::gate ready;
  test::gate end;
  const pid_t pid = test::start_fork([&] {
    end.opens.reset();
    web.it.forget();
    std::error_code error;
    if (!test::become_nobody()) return 99;
    const auto listener = shim::io::listen_at(directory.get(), "socket", 4, error);
    ready.opens.reset();
    end.wait();
    return listener ? 0 : 1;
  });
  ready.opens.reset();
  ready.wait();
  CHECK(bench.connect("web") == place_errc::of_another_user);
  CHECK_FALSE(web.it.still_there());
  web.it.forget();
  bench.list();
  CHECK(fs::exists(bench / "web/socket"));
  CHECK(refused(bench, "web") == place_errc::name_blocked);
  end.opens.reset();
  CHECK(test::reaped(pid) == test::exited(0));
}

TEST_CASE("a directory of another user stays, whatever is in it") {
  if (::geteuid() != 0) SHIM_SKIP("only root can give a directory away");
  const place_bench bench;
  {
    claimed web(bench, "web");
    web.it.forget();
  }
  REQUIRE(::chown((bench / "web").c_str(), 65534, 65534) == 0);
  CHECK(refused(bench, "web") == place_errc::name_blocked);
  CHECK(bench.list().empty());
  CHECK(fs::exists(bench / "web/socket"));
}

TEST_CASE("a session is renamed with all that it has, and its old name is free") {
  const place_bench bench;
  claimed web(bench, "web");
  const int listener = web.it.listener();
  CHECK_FALSE(web.renamed("my web"));
  CHECK(web.it.name() == "my web");
  CHECK(web.it.listener() == listener);
  CHECK(web.it.still_there());
  CHECK(bench.list() == sessions{{"my web", true}});
  CHECK_FALSE(bench.connect("my web"));
  const claimed next(bench, "web");
  CHECK_FALSE(next.error);
  CHECK_FALSE(web.renamed("my web"));
  CHECK(web.renamed("web") == place_errc::name_taken);
  CHECK(web.renamed("x/y") == shim::session_name_errc::slash);
  CHECK(web.it.name() == "my web");
  CHECK(next.it.still_there());
}

TEST_CASE("a session is renamed to the name of one whose holder was killed") {
  const place_bench bench;
  holding_process holder(bench.paths, "db", fail);
  REQUIRE(holder.name() == "db");
  holder.kill();
  claimed web(bench, "web");
  CHECK_FALSE(web.renamed("db"));
  CHECK(bench.list() == sessions{{"db", true}});
}

TEST_CASE("one that was swept away is not renamed, nor is another that has its place") {
  const place_bench bench;
  claimed web(bench, "web");
  fs::remove_all(bench / "web");
  CHECK(web.renamed("db") == std::errc::no_such_file_or_directory);
  const claimed other(bench, "web");
  CHECK(web.renamed("db") == std::errc::no_such_file_or_directory);
  CHECK(other.it.still_there());
}

TEST_CASE("a place with a path longer than a socket's may be is as good as others") {
  const test::temp_dir dir;
  auto base = dir.path();
  for (int level = 0; level < 4; ++level) base += "/" + std::string(100, 'x');
  fs::create_directories(base);
  const std::vector<place_path> paths = {{base, {}, {"ssh-shim"}}};
  claimed web(paths, "web");
  REQUIRE_FALSE(web.error);
  CHECK(web.it.still_there());
  std::error_code error;
  const auto found = find_places(paths);
  REQUIRE(found.places.size() == 1);
  CHECK(connect_to_session(found.places[0], "web", error));
  CHECK_FALSE(error);
}
