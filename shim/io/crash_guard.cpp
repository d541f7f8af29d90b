#include <shim/io/crash_guard.hpp>

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstddef>

namespace shim::io {
namespace {

constexpr int crashes[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};

struct guarded {
  const tty* terminal = nullptr;
  crash_guard::last_bytes bytes = nullptr;
  const void* of = nullptr;
};

// A handler has no other way to its data. The stack is for a crash that overran the usual one.
guarded what;
std::array<char, crash_guard::room> text;
alignas(std::max_align_t) std::array<char, std::size_t{64} * 1024> stack;

// The terminal's fd does not block, so a terminal that does not read cannot keep us.
void give_back(int number) {
  const auto size = what.bytes(what.of, text);
  [[maybe_unused]] const auto put = ::write(what.terminal->fd(), text.data(), size);
  ::tcsetattr(what.terminal->fd(), TCSANOW, &what.terminal->original());
  ::raise(number);  // its default action now (SA_RESETHAND), after the return
}

bool is_default(int number) {
  struct sigaction set {};
  return ::sigaction(number, nullptr, &set) == 0 && set.sa_handler == SIG_DFL;
}

}  // namespace

crash_guard::crash_guard(const tty& terminal, last_bytes bytes, const void* of) {
  what = {&terminal, bytes, of};
  const stack_t own{stack.data(), 0, stack.size()};
  ::sigaltstack(&own, nullptr);
  struct sigaction action {};
  action.sa_handler = give_back;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_ONSTACK;
  for (const int number : crashes)
    if (is_default(number)) ::sigaction(number, &action, nullptr);
}

crash_guard::~crash_guard() {
  struct sigaction set {};
  for (const int number : crashes) {
    const bool ours = ::sigaction(number, nullptr, &set) == 0 && set.sa_handler == give_back;
    if (ours) ::signal(number, SIG_DFL);
  }
}

}  // namespace shim::io
