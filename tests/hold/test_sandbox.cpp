#include <shim/hold/sandbox.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <new>

#include <shim/io/ring.hpp>
#include <tests/catch.hpp>
#include <tests/support/spawn.hpp>

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

// How a process ends that does this in a sandbox; with what the call returned.
test::end_status ended_after(const std::function<int()>& call) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (shim::hold::enter_sandbox(64 * mebibyte)) ::_exit(99);
    ::_exit(call());
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return test::status_of(status);
}

[[maybe_unused]] void* mapped(std::size_t size, int protection) {
  return ::mmap(nullptr, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

}  // namespace

TEST_CASE("what a screen process needs works in its sandbox") {
  CHECK(ended_after([] {
          std::string text(mebibyte, 'x');
          text += std::string(4 * mebibyte, 'y');
          const auto put = ::write(STDOUT_FILENO, "", 0);
          return put == 0 && text.size() == 5 * mebibyte ? 7 : 8;
        }) == test::exited(7));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("nothing can be opened, connected, started or run in a sandbox") {
  const auto calls = {
      +[] { return ::open("/dev/null", O_RDONLY); },
      +[] { return ::socket(AF_UNIX, SOCK_STREAM, 0); },
      +[] { return static_cast<int>(::fork()); },
      +[] { return ::execl("/bin/true", "true", nullptr); },
      +[] { return ::kill(::getppid(), 0); },
      +[] { return mapped(4096, PROT_READ | PROT_EXEC) == MAP_FAILED ? 1 : 0; },
  };
  for (const auto call : calls) CHECK(ended_after(call) == test::killed_by(SIGSYS));
}

TEST_CASE("memory has an end in a sandbox") {
  CHECK(ended_after([] {
          return mapped(128 * mebibyte, PROT_READ | PROT_WRITE) == MAP_FAILED ? 7 : 0;
        }) == test::exited(7));
}
#endif

TEST_CASE("a ring that was handed out for reading cannot be written to") {
  std::error_code error;
  const shim::io::ring ring(mebibyte, error);
  auto handed = ring.read_only(error);
  const int fd = handed.get();
  shim::io::ring theirs(std::move(handed), shim::io::memory_access::read, error);
  REQUIRE_FALSE(error);
  CHECK(::mmap(nullptr, mebibyte, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
  auto* const first = const_cast<char*>(theirs.bytes(0, 1).data());
  CHECK(::mprotect(first, mebibyte, PROT_READ | PROT_WRITE) != 0);
}
