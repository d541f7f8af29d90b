// Another program has sessions by the library, and ssh-shim sees them as its own.
#include <tests/support/terminal.hpp>
#include <tests/system/same_as_ssh.hpp>
#include <tests/system/session_place.hpp>

using namespace test;

namespace {

constexpr int was_left = 10;
constexpr int failed = 20;

bool is_detached(const json& session) { return session.value("state", "") == "detached"; }

}  // namespace

TEST_CASE("a session that another program has begun is left, and taken up by either") {
  const session_place place;
  terminal user;
  const auto before = user.modes();
  user.start({EMBEDDER, "start", "work", "/bin/sh", "-c", "echo ready; read word; exec cat"},
             place.options());
  user.expect("session work\r\n");
  user.expect("ready\r\n");
  user.type("\r~D");
  CHECK(user.wait_exit() == exited(was_left));
  CHECK(same_modes(user.modes(), before));
  place.wait_for("work", is_detached, "detached");
  SECTION("by the same") {
    terminal other;
    other.start({EMBEDDER, "attach", "work"}, place.options());
    other.expect("ready\r\n");
    other.type("\x04");
    CHECK(other.wait_exit() == exited(0));
  }
  SECTION("by ssh-shim") {
    terminal other;
    other.start({SHIM_BINARY, "attach", "work"}, place.options());
    other.expect("ready\r\n");
    other.type("\x04");
    CHECK(other.wait_exit() == exited(0));
  }
}

TEST_CASE("another program takes up what ssh-shim has begun") {
  const session_place place;
  place.hold("one", {"sh", "-c", "echo ready; read word; exit 7"});
  terminal user;
  user.start({EMBEDDER, "attach", "one"}, place.options());
  user.expect("ready\r\n");
  user.type("\r");
  CHECK(user.wait_exit() == exited(7));
}

TEST_CASE("another program starts a session without a terminal, and is told why it cannot") {
  const session_place place;
  CHECK(run({EMBEDDER, "leave", "one", "/bin/cat"}, place.options()) ==
        finished{exited(was_left), "session one\n", ""});
  CHECK(place.session("one").at("state") == "detached");
  CHECK(run({EMBEDDER, "leave", "one", "/bin/cat"}, place.options()).out == "session one-2\n");
  const auto end = run({EMBEDDER, "leave", "none", "/nowhere/cat"}, place.options());
  CHECK(end.status == exited(failed));
  CHECK(end.err == "embedder: cannot leave it: No such file or directory\n");
  CHECK(place.session("none") == nullptr);
}
