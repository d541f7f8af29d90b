#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <csignal>
#include <functional>
#include <string>

#include <shim/hold/visitor.hpp>
#include <tests/catch.hpp>
#include <tests/support/deadline.hpp>
#include <tests/support/forked.hpp>
#include <tests/support/numbered_process.hpp>
#include <tests/support/temp_dir.hpp>
#include <tests/support/text.hpp>

using namespace test;
using shim::hold::peer_process;

namespace {

class listener_bench {
 public:
  listener_bench() : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    call(::bind, "bind");
    if (::listen(listener_.get(), 1) != 0) throw failure(cannot("listen"));
  }

  // A process that connects, and goes on so.
  pid_t connected(const std::function<int()>& goes_on) {
    return start_fork([&] {
      listener_ = owned_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
      call(::connect, "connect");
      return goes_on();
    });
  }
  owned_fd accept() {
    owned_fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) throw failure(cannot("accept"));
    return socket;
  }

 private:
  void call(int (*what)(int, const sockaddr*, socklen_t), const char* name) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    (dir_ / "socket").copy(where.sun_path, sizeof where.sun_path - 1);
    if (what(listener_.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
      throw failure(cannot(name));
  }

  temp_dir dir_;
  owned_fd listener_;
};

int wait_for_a_signal() {
  while (true) ::pause();
}

}  // namespace

TEST_CASE("a visitor's process lives until it is dead, and is signalled") {
  listener_bench bench;
  const pid_t pid = bench.connected(wait_for_a_signal);
  const auto socket = bench.accept();
  const peer_process process(socket.get());
  CHECK_FALSE(process.is_dead());
  process.signal(SIGKILL);
  CHECK(reaped(pid) == killed_by(SIGKILL));
  CHECK(process.is_dead());
}

TEST_CASE("a visitor that died before it was let in is dead, whoever has its number now") {
  if (!numbered_process::can_be_had()) SHIM_SKIP("only root may give a process its number");
  listener_bench bench;
  const pid_t pid = bench.connected([] { return 0; });
  REQUIRE(reaped(pid) == exited(0));
  const numbered_process other(pid);
  const auto socket = bench.accept();
  const peer_process process(socket.get());
  CHECK(process.is_dead());
  process.signal(SIGTERM);
  CHECK(other.untouched());
}

TEST_CASE("a visitor from a pid namespace that is not below ours lives until it is dead") {
  // Its number there means nobody here: the listener's side is in a namespace of its own.
  if (::geteuid() != 0) SHIM_SKIP("only root may make a pid namespace without another of users");
  listener_bench bench;
  const pid_t visitor = bench.connected(wait_for_a_signal);
  const auto end = forked([&] {
    if (::unshare(CLONE_NEWPID) != 0) return 2;
    const auto inside = forked([&] {
      const auto socket = bench.accept();
      return peer_process(socket.get()).is_dead() ? 1 : 0;
    });
    return inside.exited;
  });
  CHECK(end == exited(0));
  ::kill(visitor, SIGKILL);
  CHECK(reaped(visitor) == killed_by(SIGKILL));
}
