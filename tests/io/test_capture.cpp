#include <shim/io/capture.hpp>

#include <tests/catch.hpp>
#include <tests/support/file.hpp>
#include <tests/support/process_tree.hpp>
#include <tests/support/temp_dir.hpp>

using namespace std::chrono_literals;
using shim::io::capture;

namespace {

std::optional<capture::result> sh(const char* script, capture::stream wanted,
                                  std::chrono::milliseconds within = 10s) {
  capture run("/bin/sh", {"sh", "-c", script}, wanted);
  return run.finish(std::chrono::steady_clock::now() + within);
}

}  // namespace

TEST_CASE("a program's output and status are captured, each stream apart") {
  const auto out = sh("echo out; echo err >&2; exit 3", capture::stream::out);
  REQUIRE(out);
  CHECK(out->text == "out\n");
  CHECK(out->status == 3);
  const auto err = sh("echo out; echo err >&2", capture::stream::err);
  REQUIRE(err);
  CHECK(err->text == "err\n");
}

TEST_CASE("a program that does not end in time is killed and gives nothing") {
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(sh("echo soon; exec tail -f /dev/null", capture::stream::out, 50ms));
  CHECK(std::chrono::steady_clock::now() - start < 5s);
}

TEST_CASE("what a program that does not end has started is killed with it") {
  const test::temp_dir dir;
  test::write_file(dir / "pid", "");
  const auto script = "tail -f /dev/null & echo $! > " + (dir / "pid") + "; wait";
  int pid = 0;
  {
    capture run("/bin/sh", {"sh", "-c", script}, capture::stream::out);
    for (const test::deadline soon(10s); !test::read_file(dir / "pid").ends_with('\n');)
      REQUIRE_FALSE(soon.passed());
    pid = std::stoi(test::read_file(dir / "pid"));
    CHECK_FALSE(run.finish(std::chrono::steady_clock::now()));
  }
  for (const test::deadline soon(10s); !test::executable_of(pid).empty();)
    REQUIRE_FALSE(soon.passed());
}

TEST_CASE("a program that prints without end gives nothing") {
  CHECK_FALSE(sh("exec yes", capture::stream::out));
}

TEST_CASE("a program that died by a signal has ssh's status for such ends") {
  const auto ended = sh("kill -9 $$", capture::stream::out);
  REQUIRE(ended);
  CHECK(ended->status == 255);
}

TEST_CASE("a program that cannot be run gives no success") {
  capture run("/nonexistent/ssh", {"ssh"}, capture::stream::out);
  const auto ended = run.finish(std::chrono::steady_clock::now() + 10s);
  REQUIRE(ended);
  CHECK(ended->status != 0);
}
